"""A print counts each of its papers once, whatever is sent, delivered or tried again."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.documents import views
from services.documents.domain.prints import Print, PrintState, Taking
from services.documents.handlers.papers import restore_papers
from services.documents.handlers.prints import print_papers
from services.documents.repository.papers import PaperRepository
from services.documents.repository.printed_papers import PrintedPapers
from services.documents.repository.prints import PrintRepository
from shared.bus.inbox.job import AlreadyDone
from shared.contracts.documents import DocumentPrinted, PaperKind, RenderRequested
from shared.errors import Forbidden, NotFound
from shared.identity.caller import Caller
from shared.identity.permissions import Role
from shared.runtime.child import WorkBroken
from tests.documents.samples import CASE_A, approved
from tests.handling import NOON, SCOPE, Handling, caller

NOTICE = PaperKind.PAYMENT_NOTICE
NUMBERS = [f"PRT{number:010}" for number in range(1, 61)]
OPERATOR = caller()
AUDITOR = caller(Role.AUDITOR)


async def known(documents: Handling, *numbers: str, unit: str = SCOPE["unit_id"]) -> None:
    """Let the payment notices of some applications become known."""
    notice = approved(*CASE_A).model_copy(update={**SCOPE, "unit_id": unit})
    for number in numbers:
        await documents.handle(notice.model_copy(update={"application_no": number}))


async def ask(documents: Handling, *numbers: str, by: Caller = OPERATOR) -> Print:
    """Print payment notices."""
    async with documents.transaction() as tx:
        return await print_papers(NOTICE, numbers, by, tx)


async def requested(documents: Handling) -> RenderRequested:
    """Return the rendering that was requested last."""
    *_, event = await documents.announced()
    assert isinstance(event, RenderRequested)
    return event


async def kept(documents: Handling, print_id: str) -> Print:
    """Return a print as it stands."""
    async with documents.transaction() as tx:
        return await PrintRepository(tx).get(print_id)


async def counts(documents: Handling, *numbers: str) -> dict[str, int]:
    """Return how often papers were printed, as the lists show it."""
    async with documents.transaction() as tx:
        found = await PaperRepository(tx).get(NOTICE, numbers)
    return {paper.number: paper.print_count for paper in found}


async def registry(documents: Handling, number: str, by: Caller = OPERATOR) -> list[Taking]:
    """Return who printed a notice, newest first."""
    async with documents.transaction() as tx:
        matching = await views.takings(tx, by, NOTICE, number)
        return await views.takings_before(tx, matching, None, 200)


async def test_a_batch_is_one_print_of_all_its_papers(documents: Handling) -> None:
    """Sixty papers asked for, one of them twice: each counts once, one event says so."""
    await known(documents, *NUMBERS)
    found = await ask(documents, *NUMBERS, NUMBERS[0])
    await documents.handle(await requested(documents))
    assert set((await counts(documents, *NUMBERS)).values()) == {1}
    [printed] = [one for one in await documents.announced() if isinstance(one, DocumentPrinted)]
    assert list(printed.numbers) == NUMBERS
    assert (await kept(documents, found.print_id)).done == len(NUMBERS)


async def test_the_registry_says_who_took_a_paper_and_when(documents: Handling) -> None:
    """Newest first: when it was ready, not when it was asked for; a batch is one as others are."""
    first, second = NUMBERS[:2]
    await known(documents, first, second)
    alone = await ask(documents, first)
    event = await requested(documents)
    documents.hands.forward(seconds=7)
    await documents.handle(event)
    documents.hands.forward(hours=1)
    finance = caller(Role.FINANCE)
    both = await ask(documents, second, first, by=finance)
    await documents.handle(await requested(documents))
    entries = await registry(documents, first)
    assert [(one.print_id, one.printed_by) for one in entries] == [
        (both.print_id, finance.account_id),
        (alone.print_id, OPERATOR.account_id),
    ]
    assert (entries[1].printed_at - NOON).total_seconds() == 7
    assert [one.print_id for one in await registry(documents, second)] == [both.print_id]


async def test_what_lies_ready_is_noted_too(documents: Handling) -> None:
    """A reprint renders nothing: it is an entry and a count at once."""
    await known(documents, NUMBERS[0])
    await ask(documents, NUMBERS[0])
    await documents.handle(await requested(documents))
    await documents.announced()
    again = await ask(documents, NUMBERS[0])
    assert (again.state, again.done) == (PrintState.DONE, 1)
    assert not [one for one in await documents.announced() if isinstance(one, RenderRequested)]
    assert len(await registry(documents, NUMBERS[0])) == 2


async def test_the_registry_is_for_who_may_print_the_paper_and_for_the_auditor(
    documents: Handling,
) -> None:
    """Others' papers are not found; who may not print is refused."""
    await known(documents, NUMBERS[0])
    await known(documents, NUMBERS[1], unit="U0000002")
    assert await registry(documents, NUMBERS[0]) == []
    assert await registry(documents, NUMBERS[1], AUDITOR) == []
    with pytest.raises(Forbidden):
        await registry(documents, NUMBERS[0], caller(Role.AGENCY_REVIEWER))
    for number, by in (
        (NUMBERS[1], OPERATOR),
        (NUMBERS[1], caller(Role.AUDITOR, office_id="0099")),
        ("PRT9999999999", AUDITOR),
    ):
        with pytest.raises(NotFound):
            await registry(documents, number, by)


async def test_a_print_says_how_many_papers_are_set(documents: Handling) -> None:
    """While it is drawn, at most once a second; a print that failed has none."""
    await known(documents, *NUMBERS[:4])
    found = await ask(documents, *NUMBERS[:4])
    event = await requested(documents)
    seen: list[int] = []

    async def slowly(*papers: object) -> AsyncIterator[int | bytes]:
        for done, seconds in enumerate((0.25, 0.1, 0.1, 0.05), 1):
            documents.hands.forward(seconds=seconds)
            yield done
            seen.append((await kept(documents, found.print_id)).done)
        yield repr(papers).encode()

    documents.hands.instead["draw_batch"] = slowly
    await documents.handle(event)
    assert seen == [1, 1, 1, 4]
    assert (await kept(documents, found.print_id)).done == 4


async def test_a_late_word_of_progress_changes_nothing(documents: Handling) -> None:
    """A print that is ready has all its papers."""
    await known(documents, *NUMBERS[:3])
    found = await ask(documents, *NUMBERS[:3])
    await documents.handle(await requested(documents))
    async with documents.transaction() as tx:
        await PrintRepository(tx).note_progress(found.print_id, 1)
    assert (await kept(documents, found.print_id)).done == 3


async def test_a_batch_whose_child_dies_half_way_is_drawn_again_and_counted_once(
    documents: Handling,
) -> None:
    """What had been set is set again."""
    await known(documents, *NUMBERS[:3])
    found = await ask(documents, *NUMBERS[:3])
    event = await requested(documents)
    tries: list[int] = []

    def dying(*papers: object) -> Iterator[int | bytes]:
        tries.append(len(papers))
        yield 1
        if len(tries) == 1:
            raise WorkBroken("draw_batch")
        yield b"%PDF"

    documents.hands.instead["draw_batch"] = dying
    await documents.handle(event)
    assert tries == [3, 3]
    assert (await kept(documents, found.print_id)).state is PrintState.DONE
    assert set((await counts(documents, *NUMBERS[:3])).values()) == {1}


async def test_a_print_that_is_noted_twice_counts_once(documents: Handling) -> None:
    """Even if its state did not keep the second away: the registry has it already."""
    await known(documents, NUMBERS[0])
    found = await ask(documents, NUMBERS[0])
    for _ in range(2):
        async with documents.transaction() as tx:
            await PrintedPapers(tx).add(found, {})
    assert await counts(documents, NUMBERS[0]) == {NUMBERS[0]: 1}
    assert len(await registry(documents, NUMBERS[0])) == 1
    ahead = Print("P1", NOTICE, [NUMBERS[0]], SCOPE["office_id"], NOON)
    async with documents.transaction() as tx:
        with pytest.raises(ValueError, match="nobody's"):
            await PrintedPapers(tx).add(ahead, {})


@dataclass
class Counted:
    """A print that was asked for: the model that the counts are held against."""

    event: RenderRequested | None
    found: Print
    is_done: bool


STEPS = st.lists(
    st.tuples(
        st.sampled_from(("ask", "render", "deliver again", "give up", "rebuild")),
        st.lists(st.integers(0, 2), min_size=1, max_size=3),
    ),
    min_size=2,
    max_size=10,
)
FRESH = count(100)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
async def test_a_paper_was_printed_as_often_as_prints_of_it_were_ready(
    documents: Handling, steps: list[tuple[str, list[int]]]
) -> None:
    """Whatever is asked, rendered, delivered again, given up and rebuilt, in whatever order."""
    numbers = [f"PRT{next(FRESH):010}" for _ in range(3)]
    await known(documents, *numbers)
    prints: list[Counted] = []
    for step, which in steps:
        if step == "ask":
            found = await ask(documents, *(numbers[one] for one in which))
            events = [
                one for one in await documents.announced() if isinstance(one, RenderRequested)
            ]
            event = events[0] if events else None
            prints.append(Counted(event, found, is_done=event is None))
        elif step == "rebuild":
            async with documents.transaction() as tx:
                tx.rebuilding = True
                await restore_papers(tx)
        elif prints and (one := prints[which[0] % len(prints)]).event is not None:
            await _act(documents, step, one, one.event)
    expected = Counter(number for one in prints if one.is_done for number in one.found.numbers)
    assert await counts(documents, *numbers) == {number: expected[number] for number in numbers}
    for number in numbers:
        assert len(await registry(documents, number)) == expected[number]


async def _act(documents: Handling, step: str, one: Counted, event: RenderRequested) -> None:
    """Let something become of a print; what has ended stays as it is."""
    if step == "give up":
        with nullcontext() if not one.is_done else pytest.raises(ValueError, match="done already"):
            await documents.give_up(event)
        return
    with nullcontext() if not one.is_done else pytest.raises(ValueError, match="done already"):
        await documents.handle(event)
    one.is_done = True
    if step == "deliver again":
        with pytest.raises((AlreadyDone, ValueError)):
            await documents.run_again()
