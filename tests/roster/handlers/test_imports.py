"""What becomes of a file of persons."""

from dataclasses import replace

import pytest

from services.roster.domain.imports import ImportState
from services.roster.handlers.imports import MOST_OPEN, accept_import, failures
from shared.contracts.enrollment import ApplicationCancelled, ApplicationSubmitted
from shared.contracts.files import StoredFile
from shared.contracts.roster import ImportFinished, ImportStarted, LineCount
from shared.errors import Conflict, Invalid, NotFound, StorageAway, TooMany
from tests.handling import NOON, NUMBER, Handling, caller
from tests.people import invented_people
from tests.roster.handlers.steps import (
    ABOUT,
    accepted,
    drafted,
    imported,
    kept,
    line,
    lines_changed,
    upload,
)

WRONG = replace(invented_people(1, seed=9)[0], number="370203198607091890")


async def test_a_file_is_taken_into_every_line_and_announced_with_counts(roster: Handling) -> None:
    """Counts only: the event names no person."""
    people = invented_people(3, women=2)
    await roster.handle(drafted("A", "B"))
    batch = await imported(roster, people)
    assert (batch.state, batch.done, batch.total) == (ImportState.FINISHED, 3, 3)
    assert [(one.plan_code, one.succeeded, one.failed) for one in batch.result] == [
        ("A", 3, 0),
        ("B", 3, 0),
    ]
    assert [one.person.number for one in await line(roster, "B")] == [one.number for one in people]
    *_, finished = await roster.announced()
    assert isinstance(finished, ImportFinished)
    assert finished.counts == tuple(
        LineCount(plan_code=code, persons=3, women=2) for code in ("A", "B")
    )
    assert people[0].number not in finished.model_dump_json()


async def test_rows_that_fail_are_kept_with_their_reasons_to_be_corrected(
    roster: Handling,
) -> None:
    """The others are in; the failed ones come back in another file, which is noted."""
    await roster.handle(drafted("A"))
    first = await imported(roster, [*invented_people(2), WRONG])
    assert (first.failed_rows, first.result[0].succeeded) == (1, 2)
    [row] = await failures(first, 10, roster.transactions.resources)
    assert (row["number"], row["name"]) == (WRONG.number, WRONG.name)
    assert row["why"]
    second = await imported(roster, invented_people(1, seed=5), corrects=first.import_id)
    assert (await kept(roster, first.import_id)).corrected_by == second.import_id
    assert len(await line(roster)) == 3


async def test_a_batch_that_brings_back_fewer_rows_corrects_nothing(roster: Handling) -> None:
    """Some of the failed ones are still missing."""
    await roster.handle(drafted("A"))
    others = [replace(WRONG, number=f"37020319860709189{end}") for end in "123"]
    first = await imported(roster, [WRONG, *others])
    assert first.failed_rows == 4
    await imported(roster, invented_people(3, seed=5), corrects=first.import_id)
    assert (await kept(roster, first.import_id)).corrected_by is None


async def test_who_stands_in_the_line_already_is_refused_and_not_doubled(
    roster: Handling,
) -> None:
    """The second file changes nothing."""
    people = invented_people(2)
    await roster.handle(drafted("A"))
    await imported(roster, people)
    again = await imported(roster, people)
    assert (again.result[0].succeeded, again.result[0].failed) == (0, 2)
    assert len(await line(roster)) == 2


async def test_a_file_that_cannot_be_read_is_refused_whole_with_what_to_do(
    roster: Handling,
) -> None:
    """Nobody is in; the event carries the code."""
    await roster.handle(drafted("A"))
    file = await roster.storage.put_file("uploads/x", b"\x00\x01", "名单.xlsx", "text/csv")
    batch = await accepted(roster, file)
    await roster.handle(ImportStarted(**ABOUT, import_id=batch.import_id))
    batch = await kept(roster, batch.import_id)
    assert batch.state is ImportState.FAILED
    assert batch.error is not None
    assert batch.error.message
    *_, finished = await roster.announced()
    assert isinstance(finished, ImportFinished)
    assert (finished.error, finished.counts) == (batch.error.code, ())


async def test_an_import_that_is_given_up_ends_and_may_be_tried_again(roster: Handling) -> None:
    """An operator of the system may have the same job done later: it then counts."""
    await roster.handle(drafted("A"))
    batch = await upload(roster, invented_people(1))
    event = ImportStarted(**ABOUT, import_id=batch.import_id)
    for _ in range(2):  # tried again, and given up again
        await roster.give_up(event)
    given_up = await kept(roster, batch.import_id)
    assert (given_up.state, given_up.error and given_up.error.code) == ("failed", "not_read")
    await roster.handle(event)
    done = await kept(roster, batch.import_id)
    assert (done.state, done.error) == (ImportState.FINISHED, None)


async def test_a_file_for_a_line_that_is_gone_is_refused(roster: Handling) -> None:
    """It is told which plan is meant; nobody is in."""
    await roster.handle(drafted("A", "B"))
    batch = await upload(roster, invented_people(2))
    await roster.handle(lines_changed("A"))
    await roster.handle(ImportStarted(**ABOUT, import_id=batch.import_id))
    refused = await kept(roster, batch.import_id)
    assert (refused.state, refused.error and refused.error.code) == ("failed", "line_unknown")
    assert await line(roster) == []


async def test_nobody_is_kept_of_a_cancelled_application(roster: Handling) -> None:
    """Its persons go, and a file that was still read leaves none."""
    await roster.handle(drafted("A"))
    await imported(roster, invented_people(2))
    running = await upload(roster, invented_people(3, seed=4))
    await roster.handle(ApplicationCancelled(**ABOUT))
    await roster.handle(ImportStarted(**ABOUT, import_id=running.import_id))
    assert await line(roster) == []
    assert (await kept(roster, running.import_id)).result == ()


async def test_a_unit_has_so_many_files_under_way_and_no_more(roster: Handling) -> None:
    """TooMany says when to come back."""
    await roster.handle(drafted("A"))
    for _ in range(MOST_OPEN):
        await upload(roster, invented_people(1))
    with pytest.raises(TooMany) as refusal:
        await upload(roster, invented_people(1))
    assert refusal.value.retry_after


async def test_a_file_is_refused_that_nobody_stored_or_for_somebody_else(roster: Handling) -> None:
    """Also for a plan that is no line, and a batch that is unknown."""
    await roster.handle(drafted("A"))
    absent = StoredFile(key="uploads/absent", file_name="a", media_type="b", digest="", size=1)
    with pytest.raises(StorageAway):
        await accepted(roster, absent)
    file = await roster.storage.put_file("uploads/y", b"x", "a.csv", "text/csv")
    with pytest.raises(Invalid) as unknown:
        await accepted(roster, file, corrects="nobody's")
    assert unknown.value.code == "batch_unknown"
    async with roster.transaction() as tx:
        with pytest.raises(NotFound):
            await accept_import(NUMBER, file, None, None, caller(unit_id="U0000002"), tx)
        with pytest.raises(Invalid):
            await accept_import(NUMBER, file, ["Z"], None, caller(), tx)


async def test_a_submitted_roster_takes_no_more_files(roster: Handling) -> None:
    """Conflict says whom to ask."""
    await roster.handle(drafted("A"))
    await imported(roster, invented_people(1))
    await roster.handle(ApplicationSubmitted(**ABOUT, submitted_on=NOON.date()))
    with pytest.raises(Conflict):
        await upload(roster, invented_people(1, seed=2))
