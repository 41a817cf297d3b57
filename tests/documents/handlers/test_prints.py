"""Papers become known, are rendered, and each print is counted once."""

from decimal import Decimal

import pytest

from services.documents import views
from services.documents.domain.actions import next_actions
from services.documents.domain.papers import Paper
from services.documents.domain.prints import Print, PrintState
from services.documents.handlers.papers import restore_papers
from services.documents.handlers.prints import print_papers
from services.documents.handlers.receipts import draw_receipt
from services.documents.repository.papers import PaperRepository
from services.documents.repository.prints import PrintRepository
from shared.bus.inbox.job import AlreadyDone
from shared.contracts.actions import NextAction
from shared.contracts.documents import (
    BulkRenderRequested,
    DocumentPrinted,
    DocumentRendered,
    PaperKind,
    RenderRequested,
)
from shared.contracts.enrollment import ApplicationApproved, ConfirmationArchived
from shared.contracts.invoicing import InvoiceIssued
from shared.errors import Conflict, Forbidden, NotFound
from shared.identity.caller import Caller
from shared.identity.permissions import Role
from tests.documents.samples import (
    CASE_A,
    CASE_C,
    WOMEN_8_TIMES_10,
    approved,
    issued,
    receipt,
    roster,
)
from tests.handling import NOON, NUMBER, SCOPE, Handling, caller

ABOUT = {"application_no": NUMBER, **SCOPE}
OPERATOR = caller()
OTHERS = "PRT0000000009"
NOTICE = approved(*CASE_A).model_copy(update=ABOUT)


async def known(documents: Handling, notice: ApplicationApproved = NOTICE) -> None:
    """Let the payment notice of an application become known; its rendering in advance waits."""
    await documents.handle(notice)
    await documents.announced()


async def ask(documents: Handling, *numbers: str, by: Caller = OPERATOR) -> Print:
    """Print payment notices."""
    async with documents.transaction() as tx:
        return await print_papers(PaperKind.PAYMENT_NOTICE, numbers or (NUMBER,), by, tx)


async def requested(documents: Handling) -> RenderRequested:
    """Return the rendering that was requested last."""
    *_, event = await documents.announced()
    assert isinstance(event, RenderRequested)
    return event


async def paper(
    documents: Handling, kind: PaperKind = PaperKind.PAYMENT_NOTICE, number: str = NUMBER
) -> Paper:
    """Return a paper as the lists show it."""
    async with documents.transaction() as tx:
        [found] = await PaperRepository(tx).get(kind, [number])
        return found


async def kept(documents: Handling, print_id: str) -> Print:
    """Return a print as it stands."""
    async with documents.transaction() as tx:
        return await PrintRepository(tx).get(print_id)


async def test_a_notice_is_known_when_its_application_is_approved(documents: Handling) -> None:
    """Listed with what it comes to, and to be rendered in advance."""
    await documents.handle(NOTICE)
    found = await paper(documents)
    assert (found.amount, found.print_count, found.file) == (Decimal("334.00"), 0, None)
    assert (found.entered_on, found.known_at) == (NOTICE.entered_on, NOON)
    [ahead] = await documents.announced()
    assert isinstance(ahead, BulkRenderRequested)
    assert (ahead.kind, ahead.numbers) == (PaperKind.PAYMENT_NOTICE, (NUMBER,))


async def test_the_first_print_is_rendered_the_second_lies_ready(documents: Handling) -> None:
    """Both are counted, each once."""
    await known(documents)
    first = await ask(documents)
    assert first.state is PrintState.PENDING
    await documents.handle(await requested(documents))
    rendered, printed = await documents.announced()
    assert isinstance(rendered, DocumentRendered)
    assert isinstance(printed, DocumentPrinted)
    assert printed.printed_by == OPERATOR.account_id
    done = await kept(documents, first.print_id)
    assert done.file is not None
    assert "334.00" in (await documents.storage.get(done.file.key)).decode()
    second = await ask(documents)
    assert (second.state, second.file) == (PrintState.DONE, done.file)
    [printed] = await documents.announced()
    assert isinstance(printed, DocumentPrinted)
    assert (await paper(documents)).print_count == 2


async def test_a_job_that_runs_again_counts_nothing_twice(documents: Handling) -> None:
    """The second run finds that it is done, and has no effect."""
    await known(documents)
    await ask(documents)
    event = await requested(documents)
    await documents.handle(event)
    await documents.announced()
    with pytest.raises(AlreadyDone):
        await documents.run_again()
    assert (await paper(documents)).print_count == 1
    assert await documents.announced() == []


async def test_several_notices_come_in_one_file_in_the_order_asked_for(
    documents: Handling,
) -> None:
    """The same number twice is one; their own files stay to be rendered."""
    other = "PRT0000000002"
    await known(documents)
    await known(documents, NOTICE.model_copy(update={"application_no": other}))
    found = await ask(documents, other, NUMBER, other)
    assert found.numbers == [other, NUMBER]
    await documents.handle(await requested(documents))
    assert (await paper(documents)).file is None
    assert [(await paper(documents, number=one)).print_count for one in (NUMBER, other)] == [1, 1]


async def test_who_may_not_print_or_sees_something_else_gets_nothing(documents: Handling) -> None:
    """Forbidden by role, NotFound by scope, also for one of several."""
    foreign = NOTICE.model_copy(update={"application_no": "PRT0000000002", "unit_id": "U0000002"})
    await known(documents)
    await known(documents, foreign)
    with pytest.raises(Forbidden):
        await ask(documents, by=caller(Role.AGENCY_REVIEWER))
    for numbers in (("PRT0000000002",), (NUMBER, "PRT0000000002"), ("PRT0000000003",)):
        with pytest.raises(NotFound):
            await ask(documents, *numbers)
    assert await documents.announced() == []


async def test_what_cannot_be_printed_is_named(documents: Handling) -> None:
    """The same of what there is not and of what is another unit's; of many the first five."""
    await known(documents)
    await known(documents, NOTICE.model_copy(update={"application_no": OTHERS, "unit_id": "U9"}))
    with pytest.raises(NotFound) as refusal:
        await ask(documents, NUMBER, OTHERS, "PRT9000000001")
    assert refusal.value.message.startswith(f"没有找到{OTHERS}、PRT9000000001的单据：")
    with pytest.raises(NotFound) as refusal:
        await ask(documents, *(f"PRT900000000{one}" for one in range(6)))
    assert "PRT9000000004等6份的单据" in refusal.value.message
    assert "PRT9000000005" not in refusal.value.message
    assert (await paper(documents)).print_count == 0


async def test_a_confirmation_is_printed_by_who_may_have_its_persons(
    documents: Handling,
) -> None:
    """It lists them in full; who may only print gets neither the paper nor another's print."""
    content = roster().model_dump_json().encode()
    digest = await documents.storage.put("rosters/1", content)
    event = issued(*CASE_C).model_copy(
        update={**SCOPE, "roster_key": "rosters/1", "roster_digest": digest}
    )
    await documents.handle(event)
    number = event.confirmation_no
    async with documents.transaction() as tx:
        mine = await print_papers(PaperKind.CONFIRMATION, [number], OPERATOR, tx)
    finance = caller(Role.FINANCE)
    async with documents.transaction() as tx:
        with pytest.raises(Forbidden):
            await print_papers(PaperKind.CONFIRMATION, [number], finance, tx)
        with pytest.raises(Forbidden):
            await views.print_of(tx, finance, mine.print_id)
        assert (await views.print_of(tx, OPERATOR, mine.print_id)).print_id == mine.print_id
    await documents.handle(await requested(documents))
    assert (await paper(documents, PaperKind.CONFIRMATION, number)).print_count == 1
    await documents.handle(
        ConfirmationArchived(
            **ABOUT | {"application_no": event.application_no},
            confirmation_no=number,
            archived_at=NOON,
        )
    )
    assert (await paper(documents, PaperKind.CONFIRMATION, number)).archived


async def test_a_confirmation_with_another_roster_than_the_frozen_one_is_not_drawn(
    documents: Handling,
) -> None:
    """What is printed is what was reviewed."""
    await documents.storage.put("rosters/1", roster().model_dump_json().encode())
    event = issued(*CASE_C).model_copy(
        update={**SCOPE, "roster_key": "rosters/1", "roster_digest": "another"}
    )
    await documents.handle(event)
    [ahead] = await documents.announced()
    async with documents.transaction() as tx:
        await print_papers(PaperKind.CONFIRMATION, [event.confirmation_no], OPERATOR, tx)
    for job in (ahead, await requested(documents)):
        with pytest.raises(Conflict):
            await documents.handle(job)


async def test_a_rendering_that_is_given_up_ends_as_failed(documents: Handling) -> None:
    """It may be wanted again, and an operator of the system may have it done all the same."""
    await known(documents)
    found = await ask(documents)
    event = await requested(documents)
    for _ in range(2):  # an operator had it tried again, and it was given up again
        await documents.give_up(event)
        assert (await kept(documents, found.print_id)).state is PrintState.FAILED
    with pytest.raises(Conflict):
        (await kept(documents, found.print_id)).ready_file()
    await documents.handle(event)
    assert (await kept(documents, found.print_id)).state is PrintState.DONE


async def test_a_receipt_is_rendered_ahead_to_be_mailed(documents: Handling) -> None:
    """Nobody has printed it; its preview is drawn at once and kept apart."""
    written = receipt(WOMEN_8_TIMES_10)
    await documents.handle(InvoiceIssued(**ABOUT, invoice_id="LZ00000001", receipt=written))
    await documents.handle(*await documents.announced())
    [rendered] = await documents.announced()
    assert isinstance(rendered, DocumentRendered)
    assert (rendered.kind, rendered.numbers) == (PaperKind.RECEIPT, ("LZ00000001",))
    assert (await paper(documents, PaperKind.RECEIPT, "LZ00000001")).print_count == 0
    preview = await draw_receipt(written, documents.transactions.resources)
    assert preview.key.startswith("previews/")


async def test_counts_and_files_come_back_after_a_rebuild(documents: Handling) -> None:
    """From the prints, which are documents' own."""
    await known(documents)
    await ask(documents)
    await documents.handle(await requested(documents))
    before = await paper(documents)
    async with documents.transaction() as tx:
        tx.rebuilding = True
        await restore_papers(tx)
    assert await paper(documents) == before


async def test_what_comes_next_is_to_print_the_newest_paper(documents: Handling) -> None:
    """The notice until there is a confirmation; only to those who may print."""
    await known(documents)
    notice = await paper(documents)
    confirmation = Paper(**{**vars(notice), "kind": PaperKind.CONFIRMATION, "number": "G1"})
    assert next_actions([notice], OPERATOR) == [NextAction.PRINT_PAYMENT_NOTICE]
    assert next_actions([notice, confirmation], OPERATOR) == [NextAction.PRINT_CONFIRMATION]
    assert next_actions([notice], caller(Role.AGENCY_REVIEWER)) == []
    assert next_actions([], OPERATOR) == []
