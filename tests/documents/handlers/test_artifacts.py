"""A kept file is printed as long as it says what the paper would say now."""

from collections.abc import AsyncIterator, Iterator

import pytest

from services.documents.adapters import versions
from services.documents.domain.prints import Print, PrintState
from services.documents.handlers.artifacts import drawings_of
from services.documents.handlers.prints import print_papers
from services.documents.repository.papers import PaperRepository
from services.documents.repository.prints import PrintRepository
from shared.contracts.documents import PaperKind, RenderRequested
from shared.contracts.files import Prefix, StoredFile
from shared.contracts.invoicing import InvoiceIssued
from shared.errors import NotFound
from tests.documents.handlers.steps import (
    ABROAD,
    NEW_NUMBER,
    NOTICE,
    OTHER,
    accounts,
    batch,
    confirmed,
    known,
    load,
    paper,
    text,
)
from tests.documents.samples import WOMEN_8_TIMES_10, receipt
from tests.handling import NUMBER, SCOPE, Handling, caller
from tests.units import demo_office


async def test_a_print_whose_file_is_current_costs_no_rendering(documents: Handling) -> None:
    """As often as it is printed, and also when the same account is loaded again."""
    await known(documents)
    await load(documents, demo_office())
    assert (await paper(documents)).file is not None
    for _ in range(2):
        rendered, _ = await text(documents)
        assert not rendered


@pytest.mark.parametrize("name", ["layouts_version", "fonts_version"])
async def test_another_layout_or_font_is_rendered_again(
    documents: Handling, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Once."""
    await known(documents)
    monkeypatch.setattr(versions, name, lambda: "another")
    assert [(await text(documents))[0] for _ in range(2)] == [True, False]


async def test_a_file_from_before_is_rendered_again(documents: Handling) -> None:
    """Its key was the digest of the PDF; the print of it can still be fetched."""
    await known(documents)
    old = StoredFile(
        key=f"papers/payment_notice/{NUMBER}/{'0' * 64}.pdf",
        file_name="a.pdf",
        media_type="application/pdf",
        digest="0" * 64,
        size=1,
    )
    async with documents.transaction() as tx:
        await PaperRepository(tx).keep_files(PaperKind.PAYMENT_NOTICE, {NUMBER: old})
    assert [(await text(documents))[0] for _ in range(2)] == [True, False]


async def test_a_batch_that_was_printed_before_costs_no_rendering(
    documents: Handling, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the same order; another order, another account or another layout make another file."""
    await known(documents, NUMBER, OTHER)
    assert [(await batch(documents, NUMBER, OTHER))[0] for _ in range(3)] == [True, False, False]
    assert [(await batch(documents, OTHER, NUMBER))[0] for _ in range(2)] == [True, False]
    await load(documents, accounts("0012", number=NEW_NUMBER))
    assert [(await batch(documents, NUMBER, OTHER))[0] for _ in range(2)] == [True, False]
    monkeypatch.setattr(versions, "layouts_version", lambda: "another")
    assert [(await batch(documents, NUMBER, OTHER))[0] for _ in range(2)] == [True, False]
    assert (await paper(documents)).print_count == 9


async def test_batches_of_other_papers_or_in_another_order_are_other_files(
    documents: Handling,
) -> None:
    """Though the first paper is the same."""
    await known(documents, NUMBER, OTHER, ABROAD)
    for numbers in ((NUMBER, OTHER, ABROAD), (NUMBER, ABROAD, OTHER), (NUMBER, OTHER)):
        rendered, words = await batch(documents, *numbers)
        assert rendered
        assert [number in one for number, one in zip(numbers, words, strict=True)] == [
            True for _ in numbers
        ]


async def test_the_same_batch_asked_for_twice_at_once_is_drawn_once(documents: Handling) -> None:
    """Both are ready, and count."""
    await known(documents, NUMBER, OTHER)
    async with documents.transaction() as tx:
        asked = [
            await print_papers(PaperKind.PAYMENT_NOTICE, [NUMBER, OTHER], caller(), tx)
            for _ in range(2)
        ]
    drawn: list[int] = []
    real = documents.hands.instead["draw_batch"]

    def draw_batch(*papers: object) -> Iterator[int | bytes]:
        drawn.append(len(papers))
        yield from real(*papers)

    documents.hands.instead["draw_batch"] = draw_batch
    await documents.handle(
        *(one for one in await documents.announced() if isinstance(one, RenderRequested))
    )
    async with documents.transaction() as tx:
        files = [(await PrintRepository(tx).get(one.print_id)).ready_file() for one in asked]
    assert (drawn, files[0]) == ([2], files[1])
    assert (await paper(documents)).print_count == 2


async def test_a_file_that_is_lost_is_drawn_again(documents: Handling) -> None:
    """As when the store is older than the database."""
    await known(documents, NUMBER, OTHER)
    for numbers in ((NUMBER, OTHER), (NUMBER,)):
        await batch(documents, *numbers)
        await documents.storage.delete([one async for one in stored(documents)])
        assert [(await batch(documents, *numbers))[0] for _ in range(2)] == [True, False]


async def stored(documents: Handling) -> AsyncIterator[str]:
    """Yield the keys of all drawn files."""
    async for part in documents.storage.listed(Prefix.PAPERS):
        for one in part:
            yield one.key


async def test_an_office_without_an_account_is_told_at_once(documents: Handling) -> None:
    """One paper or several: nothing can be drawn."""
    abroad = {"office_id": "0099"}
    for number in (NUMBER, OTHER):
        more = abroad | {"application_no": number}
        await documents.handle(NOTICE.model_copy(update=more))
    for numbers in ([NUMBER], [NUMBER, OTHER]):
        with pytest.raises(NotFound, match="尚未设置收款账户"):
            async with documents.transaction() as tx:
                await print_papers(PaperKind.PAYMENT_NOTICE, numbers, caller(office_id="0099"), tx)


async def test_each_office_has_its_own_account_in_one_file(documents: Handling) -> None:
    """A unit that moved has papers of two."""
    await load(documents, accounts("0013", number=NEW_NUMBER))
    await known(documents)
    await documents.handle(
        NOTICE.model_copy(update={"application_no": ABROAD, "office_id": "0013"})
    )
    async with documents.transaction() as tx:
        papers = await PaperRepository(tx).get(PaperKind.PAYMENT_NOTICE, [NUMBER, ABROAD])
        here, there = await drawings_of(papers, tx)
    assert here.account is not None
    assert there.account is not None
    assert (here.account.number != NEW_NUMBER, there.account.number) == (True, NEW_NUMBER)


async def test_a_confirmation_names_the_office_and_no_account(documents: Handling) -> None:
    """Another account leaves it as it is, another name of the office does not."""
    await confirmed(documents)
    assert (await text(documents, PaperKind.CONFIRMATION))[0]
    await load(documents, accounts("0012", number=NEW_NUMBER))
    assert not (await text(documents, PaperKind.CONFIRMATION))[0]
    await load(documents, accounts("0012", number=NEW_NUMBER, office_name="新办事处"))
    rendered, words = await text(documents, PaperKind.CONFIRMATION)
    assert rendered
    assert "新办事处" in words


async def test_a_receipt_has_all_in_it(documents: Handling) -> None:
    """Nothing that an office changes later makes another of it."""
    about = {"application_no": NUMBER, **SCOPE}
    written = receipt(WOMEN_8_TIMES_10)
    await documents.handle(InvoiceIssued(**about, invoice_id="LZ00000001", receipt=written))
    await documents.handle(*await documents.announced())
    await documents.announced()
    await load(documents, accounts("0012", number=NEW_NUMBER, office_name="新办事处"))
    assert not (await text(documents, PaperKind.RECEIPT))[0]


async def test_a_rendering_in_advance_from_before_still_ends(documents: Handling) -> None:
    """It was a pending print that nobody had asked for, in the waiting lane."""
    await known(documents)
    old = Print("old", PaperKind.PAYMENT_NOTICE, [NUMBER], SCOPE["office_id"], documents.hands.now)
    async with documents.transaction() as tx:
        PrintRepository(tx).save(old)
    await documents.handle(RenderRequested(**old.named()))
    async with documents.transaction() as tx:
        assert (await PrintRepository(tx).get("old")).state is PrintState.DONE
    assert (await paper(documents)).print_count == 0
