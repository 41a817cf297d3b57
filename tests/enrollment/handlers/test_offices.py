"""Offices and agencies, as the administrator keeps them."""

from dataclasses import replace

import pytest

from services.enrollment.domain.offices import Phone
from services.enrollment.handlers import offices
from services.enrollment.repository.offices import OfficeRepository
from shared.errors import Conflict, Forbidden, Invalid, NotFound, PreconditionFailed
from shared.identity.permissions import Role
from tests.handling import Handling, caller

AGENCY = caller(Role.AGENCY_REVIEWER)
ADMINISTRATOR = caller(Role.ADMINISTRATOR)


async def test_the_administrator_keeps_the_office_and_its_agencies(enrollment: Handling) -> None:
    """A new agency gets the next id; districts are checked; others' offices do not exist."""
    entry = offices.Entry("自贸区二号代办处", [Phone("参续保咨询", "1")], ["370281"], [])
    async with enrollment.transaction() as tx:
        with pytest.raises(Conflict, match="胶州市代办处"):
            await offices.add_agency(entry, ADMINISTRATOR, tx)
    async with enrollment.transaction() as tx:
        with pytest.raises(Invalid):
            await offices.add_agency(replace(entry, districts=["370205"]), ADMINISTRATOR, tx)
    async with enrollment.transaction() as tx:
        made = await offices.add_agency(replace(entry, districts=[]), ADMINISTRATOR, tx)
    assert (made.office_id, made.parent_id, made.version) == ("001213", "0012", 1)
    async with enrollment.transaction() as tx:
        changed = await offices.change_office(
            "001213", replace(entry, name="新名", districts=[]), ADMINISTRATOR, tx, {"1"}
        )
    assert (changed.name, changed.version, changed.parent_id) == ("新名", 2, "0012")
    async with enrollment.transaction() as tx:
        with pytest.raises(PreconditionFailed):
            await offices.change_office("001213", entry, ADMINISTRATOR, tx, {"1"})
    for who, refusal in (
        (caller(Role.ADMINISTRATOR, office_id="0013"), NotFound),
        (AGENCY, Forbidden),
    ):
        async with enrollment.transaction() as tx:
            with pytest.raises(refusal):
                await offices.change_office("0012", entry, who, tx, None)
    async with enrollment.transaction() as tx:
        assert len(await OfficeRepository(tx).all()) == 14
