"""Papers are rendered in advance, many in a job; nobody waits behind them or for them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.documents.domain.papers import Paper, notice_of
from services.documents.domain.payment_notice import PaymentNotice
from services.documents.domain.prints import Print, PrintState
from services.documents.handlers.papers import know_notice, restore_papers
from services.documents.handlers.prints import print_papers
from services.documents.handlers.rendering_ahead import bulk_requests
from services.documents.repository.papers import PaperRepository
from services.documents.repository.prints import PrintRepository
from shared.bus import NotAgain, Transaction
from shared.contracts.documents import (
    BulkRenderRequested,
    DocumentPrinted,
    DocumentRendered,
    PaperKind,
    RenderRequested,
)
from shared.contracts.enrollment import ApplicationApproved
from shared.errors import StorageAway
from shared.runtime.child import WorkBroken, WorkFatal, WorkTooLarge, WorkTooLong
from shared.runtime.storage import Storage
from tests.documents.samples import CASE_A, approved
from tests.handling import NOON, SCOPE, Handling, caller

OPERATOR = caller()


def notice(place: int, **more: str) -> ApplicationApproved:
    """Return an approved application of our unit."""
    number = f"PRT{place:010}"
    return approved(*CASE_A).model_copy(update={**SCOPE, "application_no": number, **more})


async def known(documents: Handling, *places: int) -> list[BulkRenderRequested]:
    """Let notices become known in one transaction; return what is asked for in advance."""
    async with documents.transaction() as tx:
        for place in places:
            await know_notice(notice(place), tx)
    return [one for one in await documents.announced() if isinstance(one, BulkRenderRequested)]


async def paper(documents: Handling, place: int = 1) -> Paper:
    """Return a notice as the lists show it."""
    async with documents.transaction() as tx:
        [found] = await PaperRepository(tx).get(PaperKind.PAYMENT_NOTICE, [f"PRT{place:010}"])
        return found


async def ask(documents: Handling, *places: int) -> Print:
    """Print notices."""
    numbers = [f"PRT{place:010}" for place in places]
    async with documents.transaction() as tx:
        return await print_papers(PaperKind.PAYMENT_NOTICE, numbers, OPERATOR, tx)


class Drawn(list[str]):
    """Draws papers, remembers which, and fails at some."""

    def __init__(self, documents: Handling, seconds: float = 0.0) -> None:
        self.poison: dict[str, Exception] = {}
        self._hands, self._seconds = documents.hands, seconds
        documents.hands.instead["draw"] = self.draw

    def draw(self, *papers: PaymentNotice) -> bytes:
        """Draw papers."""
        self._hands.forward(seconds=self._seconds)
        for one in papers:
            self.append(one.number[-2:])
            if one.number[-2:] in self.poison:
                raise self.poison[one.number[-2:]]
        return repr(papers).encode()


async def test_what_became_known_together_is_one_job(documents: Handling) -> None:
    """Fifty at most, so that the second job holds the rest."""
    first, second = await known(documents, *range(1, 54))
    assert first.numbers == tuple(f"PRT{place:010}" for place in range(1, 51))
    assert second.numbers == tuple(f"PRT{place:010}" for place in range(51, 54))
    assert {first.kind, second.kind} == {PaperKind.PAYMENT_NOTICE}
    assert {first.office_id, second.office_id} == {SCOPE["office_id"]}
    assert first.job_id != second.job_id


@given(st.lists(st.tuples(st.sampled_from(PaperKind), st.sampled_from(["0012", "0013"]))))
def test_a_job_is_of_one_kind_and_one_office(papers: list[tuple[PaperKind, str]]) -> None:
    """Whatever becomes known in one transaction; each once."""
    like = notice_of(notice(1), NOON)
    numbered = [
        replace(like, kind=kind, office_id=office, number=f"{kind} {office} {place}")
        for place, (kind, office) in enumerate(papers)
    ]
    jobs = list(bulk_requests(numbered))
    for job in jobs:
        assert all(one.startswith(f"{job.kind} {job.office_id} ") for one in job.numbers)
    assert sorted(one for job in jobs for one in job.numbers) == sorted(
        one.number for one in numbered
    )
    assert len(jobs) == len(set(papers))


async def test_nothing_is_rendered_when_copies_are_made_anew(documents: Handling) -> None:
    """It was when the events came first."""
    async with documents.transaction() as tx:
        tx.rebuilding = True
        await know_notice(notice(1), tx)
    assert await documents.announced() == []


async def test_each_paper_has_a_file_of_its_own_and_is_announced(documents: Handling) -> None:
    """Nobody has printed it; who then prints it has it at once, without a rendering."""
    drawn = Drawn(documents)
    await documents.handle(*await known(documents, 1, 2))
    rendered = await documents.announced()
    assert [type(one) for one in rendered] == [DocumentRendered] * 2
    for place in (1, 2):
        kept = await paper(documents, place)
        assert kept.file is not None
        assert kept.number in (await documents.storage.get(kept.file.key)).decode()
        assert kept.print_count == 0
        [told] = [one for one in rendered if one.numbers == (kept.number,)]  # type: ignore[attr-defined]
        assert isinstance(told, DocumentRendered)
        assert (told.key, told.digest, told.unit_id) == (
            kept.file.key,
            kept.file.digest,
            SCOPE["unit_id"],
        )
    found = await ask(documents, 1)
    assert (found.state, found.file) == (PrintState.DONE, (await paper(documents)).file)
    [printed] = await documents.announced()
    assert isinstance(printed, DocumentPrinted)
    assert drawn == ["01", "02"]


async def test_files_rendered_in_advance_come_back_after_a_rebuild(documents: Handling) -> None:
    """They are prints that nobody asked for."""
    await documents.handle(*await known(documents, 1, 2))
    before = await paper(documents)
    async with documents.transaction() as tx:
        tx.rebuilding = True
        await restore_papers(tx)
    assert await paper(documents) == before


async def test_who_waits_does_not_wait_behind_what_is_rendered_in_advance(
    documents: Handling,
) -> None:
    """Their paper is rendered in the waiting lane; the job in advance passes over it."""
    drawn = Drawn(documents)
    [ahead] = await known(documents, 1, 2)
    await ask(documents, 1)
    [requested] = await documents.announced()
    assert isinstance(requested, RenderRequested)
    await documents.handle(requested)
    await documents.announced()
    await documents.handle(ahead)
    assert [type(one) for one in await documents.announced()] == [DocumentRendered]
    assert drawn == ["01", "02"]


async def test_what_was_rendered_meanwhile_is_not_rendered_for_who_waits(
    documents: Handling,
) -> None:
    """Their print gets that file, and is counted."""
    drawn = Drawn(documents)
    [ahead] = await known(documents, 1)
    found = await ask(documents, 1)
    [requested] = await documents.announced()
    await documents.handle(ahead)
    await documents.handle(requested)
    async with documents.transaction() as tx:
        done = await PrintRepository(tx).get(found.print_id)
    assert done.file == (await paper(documents)).file is not None
    assert (await paper(documents)).print_count == 1
    assert drawn == ["01"]


async def test_a_paper_that_cannot_be_drawn_is_tried_apart(
    documents: Handling, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others of its job are ready; alone it ends at once, and so does a print of it."""
    drawn = Drawn(documents)
    drawn.poison["02"] = ValueError("poison")
    await documents.handle(*await known(documents, 1, 2, 3))
    *rendered, apart = await documents.announced()
    assert [type(one) for one in rendered] == [DocumentRendered] * 2
    assert isinstance(apart, BulkRenderRequested)
    assert apart.numbers == ("PRT0000000002",)
    with pytest.raises(NotAgain):
        await documents.handle(apart)
    found = await ask(documents, 2)
    [requested] = await documents.announced()
    with pytest.raises(NotAgain):
        await documents.handle(requested)
    woken: list[str] = []

    async def wake(_: Transaction, subject: str) -> None:
        woken.append(subject)

    monkeypatch.setattr(Transaction, "wake", wake)
    await documents.give_up(requested)
    assert woken == [found.print_id]
    async with documents.transaction() as tx:
        assert (await PrintRepository(tx).get(found.print_id)).state is PrintState.FAILED


@pytest.mark.parametrize(
    ("error", "in_advance"),
    [
        (WorkTooLong("draw"), NotAgain),
        (WorkTooLarge("draw"), NotAgain),
        (ValueError("draw"), NotAgain),
        (WorkFatal("draw"), WorkFatal),
    ],
)
async def test_who_waits_is_told_at_once_when_trying_again_is_of_no_use(
    documents: Handling, error: Exception, in_advance: type[Exception]
) -> None:
    """In advance a child that died is given another chance: the machine may be short of memory."""
    Drawn(documents).poison["01"] = error
    [ahead] = await known(documents, 1)
    await ask(documents, 1)
    [requested] = await documents.announced()
    with pytest.raises(NotAgain):
        await documents.handle(requested)
    with pytest.raises(in_advance):
        await documents.handle(ahead)


async def test_a_machine_that_draws_nothing_is_no_fault_of_the_papers(documents: Handling) -> None:
    """The job waits as a whole: it is not scattered into fifty."""
    Drawn(documents).poison |= {"01": RuntimeError("no font"), "02": RuntimeError("no font")}
    [ahead] = await known(documents, 1, 2)
    with pytest.raises(RuntimeError):
        await documents.handle(ahead)
    assert await documents.announced() == []


async def test_a_store_that_is_away_is_no_fault_of_the_papers(
    documents: Handling, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The job waits until it is back, and then renders all of them."""
    Drawn(documents)
    [ahead] = await known(documents, 1, 2)

    async def away(*_: object) -> str:
        raise StorageAway

    with monkeypatch.context() as outage:
        outage.setattr(Storage, "put", away)
        with pytest.raises(StorageAway):
            await documents.handle(ahead)
    assert await documents.announced() == []
    await documents.handle(ahead)
    assert len(await documents.announced()) == 2


async def test_a_roster_that_cannot_be_read_now_is_no_fault_of_its_paper(
    documents: Handling,
) -> None:
    """It is not put apart, and those before it are not announced twice: the job comes again."""
    drawn = Drawn(documents)
    drawn.poison["02"] = StorageAway()
    [ahead] = await known(documents, 1, 2)
    with pytest.raises(StorageAway):
        await documents.handle(ahead)
    assert await documents.announced() == []
    drawn.poison.clear()
    await documents.handle(ahead)
    assert [type(one) for one in await documents.announced()] == [DocumentRendered] * 2


async def test_several_in_one_file_are_rendered_though_each_is_ready(documents: Handling) -> None:
    """All of them stand in it; it is nobody's own file, and theirs stay."""
    await documents.handle(*await known(documents, 1, 2))
    await documents.announced()
    before = await paper(documents)
    found = await ask(documents, 1, 2)
    assert found.state is PrintState.PENDING
    await documents.handle(*await documents.announced())
    async with documents.transaction() as tx:
        file = (await PrintRepository(tx).get(found.print_id)).ready_file()
    content = (await documents.storage.get(file.key)).decode()
    assert all(number in content for number in found.numbers)
    assert before.file is not None
    assert file.key != before.file.key == (await paper(documents)).file.key  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("seconds", "done", "left"),
    [(7.4, 3, 1), (7.5, 2, 2), (15.0, 1, 3), (60.0, 1, 3), (4.9, 4, 0)],
)
async def test_a_long_job_hands_on_what_is_left(
    documents: Handling, seconds: float, done: int, left: int
) -> None:
    """It notes what it has after a quarter of a minute: little is lost when it is stopped."""
    Drawn(documents, seconds)
    await documents.handle(*await known(documents, 1, 2, 3, 4))
    announced = await documents.announced()
    assert [type(one) for one in announced[:done]] == [DocumentRendered] * done
    rest = announced[done:]
    assert len(rest) == bool(left)
    assert _numbers(rest) == [f"PRT{place:010}" for place in range(5 - left, 5)]


async def test_a_long_paper_that_fails_does_not_hold_up_those_behind_it(
    documents: Handling,
) -> None:
    """They go on in a job of their own, although this one rendered nothing."""
    Drawn(documents, 60.0).poison["01"] = WorkTooLong("draw")
    await documents.handle(*await known(documents, 1, 2, 3))
    apart, rest = await documents.announced()
    assert _numbers([apart]) == ["PRT0000000001"]
    assert _numbers([rest]) == ["PRT0000000002", "PRT0000000003"]


@pytest.mark.parametrize("error", [WorkBroken("draw_some"), WorkTooLong("draw_some")])
@pytest.mark.parametrize("culprit", [1, 3, 4])
@pytest.mark.parametrize("seconds", [0.0, 20.0])
async def test_a_child_that_dies_takes_no_other_paper_with_it(
    documents: Handling, error: Exception, culprit: int, seconds: float
) -> None:
    """Those that it had drawn and not handed over are drawn anew; the one it died of is put apart.

    What comes behind that one is drawn too.
    """
    drawn = Drawn(documents, seconds)

    def dying(*papers: PaymentNotice) -> Iterator[list[bytes]]:
        if any(one.number[-2:] in drawn.poison for one in papers):
            documents.hands.forward(seconds=seconds)
            raise error  # with those before it
        yield [drawn.draw(one) for one in papers]

    documents.hands.instead["draw_some"] = dying
    drawn.poison[f"{culprit:02}"] = error
    await documents.handle(*await known(documents, 1, 2, 3, 4))
    announced = await documents.announced()
    rendered = [one for one in announced if isinstance(one, DocumentRendered)]
    apart, *rest = [one for one in announced if not isinstance(one, DocumentRendered)]
    others = [f"PRT{place:010}" for place in range(1, 5) if place != culprit]
    assert _numbers([apart]) == [f"PRT{culprit:010}"]
    assert _numbers([*rendered, *rest]) == others
    assert bool(rest) == (seconds > 0 and culprit < 4), "they go into a job of their own"


async def test_papers_that_are_all_ready_cost_nothing(documents: Handling) -> None:
    """Asked for twice, rendered once."""
    drawn = Drawn(documents)
    [ahead] = await known(documents, 1, 2)
    for _ in range(2):
        await documents.handle(ahead)
    assert drawn == ["01", "02"]


def _numbers(events: Sequence[Any]) -> list[str]:
    return [number for event in events for number in event.numbers]
