"""The audit trail on a database: what is kept, for how long, and who finds it."""

from datetime import date

from sqlalchemy import text

from services.gateway.domain.trail import NOBODY, Actor, Entry, Outcome
from services.gateway.handlers.forgetting import forget_addresses
from services.gateway.handlers.trail import begin, settle
from services.gateway.repository.trail import AuditTrail, Search, found
from tests.gateway.conftest import Gateway

FINANCE = Actor("A0000008", "0012")
ADDRESS = "203.0.113.7"


async def _listed(gateway: Gateway, office_id: str = "0012", **search: object) -> list[Entry]:
    async with gateway.transactions.begin() as tx:
        matching = found(office_id, Search(**search))  # type: ignore[arg-type]
        return await AuditTrail(tx).before(matching, None, 100)


async def test_an_entry_stays_unknown_until_its_outcome_is_noted(gateway: Gateway) -> None:
    """So that whatever ends the process between leaves that."""
    position = await begin(FINANCE, "payment.entered", "PRT1", ADDRESS, gateway.transactions)
    [row] = await _listed(gateway)
    assert (row.outcome, row.address, row.at) == ("unknown", ADDRESS, gateway.clock.now)
    await settle(position, Outcome.DONE, gateway.transactions, subject="PRT1/P1")
    [row] = await _listed(gateway)
    assert (row.outcome, row.code, row.subject) == ("done", None, "PRT1/P1")


async def test_addresses_are_blanked_after_180_days(gateway: Gateway) -> None:
    """The rest of the entry stays."""
    await begin(FINANCE, "payment.entered", "PRT1", ADDRESS, gateway.transactions)
    gateway.clock.forward(days=1)
    await begin(FINANCE, "payment.entered", "PRT2", ADDRESS, gateway.transactions)
    gateway.clock.forward(days=179)
    async with gateway.transactions.begin() as tx:
        assert not await forget_addresses(tx)
    assert [row.address for row in await _listed(gateway)] == [ADDRESS, ADDRESS]
    gateway.clock.forward(seconds=1)
    async with gateway.transactions.begin() as tx:
        assert not await forget_addresses(tx)
    assert [(row.subject, row.address) for row in await _listed(gateway)] == [
        ("PRT2", ADDRESS),
        ("PRT1", None),
    ]


async def test_addresses_are_blanked_a_part_at_a_time(gateway: Gateway) -> None:
    """A long trail is no long transaction, whichever way the database joins."""
    for number in range(3):
        await begin(FINANCE, "payment.entered", f"PRT{number}", ADDRESS, gateway.transactions)
    gateway.clock.forward(days=1)
    more = []
    for _ in range(2):
        async with gateway.transactions.begin() as tx:
            for way in ("hashjoin", "mergejoin", "material", "hashagg", "sort"):
                await tx.session.execute(text(f"SET LOCAL enable_{way} = off"))
            more.append(await AuditTrail(tx).forget_addresses(tx.now, 2))
    assert more == [True, False]
    assert {row.address for row in await _listed(gateway)} == {None}


async def test_an_office_finds_its_own_entries_and_those_of_no_office(gateway: Gateway) -> None:
    """A command and a name that nobody has concern everyone; what another office does, its own."""
    operator = Actor("operator:wang", None)
    other = Actor("A0000099", "0013")
    for actor in (FINANCE, operator, other, NOBODY):
        await begin(actor, "account.signed_in", "", None, gateway.transactions)
    assert [row.account_id for row in await _listed(gateway)] == ["", "operator:wang", "A0000008"]


async def test_a_day_is_the_offices(gateway: Gateway) -> None:
    """2026-03-02 09:00 in Qingdao; the night before is another day."""
    gateway.clock.forward(hours=-10)
    await begin(FINANCE, "payment.entered", "PRT1", None, gateway.transactions)
    gateway.clock.forward(hours=2)
    await begin(FINANCE, "payment.entered", "PRT2", None, gateway.transactions)
    first, second = date(2026, 3, 1), date(2026, 3, 2)
    assert [row.subject for row in await _listed(gateway, at_to=first)] == ["PRT1"]
    assert [row.subject for row in await _listed(gateway, at_from=second)] == ["PRT2"]
    assert len(await _listed(gateway, at_from=first, at_to=second)) == 2


async def test_entries_are_found_by_what_is_known_of_them(gateway: Gateway) -> None:
    """Parts of numbers serve, whatever their case; a sign of SQL's is a sign."""
    await begin(FINANCE, "payment.entered", "PRT0000000012", None, gateway.transactions)
    await begin(FINANCE, "invoice.voided", "PRT0000000013/LZ00000001", None, gateway.transactions)
    assert len(await _listed(gateway, action="invoice.voided")) == 1
    assert len(await _listed(gateway, subject="lz0000")) == 1
    assert len(await _listed(gateway, subject="PRT00000000")) == 2
    assert await _listed(gateway, subject="PRT%12") == []
    assert len(await _listed(gateway, actor="A0000008")) == 2
    assert len(await _listed(gateway, outcome=Outcome.UNKNOWN)) == 2
    assert await _listed(gateway, outcome=Outcome.DONE) == []
