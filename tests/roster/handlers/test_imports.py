"""What becomes of a file of persons."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from services.roster.adapters.staging import MOST_TOLD, ROWS_PER_CHUNK, staged
from services.roster.adapters.telling import MOST_SHOWN, Told
from services.roster.domain.imports import ImportState
from services.roster.handlers import imports_progress
from services.roster.handlers.imports import MOST_OPEN, accept_import, failures, warnings
from services.roster.repository.imports import ImportRepository
from shared.bus import TooEarly
from shared.contracts.enrollment import ApplicationSubmitted
from shared.contracts.files import StoredFile
from shared.contracts.roster import (
    ImportFinished,
    ImportProgressed,
    ImportStarted,
    LineCount,
    RowCounts,
)
from shared.errors import Conflict, Invalid, NotFound, StorageAway, TooMany
from shared.runtime.child import WorkBroken
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
from tests.roster.reading import written_rows

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
    [row] = await failures(first, roster.transactions.resources)
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


async def test_a_batch_says_what_its_rows_are(roster: Handling) -> None:
    """All rows of the file, by kind; the event says it too."""
    one = invented_people(1)[0]
    await roster.handle(drafted("A"))
    text = (
        f"名单\n序号,姓名,身份证号\n1,{one.name},{one.number}\n2,李四,\n\n合计,,2人\n制表人：王五\n"
    )
    file = await roster.storage.put_file("uploads/z", text.encode(), "a.csv", "text/csv")
    batch = await accepted(roster, file)
    await roster.handle(ImportStarted(**ABOUT, import_id=batch.import_id))
    batch = await kept(roster, batch.import_id)
    counts = RowCounts(taken=1, refused=1, title=2, total=1, footer=1, empty=1)
    assert batch.rows == counts
    *_, finished = await roster.announced()
    assert isinstance(finished, ImportFinished)
    assert finished.rows == counts


async def stages_of_two_persons(roster: Handling) -> list[tuple[str, int, int]]:
    """Import two persons; return what is said meanwhile."""
    await roster.handle(drafted("A"))
    await imported(roster, invented_people(2))
    return [
        (one.stage, one.done, one.total)
        for one in await roster.announced()
        if isinstance(one, ImportProgressed)
    ]


async def test_the_screen_follows_an_import_from_its_beginning(
    roster: Handling, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading, checking, storing; the first is said before the file is opened."""
    monkeypatch.setattr(imports_progress, "QUIET_SECONDS", 0)
    stages = await stages_of_two_persons(roster)
    assert stages == [("reading", 0, 0), ("checking", 2, 0), ("storing", 2, 2)]


async def test_an_import_that_is_over_at_once_says_only_that_it_has_begun(
    roster: Handling, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody could read more than that; all that is counted is counted all the same."""
    monkeypatch.setattr(imports_progress, "QUIET_SECONDS", 3600)
    assert await stages_of_two_persons(roster) == [("reading", 0, 0)]


async def test_who_stands_twice_in_a_file_is_refused_on_the_later_row(roster: Handling) -> None:
    """However far apart; the reason names the first row that was taken, never a refused one."""
    person = invented_people(1, seed=3)[0]
    nameless = replace(person, name="")
    others = invented_people(ROWS_PER_CHUNK, seed=4)
    await roster.handle(drafted("A"))
    batch = await imported(roster, [nameless, person, *others, person])
    assert (batch.rows.taken, batch.rows.refused) == (ROWS_PER_CHUNK + 1, 2)
    first, last = await failures(batch, roster.transactions.resources)
    assert (first["row_no"], first["why"]) == (2, "原第 2 行：“参保人姓名”为空，请填写姓名。")
    assert (last["row_no"], last["why"]) == (
        ROWS_PER_CHUNK + 4,
        f"原第 {ROWS_PER_CHUNK + 4} 行：与第 3 行重复，请删除其中一行。",
    )


async def test_a_number_with_another_name_is_told_with_the_difference(roster: Handling) -> None:
    """In another line a warning; in the same line a refusal. Nobody else is warned."""
    person, other = invented_people(2, seed=3)
    renamed = replace(person, name="完全不同")
    await roster.handle(drafted("A"))
    await imported(roster, [person])
    await roster.handle(lines_changed("A", "B"))
    batch = await imported(roster, [renamed, other])
    assert [(one.plan_code, one.succeeded, one.failed) for one in batch.result] == [
        ("A", 1, 1),
        ("B", 2, 0),
    ]
    [refused] = await failures(batch, roster.transactions.resources)
    assert "但姓名不同" in refused["why"]
    assert batch.warnings == 0
    await roster.handle(lines_changed("A", "B", "C"))
    file = await upload(roster, [renamed])
    async with roster.transaction() as tx:
        stored = (await ImportRepository(tx).get(file.import_id)).file
        only = await accept_import(NUMBER, stored, ["C"], None, caller(), tx)
    await roster.handle(ImportStarted(**ABOUT, import_id=only.import_id))
    only = await kept(roster, only.import_id)
    assert (only.result[0].succeeded, only.warnings) == (1, 1)
    [warned] = await warnings(only, roster.transactions.resources)
    assert (warned["row_no"], warned["number"]) == (2, person.number)
    assert f"同一证件号码的姓名是“{person.name}”" in warned["why"]


async def test_a_file_is_read_again_when_its_child_dies_once(roster: Handling) -> None:
    """Nobody stands twice; when it dies again the file is refused."""
    await roster.handle(drafted("A"))
    deaths: list[object] = []

    def dying(times: int) -> Callable[..., Iterator[object]]:
        def staged_until_death(*args: Any) -> Iterator[object]:  # noqa: ANN401 - what staged takes
            for part in staged(*args):
                yield part
                if len(deaths) < times:
                    deaths.append(part)
                    raise WorkBroken

        return staged_until_death

    roster.hands.instead["staged"] = dying(1)
    batch = await imported(roster, invented_people(2))
    assert (batch.state, len(await line(roster))) == (ImportState.FINISHED, 2)
    roster.hands.instead["staged"] = dying(3)
    batch = await imported(roster, invented_people(2, seed=8))
    assert (batch.state, batch.error and batch.error.code) == ("failed", "file_unreadable")
    assert len(await line(roster)) == 2


async def test_an_import_that_breaks_off_leaves_nobody_in_a_line(roster: Handling) -> None:
    """Its persons count only at its end; when the job is done again, each is in once."""
    await roster.handle(drafted("A"))

    def broken_off(*args: object) -> Told:
        del args
        raise TooEarly("the database is gone")

    batch = await upload(roster, [*invented_people(2), WRONG])
    roster.hands.instead["tell"] = broken_off
    with pytest.raises(TooEarly):
        await roster.handle(ImportStarted(**ABOUT, import_id=batch.import_id))
    assert await line(roster) == []
    del roster.hands.instead["tell"]
    await roster.run_again()
    assert (await kept(roster, batch.import_id)).rows.taken == len(await line(roster)) == 2


async def test_more_failed_rows_than_are_kept_come_from_a_second_reading(roster: Handling) -> None:
    """All of them are in the workbook, the first 500 on the screen."""
    await roster.handle(drafted("A"))
    wrong = [replace(WRONG, name=f"{WRONG.name}{'王' * (at % 9)}") for at in range(MOST_TOLD + 1)]
    batch = await imported(roster, [*wrong, *invented_people(1, seed=5)])
    assert (batch.failed_rows, batch.rows.refused, batch.rows.taken) == (
        MOST_TOLD + 1,
        MOST_TOLD + 1,
        1,
    )
    assert batch.failed is not None
    workbook = written_rows(await roster.storage.get(batch.failed.key))
    assert [row.name for row in workbook] == [one.name for one in wrong]
    assert len(await failures(batch, roster.transactions.resources)) == MOST_SHOWN
