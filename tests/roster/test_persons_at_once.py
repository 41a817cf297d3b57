"""What happens at once to persons of a roster: each in a transaction of its own."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from services.host.maintenance import embedded_settings, migrate_all
from services.roster.adapters.staging import FileToRead, staged
from services.roster.adapters.telling import Told, tell
from services.roster.domain.imports import ImportState
from services.roster.handlers.persons import correct_person
from services.roster.repository.rosters import RosterRepository
from services.roster.tables import StagedRow
from shared.bus import TooEarly
from shared.contracts.enrollment import ApplicationCancelled
from shared.contracts.roster import ImportStarted
from shared.errors import Conflict
from shared.runtime.child import WorkBroken
from shared.runtime.database import open_engine, sessions_of
from shared.runtime.embedded_postgres import create_databases
from shared.runtime.resources import open_resources
from tests.handling import NUMBER, Handling, caller, handling_on
from tests.people import Invented, invented_people
from tests.processes import drop_databases
from tests.roster.adding import add_persons
from tests.roster.handlers.steps import (
    ABOUT,
    drafted,
    imported,
    kept,
    line,
    lines_changed,
    upload,
)

WRONG = replace(invented_people(1, seed=9)[0], number="370203198607091890")


@pytest.fixture
async def apart(postgres: str, namespace: str, tmp_path: Path) -> AsyncIterator[Handling]:
    """Return a roster service whose transactions commit, on a database of its own."""
    name = f"{namespace}_roster_at_once"
    url = (await create_databases(postgres, [name]))[name]
    await migrate_all({"roster": url})
    engine = open_engine(url)
    resources = open_resources(embedded_settings(tmp_path))
    async with handling_on("roster", sessions_of(engine), resources) as service:
        yield service
    await engine.dispose()
    await drop_databases(postgres, [name])


async def test_a_number_that_a_file_brings_is_not_waited_for(apart: Handling) -> None:
    """The operator is told to come back; so that neither waits for the other's locks."""
    first, brought, other = invented_people(3)
    await apart.handle(drafted("A"))
    await imported(apart, [first])
    [listed] = await line(apart)

    async def correct(number: str) -> str:
        async with apart.transaction() as by_hand:
            changes = {"number": number}
            changed = await correct_person(
                NUMBER, "A", listed.person_id, changes, caller(), by_hand
            )
        return changed.person.number

    async with apart.transaction() as importing:
        await add_persons([brought], "A", importing)
        with pytest.raises(Conflict) as refusal:
            await correct(brought.number)
        assert refusal.value.code == "number_being_imported"
        assert "请等导入完成后再修改" in refusal.value.message
        assert await correct(other.number) == other.number
        await RosterRepository(importing).get(NUMBER)
    with pytest.raises(Conflict) as refusal:
        await correct(brought.number)
    assert refusal.value.code == "already_in_line"


async def staged_rows(service: Handling) -> int:
    """Count the rows of imports that are under way, as others see them."""
    async with service.transaction() as tx:
        found: int | None = await tx.session.scalar(select(func.count()).select_from(StagedRow))
        return found or 0


async def test_an_import_that_breaks_off_half_way_leaves_no_row_behind(apart: Handling) -> None:
    """Done again, it takes each person once; whatever it was that broke off."""
    await apart.handle(drafted("A"))
    batch = await upload(apart, invented_people(2))
    seen: list[int] = []
    breaks: list[type[Exception]] = [WorkBroken, WorkBroken, TooEarly]

    async def broken_off(file: FileToRead, *ids: str) -> AsyncIterator[object]:
        for part in staged(file, *ids):
            yield part
            seen.append(await staged_rows(apart))
            if breaks:
                raise breaks.pop()

    apart.hands.instead["staged"] = broken_off
    with pytest.raises(TooEarly):
        await apart.handle(ImportStarted(**ABOUT, import_id=batch.import_id))
    breaks.pop()
    await apart.run_again()
    assert (await kept(apart, batch.import_id)).rows.taken == len(await line(apart)) == 2
    assert (set(seen), await staged_rows(apart)) == ({0}, 0)


@pytest.mark.parametrize("people", [invented_people(2), []], ids=["taken", "refused"])
async def test_rows_that_were_left_behind_are_in_nobodys_way(
    apart: Handling, people: list[Invented]
) -> None:
    """An earlier release left them there, when it broke off half-way."""
    await apart.handle(drafted("A"))
    batch = await upload(apart, people)
    left = StagedRow(
        import_id=UUID(batch.import_id),
        place=1,
        joins=1,
        over_usual_age=0,
        number_hash=b"1",
        name_hash=b"1",
        woman=False,
        high_risk=False,
        sealed=b"1",
    )
    async with apart.transaction() as tx:
        tx.session.add(left)
    await apart.handle(ImportStarted(**ABOUT, import_id=batch.import_id))
    batch = await kept(apart, batch.import_id)
    assert batch.state is (ImportState.FINISHED if people else ImportState.FAILED)
    assert len(await line(apart)) == len(people)
    assert await staged_rows(apart) == 0


async def test_a_file_leaves_nobody_in_an_application_that_is_cancelled_meanwhile(
    apart: Handling,
) -> None:
    """The batch says that it was; nothing is told of its rows."""
    await apart.handle(drafted("A"))
    await imported(apart, invented_people(2))
    batch = await upload(apart, [*invented_people(3, seed=4), WRONG])

    async def cancelled(*args: Any) -> Told:  # noqa: ANN401 - what tell takes
        await apart.handle(ApplicationCancelled(**ABOUT))
        return tell(*args)

    apart.hands.instead["tell"] = cancelled
    await apart.handle(ImportStarted(**ABOUT, import_id=batch.import_id))
    batch = await kept(apart, batch.import_id)
    assert await line(apart) == []
    assert (batch.state, batch.result, batch.failed) == (ImportState.FAILED, (), None)
    assert batch.error is not None
    assert batch.error.code == "application_cancelled"


async def test_nobody_stays_in_a_line_that_goes_while_a_file_is_read(apart: Handling) -> None:
    """Whoever removed it did not see who was just joining it."""
    await apart.handle(drafted("A", "B"))
    batch = await upload(apart, [*invented_people(2), WRONG])

    async def line_goes(*args: Any) -> Told:  # noqa: ANN401 - what tell takes
        await apart.handle(lines_changed("B"))
        return tell(*args)

    apart.hands.instead["tell"] = line_goes
    await apart.handle(ImportStarted(**ABOUT, import_id=batch.import_id))
    assert [len(await line(apart, code)) for code in "AB"] == [0, 2]
