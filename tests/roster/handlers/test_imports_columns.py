"""What becomes of a file whose columns are unknown."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.roster.adapters.workbook_writer import XLSX
from services.roster.domain.columns import ChosenColumns
from services.roster.domain.imports import Import, ImportState
from services.roster.handlers.imports import MOST_WAITING
from services.roster.handlers.imports_columns import (
    columns_asked,
    give_columns,
    give_up_columns,
    give_up_expired,
)
from services.roster.repository.recalled_columns import RecalledColumnsRepository
from shared.contracts.enrollment import ApplicationCancelled, ApplicationSubmitted
from shared.contracts.roster import (
    ImportColumnsGiven,
    ImportColumnsNeeded,
    ImportFinished,
    ImportStarted,
    RosterFreezeRefused,
    RowCounts,
)
from shared.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from shared.identity.caller import Caller
from shared.identity.permissions import Role
from tests.handling import NOON, NUMBER, SCOPE, Handling, caller
from tests.people import Invented, invented_people
from tests.roster.handlers.steps import ABOUT, accepted, drafted, kept, line, upload
from tests.roster.kinds.kind import HEADER, book, row

UNKNOWN = "甲,乙"
BOTH = {"name": 0, "number": 1}


async def _sent(
    roster: Handling, people: list[Invented], titles: str = UNKNOWN, *, into: bool = True
) -> Import:
    """Send a file, and let a worker read it."""
    if into:
        await roster.handle(drafted("A"))
    batch = await upload(roster, people, titles=titles)
    await roster.handle(ImportStarted(**ABOUT, import_id=batch.import_id))
    return await kept(roster, batch.import_id)


async def _given(
    roster: Handling,
    batch: Import,
    columns: dict[str, int],
    header_row: int = 1,
    by: Caller | None = None,
    *,
    sheet: str = "",
    is_list: bool = True,
) -> Import:
    """Say the columns, and let a worker read the file again."""
    async with roster.transaction() as tx:
        await give_columns(
            batch.import_id, sheet, header_row, columns, by or caller(), tx, is_list=is_list
        )
    await roster.handle(ImportColumnsGiven(**ABOUT, import_id=batch.import_id))
    return await kept(roster, batch.import_id)


async def test_a_file_with_unknown_titles_waits_and_holds_nothing_up(roster: Handling) -> None:
    """The operator sees its first rows in full; other files of the unit go on."""
    people = invented_people(2)
    batch = await _sent(roster, people)
    assert batch.state is ImportState.NEEDS_COLUMNS
    assert batch.columns_until == NOON + timedelta(hours=24)
    *_, needed = await roster.announced()
    assert isinstance(needed, ImportColumnsNeeded)
    assert needed.until == batch.columns_until
    asked = await columns_asked(batch, roster.transactions.resources)
    assert (asked.sheet, asked.header_row, asked.columns) == ("", 1, {})
    written = [("甲", "乙"), *((one.name, one.number) for one in people)]
    assert list(asked.shown) == list(enumerate(written, 1))
    for _ in range(4):
        other = await _sent(roster, people, "姓名,身份证号", into=False)
        assert other.state is ImportState.FINISHED


async def test_the_file_is_read_when_the_operator_says_the_columns(roster: Handling) -> None:
    """All persons are in; no import asks twice."""
    people = invented_people(2)
    batch = await _given(roster, await _sent(roster, people), BOTH)
    assert (batch.state, batch.rows.taken, batch.rows.title) == (ImportState.FINISHED, 2, 1)
    assert [one.person.number for one in await line(roster)] == [one.number for one in people]
    with pytest.raises(Conflict) as refused:
        await columns_asked(batch, roster.transactions.resources)
    assert refused.value.code == "columns_not_asked"


async def test_the_titles_are_known_the_next_time(roster: Handling) -> None:
    """For this unit; roster keeps no title, only what the hash of all of them tells."""
    await _given(roster, await _sent(roster, invented_people(1)), BOTH)
    again = await _sent(roster, invented_people(2, seed=5), into=False)
    assert (again.state, again.rows.taken) == (ImportState.FINISHED, 2)
    async with roster.transaction() as tx:
        recalled = RecalledColumnsRepository(tx)
        assert list((await recalled.of(SCOPE["unit_id"])).values()) == [BOTH]
        assert await recalled.of("U0000002") == {}
    other = await _sent(roster, invented_people(1, seed=6), "甲,丙", into=False)
    assert other.state is ImportState.NEEDS_COLUMNS


async def test_a_file_without_titles_is_read_and_nothing_is_remembered(roster: Handling) -> None:
    """The operator says that no row has them."""
    people = invented_people(3)
    first, rest = people[0], people[1:]
    batch = await _sent(roster, rest, f"{first.name},{first.number}")
    asked = await columns_asked(batch, roster.transactions.resources)
    assert asked.header_row == 0
    batch = await _given(roster, batch, BOTH, header_row=0)
    assert (batch.rows.taken, batch.rows.title) == (3, 0)
    async with roster.transaction() as tx:
        assert await RecalledColumnsRepository(tx).of(SCOPE["unit_id"]) == {}


@pytest.mark.parametrize(
    ("columns", "code", "field"),
    [
        ({"name": 0}, "column_missing", "columns.number"),
        ({"number": 1}, "column_missing", "columns.name"),
        ({"name": 0, "number": 2}, "column_unknown", "columns.number"),
        ({"name": 1, "number": 1}, "column_twice", "columns.name"),
    ],
)
async def test_columns_that_cannot_be_are_refused_by_field(
    roster: Handling, columns: dict[str, int], code: str, field: str
) -> None:
    """The file goes on waiting."""
    batch = await _sent(roster, invented_people(1))
    with pytest.raises(Invalid) as refused:
        await _given(roster, batch, columns)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert (await kept(roster, batch.import_id)).state is ImportState.NEEDS_COLUMNS


async def _sent_with_contacts(
    roster: Handling, people: list[Invented], *, into: bool = True
) -> Import:
    """Send a workbook whose second sheet holds the last person as a contact; a worker reads it."""
    *listed, contact = people
    content = book(
        名单=[HEADER, *(row(at, one) for at, one in enumerate(listed, 1))],
        联系人=[("姓名", "电话", "编码"), (contact.name, contact.mobile, contact.number)],
    )
    file = await roster.storage.put_file(f"uploads/{NUMBER}/1", content, "名单.xlsx", XLSX)
    if into:
        await roster.handle(drafted("A"))
    batch = await accepted(roster, file)
    await roster.handle(ImportStarted(**ABOUT, import_id=batch.import_id))
    return await kept(roster, batch.import_id)


async def test_a_sheet_that_is_no_list_is_passed_over(roster: Handling) -> None:
    """Whatever columns are said of it; the persons of the list are in, and nobody else."""
    people = invented_people(3)
    batch = await _sent_with_contacts(roster, people)
    assert batch.asked is not None
    assert (batch.asked.label, batch.asked.width, batch.asked.is_alone) == ("联系人", 3, False)
    batch = await _given(roster, batch, {"name": 0, "mobile": 9}, sheet="联系人", is_list=False)
    assert batch.chosen == (ChosenColumns("联系人", 1, {}, is_list=False),)
    assert (batch.state, batch.rows) == (ImportState.FINISHED, RowCounts(taken=2, title=1))
    assert [one.person.number for one in await line(roster)] == [one.number for one in people[:2]]


async def test_that_a_sheet_is_no_list_is_not_remembered(roster: Handling) -> None:
    """The next file of the unit with such a sheet is asked about again."""
    batch = await _sent_with_contacts(roster, invented_people(2))
    await _given(roster, batch, {}, sheet="联系人", is_list=False)
    again = await _sent_with_contacts(roster, invented_people(2, seed=5), into=False)
    assert again.state is ImportState.NEEDS_COLUMNS
    async with roster.transaction() as tx:
        assert await RecalledColumnsRepository(tx).of(SCOPE["unit_id"]) == {}


async def test_the_only_sheet_of_a_file_is_not_passed_over(roster: Handling) -> None:
    """The operator is told to give the file up; it goes on waiting."""
    batch = await _sent(roster, invented_people(1))
    assert batch.asked is not None
    assert (batch.asked.label, batch.asked.width, batch.asked.is_alone) == ("", 2, True)
    with pytest.raises(Invalid, match="请放弃该文件") as refused:
        await _given(roster, batch, {}, is_list=False)
    assert (refused.value.code, refused.value.field) == ("no_list_left", "is_list")
    assert (await kept(roster, batch.import_id)).state is ImportState.NEEDS_COLUMNS


async def test_another_sheet_than_the_one_asked_for_is_not_passed_over(roster: Handling) -> None:
    """It could be the list."""
    batch = await _sent_with_contacts(roster, invented_people(2))
    with pytest.raises(Invalid) as refused:
        await _given(roster, batch, {}, sheet="名单", is_list=False)
    assert (refused.value.code, refused.value.field) == ("sheet_unknown", "sheet")


@pytest.mark.parametrize(
    ("header_row", "columns", "code", "field"),
    [
        (2, BOTH, "header_row_person", "header_row"),
        (9, BOTH, "header_row_unknown", "header_row"),
        (1, {"name": 1, "number": 0}, "column_without_numbers", "columns.number"),
        (1, {"name": 2, "number": 1}, "column_without_names", "columns.name"),
    ],
)
async def test_an_answer_that_cannot_be_is_refused_while_the_question_is_open(
    roster: Handling, header_row: int, columns: dict[str, int], code: str, field: str
) -> None:
    """A person taken for the titles would be lost, a column of the wrong kind refuse everybody."""
    people = [replace(one, number=f"{one.number},1") for one in invented_people(2)]
    batch = await _sent(roster, people, "甲,乙,丙")
    with pytest.raises(Invalid) as refused:
        await _given(roster, batch, columns, header_row)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert (await kept(roster, batch.import_id)).state is ImportState.NEEDS_COLUMNS


async def test_columns_are_remembered_when_persons_came_in_and_forgotten_when_none_did(
    roster: Handling,
) -> None:
    """A slip is not repeated with every file of the unit."""
    wrong = [replace(one, number=one.number[:17] + "0") for one in invented_people(20)]
    wrong = [
        one for one in wrong if one.number not in {each.number for each in invented_people(20)}
    ]
    assert (await _given(roster, await _sent(roster, wrong[:3]), BOTH)).rows.refused == 3
    again = await _sent(roster, invented_people(1), into=False)
    assert again.state is ImportState.NEEDS_COLUMNS
    await _given(roster, again, BOTH)
    assert (await _sent(roster, wrong[:2], into=False)).rows.refused == 2
    last = await _sent(roster, invented_people(1, seed=7), into=False)
    assert last.state is ImportState.NEEDS_COLUMNS


async def test_remembered_columns_that_cannot_be_are_asked_for_again(roster: Handling) -> None:
    """The same titles over other columns: a name stands where the numbers were."""
    await _given(roster, await _sent(roster, invented_people(1)), BOTH)
    swapped = [replace(one, name=one.number, number=one.name) for one in invented_people(2, seed=5)]
    again = await _sent(roster, swapped, into=False)
    assert again.state is ImportState.NEEDS_COLUMNS
    again = await _given(roster, again, {"name": 1, "number": 0})
    assert (again.state, again.rows.taken) == (ImportState.FINISHED, 2)


async def test_a_unit_has_so_many_files_waiting_and_no_more(roster: Handling) -> None:
    """TooMany says to decide them first."""
    await roster.handle(drafted("A"))
    for _ in range(MOST_WAITING):
        await _sent(roster, invented_people(1), into=False)
    with pytest.raises(TooMany) as refused:
        await upload(roster, invented_people(1))
    assert refused.value.code == "too_many_waiting"


async def test_a_file_that_waits_ends_with_its_application(roster: Handling) -> None:
    """Nobody is asked any more, and its rows are gone."""
    batch = await _sent(roster, invented_people(1))
    assert batch.asked is not None
    await roster.handle(ApplicationCancelled(**ABOUT))
    ended = await kept(roster, batch.import_id)
    assert (ended.state, ended.asked) == (ImportState.FAILED, None)
    assert ended.error is not None
    assert ended.error.code == "application_cancelled"
    with pytest.raises(Conflict):
        await columns_asked(ended, roster.transactions.resources)


async def test_columns_are_said_once_and_by_the_units_own_operator(roster: Handling) -> None:
    """Of two at once the second is told; another unit does not see the file."""
    batch = await _sent(roster, invented_people(1))
    with pytest.raises(NotFound):
        await _given(roster, batch, BOTH, by=caller(unit_id="U0000002"))
    await _given(roster, batch, BOTH)
    with pytest.raises(Conflict) as refused:
        await _given(roster, batch, BOTH)
    assert refused.value.code == "columns_not_asked"
    async with roster.transaction() as tx:
        with pytest.raises(Conflict):
            await give_up_columns(batch.import_id, caller(), tx)


async def test_a_file_is_given_up_by_the_operator_or_after_a_day(roster: Handling) -> None:
    """It ends without persons, says so, and keeps no submission back."""
    first = await _sent(roster, invented_people(1))
    async with roster.transaction() as tx:
        ended = await give_up_columns(first.import_id, caller(), tx)
    assert (ended.state, ended.error and ended.error.code) == ("failed", "columns_not_given")
    second = await _sent(roster, invented_people(1), into=False)
    roster.hands.forward(hours=23, minutes=59, seconds=59)
    async with roster.transaction() as tx:
        assert not await give_up_expired(tx)
    roster.hands.forward(seconds=1)
    async with roster.transaction() as tx:
        assert await give_up_expired(tx)
        assert not await give_up_expired(tx)
    *_, finished = await roster.announced()
    assert isinstance(finished, ImportFinished)
    assert (finished.import_id, finished.error) == (second.import_id, "columns_expired")


async def test_a_submission_that_overtakes_the_question_is_refused(roster: Handling) -> None:
    """The unit is told to say the columns, or to give the file up."""
    await _sent(roster, invented_people(1))
    await roster.announced()
    await roster.handle(ApplicationSubmitted(**ABOUT, submitted_on=NOON.date()))
    [refused] = await roster.announced()
    assert isinstance(refused, RosterFreezeRefused)
    assert refused.code == "import_undecided"


async def test_reviewers_do_not_say_columns(roster: Handling) -> None:
    """Only the operator sees the rows of a file in full."""
    batch = await _sent(roster, invented_people(1))
    with pytest.raises(Forbidden):
        await _given(roster, batch, BOTH, by=caller(Role.AGENCY_REVIEWER))
