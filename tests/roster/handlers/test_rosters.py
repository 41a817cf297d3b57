"""How a roster follows its application: frozen, thawed, under cover, closed."""

import json
from datetime import date, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from services.roster.handlers.persons import correct_person, remove_person, unmask_person
from services.roster.handlers.rosters import confirmed_roster, write_workbook
from services.roster.repository.covers import CoverRepository
from services.roster.repository.persons import PersonRepository
from services.roster.repository.rosters import RosterRepository
from shared.contracts.base import Event
from shared.contracts.enrollment import (
    ApplicationReopened,
    ApplicationReturned,
    ApplicationSubmitted,
)
from shared.contracts.roster import (
    FrozenRoster,
    ImportStarted,
    RosterFreezeRefused,
    RosterFrozen,
    RosterPersonsChanged,
)
from shared.errors import Conflict, Forbidden, Invalid, NotFound
from shared.identity.permissions import Role
from tests.handling import NOON, NUMBER, Handling, caller
from tests.people import invented_people
from tests.roster.handlers.steps import (
    ABOUT,
    confirmed,
    drafted,
    imported,
    kept,
    line,
    lines_changed,
    state,
    upload,
)

SUBMITTED = ApplicationSubmitted(**ABOUT, submitted_on=NOON.date())
REVIEWER = caller(Role.AGENCY_REVIEWER)


async def submitted(roster: Handling, count: int = 2) -> list[Event]:
    """Draft, import and submit; return what roster announced of it."""
    await roster.handle(drafted("A"))
    await imported(roster, invented_people(count))
    await roster.announced()
    await roster.handle(SUBMITTED)
    return await roster.announced()


async def test_a_submitted_roster_is_frozen_as_an_object_that_the_event_names(
    roster: Handling,
) -> None:
    """With every person in full, the only place where they leave the database."""
    [frozen] = await submitted(roster)
    assert isinstance(frozen, RosterFrozen)
    assert await state(roster) == "frozen"
    content = FrozenRoster.model_validate_json(await roster.storage.get(frozen.key))
    [only] = content.lines
    assert [one.number for one in only.persons] == [one.number for one in invented_people(2)]
    assert frozen.counts[0].persons == 2


async def test_a_line_without_persons_is_not_frozen(roster: Handling) -> None:
    """The unit is told which; enrollment reopens the application, and the roster with it."""
    await roster.handle(drafted("A", "B"))
    await roster.handle(SUBMITTED)
    [refused] = await roster.announced()
    assert isinstance(refused, RosterFreezeRefused)
    assert (refused.code, refused.plan_code) == ("line_empty", "A")
    await roster.handle(ApplicationReopened(**ABOUT, code=refused.code, reason=refused.message))
    assert await state(roster) == "open"


async def test_a_file_that_could_not_be_read_holds_the_roster_up(roster: Handling) -> None:
    """Whoever submits then believes that everybody is in."""
    await roster.handle(drafted("A"))
    await imported(roster, invented_people(1))
    roster.hands.forward(minutes=1)
    batch = await upload(roster, invented_people(2, seed=3))
    await roster.give_up(ImportStarted(**ABOUT, import_id=batch.import_id))
    assert (await kept(roster, batch.import_id)).state == "failed"
    await roster.announced()
    await roster.handle(SUBMITTED)
    [refused] = await roster.announced()
    assert isinstance(refused, RosterFreezeRefused)
    assert refused.code == "import_failed"


async def test_a_returned_roster_takes_changes_again(roster: Handling) -> None:
    """And is frozen anew at the next submission."""
    await submitted(roster)
    await roster.handle(ApplicationReturned(**ABOUT, reason="请核对"))
    assert await state(roster) == "open"
    await imported(roster, invented_people(1, seed=7))
    await roster.announced()
    await roster.handle(SUBMITTED)
    [frozen] = await roster.announced()
    assert isinstance(frozen, RosterFrozen)
    assert frozen.counts[0].persons == 3


async def test_a_freeze_that_is_given_up_lets_the_unit_submit_again(roster: Handling) -> None:
    """Nobody waits for ever."""
    await roster.handle(drafted("A"))
    await roster.give_up(SUBMITTED)
    [refused] = await roster.announced()
    assert isinstance(refused, RosterFreezeRefused)
    assert refused.code == "not_frozen"


async def test_persons_of_a_plan_that_was_given_up_go(roster: Handling) -> None:
    """The other line keeps its own, and the counts are announced."""
    await roster.handle(drafted("A", "B"))
    await imported(roster, invented_people(2))
    await roster.announced()
    await roster.handle(lines_changed("B"))
    [changed] = await roster.announced()
    assert isinstance(changed, RosterPersonsChanged)
    assert [(one.plan_code, one.persons) for one in changed.counts] == [("B", 2)]
    assert await line(roster, "A") == []


async def test_cover_lasts_until_the_day_that_the_confirmation_says(roster: Handling) -> None:
    """To the day: one day later nobody is covered."""
    [frozen] = await submitted(roster)
    assert isinstance(frozen, RosterFrozen)
    event = confirmed(frozen.key, frozen.digest)
    last = date(2026, 12, 31)
    await roster.handle(event.model_copy(update={"cover_until": {"A": last}}))
    async with roster.transaction() as tx:
        covers = CoverRepository(tx)
        hashes = [
            PersonRepository(tx).number_hash("resident_id", one.number)
            for one in invented_people(2)
        ]
        for number_hash in hashes:
            assert await covers.lasts("A", number_hash, last)
            assert not await covers.lasts("A", number_hash, last + timedelta(days=1))
            assert not await covers.lasts("B", number_hash, last)


async def test_the_confirmed_roster_is_exported_to_those_who_may(roster: Handling) -> None:
    """A workbook with full numbers; not to reviewers of an agency, not to another unit."""
    [frozen] = await submitted(roster)
    assert isinstance(frozen, RosterFrozen)
    event = confirmed(frozen.key, frozen.digest)
    await roster.handle(event)
    async with roster.transaction() as tx:
        found = await confirmed_roster(event.confirmation_no, caller(), tx)
        with pytest.raises(Forbidden):
            await confirmed_roster(event.confirmation_no, REVIEWER, tx)
        with pytest.raises(NotFound):
            await confirmed_roster(event.confirmation_no, caller(unit_id="U0000002"), tx)
    file = await write_workbook(found, roster.transactions.resources)
    sheet = load_workbook(BytesIO(await roster.storage.get(file.key))).worksheets[0]
    numbers = [row[3] for row in sheet.iter_rows(values_only=True)]
    assert numbers[-2:] == [one.number for one in invented_people(2)]


async def test_a_person_is_corrected_by_the_rules_of_a_sheet(roster: Handling) -> None:
    """What a row would be refused for is refused; what is right is announced as counts."""
    await roster.handle(drafted("A"))
    await imported(roster, invented_people(2))
    first, second = await line(roster)
    await roster.announced()
    async with roster.transaction() as tx:
        changes = {"name": "王小明", "mobile": "13800005678"}
        changed = await correct_person(NUMBER, "A", first.person_id, changes, caller(), tx)
    assert (changed.person.name, changed.person.number) == ("王小明", first.person.number)
    [event] = await roster.announced()
    assert isinstance(event, RosterPersonsChanged)
    assert "王小明" not in json.dumps(event.model_dump(mode="json"), ensure_ascii=False)
    for wrong, code in (({"number": "1"}, Invalid), ({"number": second.person.number}, Conflict)):
        async with roster.transaction() as tx:
            with pytest.raises(code):
                await correct_person(NUMBER, "A", first.person_id, wrong, caller(), tx)


async def test_a_person_is_removed_until_the_roster_is_submitted(roster: Handling) -> None:
    """Then nobody is, nor seen in full by the unit; its reviewers see them."""
    await roster.handle(drafted("A"))
    await imported(roster, invented_people(3))
    first, *_ = await line(roster)
    async with roster.transaction() as tx:
        with pytest.raises(Conflict):
            await unmask_person(NUMBER, "A", first.person_id, REVIEWER, tx)
        await remove_person(NUMBER, "A", first.person_id, caller(), tx)
    await roster.handle(SUBMITTED)
    left, *_ = await line(roster)
    async with roster.transaction() as tx:
        with pytest.raises(Conflict):
            await remove_person(NUMBER, "A", left.person_id, caller(), tx)
        with pytest.raises(Conflict):
            await unmask_person(NUMBER, "A", left.person_id, caller(), tx)
        assert await unmask_person(NUMBER, "A", left.person_id, REVIEWER, tx) == left.person
        with pytest.raises(NotFound):
            await unmask_person(NUMBER, "A", first.person_id, REVIEWER, tx)


async def test_a_roster_is_not_frozen_after_it_was_opened_again(roster: Handling) -> None:
    """A worker that comes late changes nothing."""
    await roster.handle(drafted("A"))
    await imported(roster, invented_people(1))
    async with roster.transaction() as tx:
        found = await RosterRepository(tx).get(NUMBER)
        with pytest.raises(ValueError, match="not locked"):
            found.freeze("rosters/x", "digest")
    assert await state(roster) == "open"
