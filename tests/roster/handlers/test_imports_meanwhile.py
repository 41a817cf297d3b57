"""What becomes of a file when its lines or its application change while it is read."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from services.roster.adapters import staging
from services.roster.adapters.staging import Chunk, FileRead, staged
from services.roster.adapters.telling import Told, tell
from services.roster.domain.imports import Import, ImportState
from services.roster.handlers.imports import accept_import, failures
from services.roster.handlers.persons import remove_person
from services.roster.repository.imports import ImportRepository
from shared.bus import TooEarly
from shared.contracts.enrollment import ApplicationCancelled, ApplicationSubmitted
from shared.contracts.roster import ImportStarted
from shared.errors import Conflict, Invalid
from tests.handling import NOON, NUMBER, Handling, caller
from tests.people import invented_people
from tests.roster.handlers.steps import (
    ABOUT,
    drafted,
    imported,
    kept,
    line,
    lines_changed,
    state,
    upload,
)

WRONG = replace(invented_people(1, seed=9)[0], number="370203198607091890")
CANCELLED = ApplicationCancelled(**ABOUT)


async def _run(roster: Handling, batch: Import) -> Import:
    await roster.handle(ImportStarted(**ABOUT, import_id=batch.import_id))
    return await kept(roster, batch.import_id)


def _before_telling(roster: Handling, act: Callable[[], Awaitable[None]]) -> None:
    """Let something happen when the persons are in their lines, and the import has not ended."""

    async def after(*args: Any) -> Told:  # noqa: ANN401 - what tell takes
        await act()
        return tell(*args)

    roster.hands.instead["tell"] = after


async def test_nobody_joins_a_line_that_goes_while_a_file_is_read(roster: Handling) -> None:
    """The others are in the line that is left, and only that one is told of."""
    await roster.handle(drafted("A", "B"))
    batch = await upload(roster, [*invented_people(2), WRONG])
    _before_telling(roster, lambda: roster.handle(lines_changed("B")))
    batch = await _run(roster, batch)
    assert [len(await line(roster, code)) for code in "AB"] == [0, 2]
    assert [(one.plan_code, one.succeeded) for one in batch.result] == [("B", 2)]
    assert (batch.rows.taken, batch.rows.refused) == (2, 1)


async def test_nobody_is_counted_as_taken_by_a_line_that_went(roster: Handling) -> None:
    """Whoever stands in the other line already was taken by that one alone."""
    one, other = invented_people(2)
    await roster.handle(drafted("B"))
    await imported(roster, [one])
    await roster.handle(lines_changed("A", "B"))
    batch = await upload(roster, [one, other])
    _before_telling(roster, lambda: roster.handle(lines_changed("B")))
    batch = await _run(roster, batch)
    assert len(await line(roster, "B")) == 2
    assert [(one.plan_code, one.succeeded, one.failed) for one in batch.result] == [("B", 1, 1)]
    assert (batch.rows.taken, batch.rows.refused) == (1, 1)


async def test_nobody_is_kept_of_a_cancelled_application(roster: Handling) -> None:
    """Its persons go, and a file that is read later leaves none and says why."""
    await roster.handle(drafted("A"))
    await imported(roster, invented_people(2))
    batch = await upload(roster, invented_people(3, seed=4))
    await roster.handle(CANCELLED)
    batch = await _run(roster, batch)
    assert await line(roster) == []
    assert (batch.state, batch.result, batch.rows.taken) == (ImportState.FAILED, (), 0)
    assert batch.error is not None
    assert batch.error.code == "application_cancelled"
    assert batch.error.message.startswith("申请已撤销")
    with pytest.raises(Conflict) as refusal:
        await upload(roster, invented_people(1))
    assert refusal.value.code == "application_cancelled"


async def test_what_is_told_of_rows_is_true_of_the_line(
    roster: Handling, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who kept the first row out is removed before the second one comes: the file is read again."""
    monkeypatch.setattr(staging, "ROWS_PER_CHUNK", 1)
    person = replace(invented_people(1)[0], name="王小明")
    await roster.handle(drafted("A"))
    await imported(roster, [replace(person, name="完全不同")])
    [stands] = await line(roster)

    async def removed_between(*args: Any) -> AsyncIterator[Chunk | FileRead]:  # noqa: ANN401 - what staged takes
        for number, part in enumerate(staged(*args)):
            if number == 1:
                async with roster.transaction() as tx:
                    await remove_person(NUMBER, "A", stands.person_id, caller(), tx)
            yield part

    batch = await upload(roster, [person, replace(person, name="李大明")])
    roster.hands.instead["staged"] = removed_between
    event = ImportStarted(**ABOUT, import_id=batch.import_id)
    with pytest.raises(TooEarly):
        await roster.handle(event)
    del roster.hands.instead["staged"]
    async with roster.transaction() as tx:
        for one in await line(roster):
            await remove_person(NUMBER, "A", one.person_id, caller(), tx)
    await roster.run_again()
    [row] = await failures(await kept(roster, batch.import_id), roster.transactions.resources)
    assert (row["row_no"], row["name"]) == (3, "李大明")
    assert [one.person.name for one in await line(roster)] == ["王小明"]


async def test_what_comes_back_goes_where_it_was_meant_to_go(roster: Handling) -> None:
    """Corrected rows of a file for one line join that line, not all; another may be named."""
    await roster.handle(drafted("A", "B"))
    file = await upload(roster, [WRONG])
    async with roster.transaction() as tx:
        stored = (await ImportRepository(tx).get(file.import_id)).file
        only = await accept_import(NUMBER, stored, ["B"], None, caller(), tx)
    await _run(roster, only)
    batch = await upload(roster, invented_people(1), corrects=only.import_id)
    assert batch.lines == ["B"]
    await roster.handle(lines_changed("A"))
    with pytest.raises(Invalid) as refusal:
        await upload(roster, invented_people(1), corrects=only.import_id)
    assert refusal.value.code == "line_unknown"


async def test_nobody_joins_a_frozen_roster(roster: Handling) -> None:
    """A file that was given up is refused when its job is done again after the submission."""
    await roster.handle(drafted("A"))
    batch = await upload(roster, invented_people(3, seed=4))
    await roster.give_up(ImportStarted(**ABOUT, import_id=batch.import_id))
    roster.hands.forward(seconds=1)
    await imported(roster, invented_people(1))
    await roster.handle(ApplicationSubmitted(**ABOUT, submitted_on=NOON.date()))
    assert await state(roster) == "frozen"
    batch = await _run(roster, batch)
    assert len(await line(roster)) == 1
    assert batch.error is not None
    assert (batch.state, batch.error.code) == (ImportState.FAILED, "roster_closed")
