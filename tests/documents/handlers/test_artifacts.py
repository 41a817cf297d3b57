"""A kept file is printed as long as it says what the paper would say now."""

from typing import Any

import pytest

from services.documents.adapters import versions
from services.documents.domain.papers import Paper
from services.documents.domain.prints import Print, PrintState
from services.documents.handlers.papers import restore_papers
from services.documents.handlers.prints import print_papers
from services.documents.handlers.receiving_accounts import load_receiving_accounts
from services.documents.repository.papers import PaperRepository
from services.documents.repository.prints import PrintRepository
from shared.contracts.documents import PaperKind, RenderRequested
from shared.contracts.files import StoredFile
from shared.contracts.invoicing import InvoiceIssued
from tests.documents.samples import (
    CASE_A,
    CASE_C,
    WOMEN_8_TIMES_10,
    approved,
    issued,
    receipt,
    roster,
)
from tests.handling import NUMBER, SCOPE, Handling, caller
from tests.units import demo_office

OTHER = "PRT0000000002"
ABROAD = "PRT0000000003"
NOTICE = approved(*CASE_A).model_copy(update={**SCOPE, "application_no": NUMBER})
NEW_NUMBER = "999000111"


async def known(documents: Handling) -> None:
    """Let a notice become known, and be rendered."""
    await documents.handle(NOTICE)
    await documents.handle(*await documents.announced())
    await documents.announced()


async def paper(
    documents: Handling, number: str = NUMBER, kind: PaperKind = PaperKind.PAYMENT_NOTICE
) -> Paper:
    """Return a paper as the lists show it."""
    async with documents.transaction() as tx:
        [found] = await PaperRepository(tx).get(kind, [number])
        return found


async def text(documents: Handling, kind: PaperKind = PaperKind.PAYMENT_NOTICE) -> tuple[bool, str]:
    """Print; return whether it had to be rendered, and what stands on it."""
    number = {PaperKind.PAYMENT_NOTICE: NUMBER, PaperKind.RECEIPT: "LZ00000001"}.get(kind, "")
    if kind is PaperKind.CONFIRMATION:
        number = issued(*CASE_C).confirmation_no
    async with documents.transaction() as tx:
        found = await print_papers(kind, [number], caller(), tx)
    return await taken(documents, found.print_id)


async def taken(documents: Handling, print_id: str) -> tuple[bool, str]:
    """Render a print if that was asked for; return whether it was, and what stands in its file."""
    first, *_ = await documents.announced()
    if isinstance(first, RenderRequested):
        await documents.handle(first)
        await documents.announced()
    async with documents.transaction() as tx:
        done = await PrintRepository(tx).get(print_id)
    assert done.state is PrintState.DONE
    content = await documents.storage.get(done.ready_file().key)
    return isinstance(first, RenderRequested), content.decode()


async def batch(documents: Handling, *numbers: str) -> tuple[bool, str]:
    """Print notices into one file; return whether it had to be rendered, and what stands in it."""
    async with documents.transaction() as tx:
        found = await print_papers(PaperKind.PAYMENT_NOTICE, numbers, caller(), tx)
    return await taken(documents, found.print_id)


def accounts(*offices: str, **more: str) -> dict[str, Any]:
    """Return the seed's accounts of some offices, changed."""
    [like] = demo_office()["receiving_accounts"]
    return {"receiving_accounts": [{**like, "office_id": one, **more} for one in offices]}


async def load(documents: Handling, data: dict[str, Any]) -> None:
    """Load receiving accounts."""
    async with documents.transaction() as tx:
        await load_receiving_accounts(data, tx)


async def confirmed(documents: Handling) -> None:
    """Let the confirmation of the application become known."""
    listed = roster().model_copy(update={"application_no": NUMBER})
    content = listed.model_dump_json().encode()
    digest = await documents.storage.put("rosters/1", content)
    more = {**SCOPE, "application_no": NUMBER, "roster_key": "rosters/1", "roster_digest": digest}
    await documents.handle(issued(*CASE_C).model_copy(update=more))
    await documents.announced()


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


async def test_an_unpaid_notice_says_the_new_account(documents: Handling) -> None:
    """Its file is dropped at once; those of other offices stay."""
    await load(documents, accounts("0013"))
    abroad = {"application_no": ABROAD, "office_id": "0013"}
    await documents.handle(NOTICE.model_copy(update=abroad))
    await documents.handle(*await documents.announced())
    await known(documents)
    assert NEW_NUMBER not in (await text(documents))[1]
    await load(documents, accounts("0012", number=NEW_NUMBER))
    assert (await paper(documents)).file is None
    assert (await paper(documents, ABROAD)).file is not None
    rendered, words = await text(documents)
    assert rendered
    assert NEW_NUMBER in words


async def test_a_paid_notice_stays_as_the_unit_had_it(documents: Handling) -> None:
    """There is a confirmation: it says where the money went."""
    await known(documents)
    await confirmed(documents)
    await load(documents, accounts("0012", number=NEW_NUMBER))
    assert (await paper(documents)).file is not None
    rendered, words = await text(documents)
    assert not rendered
    assert NEW_NUMBER not in words


async def test_a_paid_notice_stays_as_it_was_among_others_too(documents: Handling) -> None:
    """Also after the copies were made anew; one beside it that is not paid says the new account."""
    await known(documents)
    await documents.handle(NOTICE.model_copy(update={"application_no": OTHER}))
    await confirmed(documents)
    await load(documents, accounts("0012", number=NEW_NUMBER))
    async with documents.transaction() as tx:
        tx.rebuilding = True
        await restore_papers(tx)
    rendered, words = await batch(documents, NUMBER, OTHER)
    assert rendered
    first, second = words.split("PaymentNotice(")[1:]
    assert NUMBER in first
    assert NEW_NUMBER not in first
    assert OTHER in second
    assert NEW_NUMBER in second


async def test_a_batch_that_was_printed_before_costs_no_rendering(
    documents: Handling, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the same order; another order, another account or another layout make another file."""
    await known(documents)
    await documents.handle(NOTICE.model_copy(update={"application_no": OTHER}))
    await documents.announced()
    assert [(await batch(documents, NUMBER, OTHER))[0] for _ in range(3)] == [True, False, False]
    assert [(await batch(documents, OTHER, NUMBER))[0] for _ in range(2)] == [True, False]
    await load(documents, accounts("0012", number=NEW_NUMBER))
    assert [(await batch(documents, NUMBER, OTHER))[0] for _ in range(2)] == [True, False]
    monkeypatch.setattr(versions, "layouts_version", lambda: "another")
    assert [(await batch(documents, NUMBER, OTHER))[0] for _ in range(2)] == [True, False]
    assert (await paper(documents)).print_count == 9


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
