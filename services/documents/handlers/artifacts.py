"""Drawn files: what they are made of, and whether a kept one is still right."""

from collections.abc import Sequence
from dataclasses import replace

from services.documents.adapters.versions import artifact_digest
from services.documents.domain.confirmation import ConfirmationPaper
from services.documents.domain.contents import PaperContent
from services.documents.domain.papers import Paper
from services.documents.domain.payment_notice import Account, PaymentNotice
from services.documents.domain.receipt import ReceiptPaper
from services.documents.domain.receiving_accounts import ReceivingAccount
from services.documents.domain.wording import TITLES
from services.documents.repository.papers import PaperRepository
from services.documents.repository.prints import PrintRepository
from services.documents.repository.receiving_accounts import ReceivingAccounts
from shared.bus import Transaction
from shared.contracts.documents import PaperKind
from shared.contracts.enrollment import ApplicationApproved, ConfirmationIssued
from shared.contracts.files import Prefix, StoredFile
from shared.contracts.invoicing import Receipt
from shared.contracts.roster import FrozenRoster
from shared.errors import Conflict
from shared.runtime.storage import Storage, digest_of


async def receiving_now(paper: Paper, tx: Transaction) -> ReceivingAccount | None:
    """Return what a paper says of its office if it is drawn now; None for a receipt.

    A receipt has all in it. NotFound when the office has no account yet.
    """
    if paper.kind is PaperKind.RECEIPT:
        return None
    return await ReceivingAccounts(tx).of(paper.office_id)


async def receiving_of(papers: Sequence[Paper], tx: Transaction) -> list[ReceivingAccount | None]:
    """Return what each paper says of its office: a paid notice the account that its file says.

    They are of one kind.
    """
    one_each = {paper.office_id: paper for paper in papers}
    now = {office: await receiving_now(paper, tx) for office, paper in one_each.items()}
    paid = {}
    if papers[0].kind is PaperKind.PAYMENT_NOTICE:
        paid = await PaperRepository(tx).accounts_of_paid_notices([one.number for one in papers])
    found = []
    for paper in papers:
        receiving = now[paper.office_id]
        if receiving is not None and paper.number in paid:
            receiving = replace(receiving, account=paid[paper.number])
        found.append(receiving)
    return found


def artifact_key(paper: Paper, receiving: ReceivingAccount | None) -> str:
    """Return the key of a paper's file: the same for the same words, layouts and fonts.

    A roster is named by its digest, so that a long one need not be read for it.
    """
    content = {"paper": paper.content}
    if receiving is not None and paper.kind is PaperKind.PAYMENT_NOTICE:
        content["account"] = vars(receiving.account)
    elif receiving is not None:
        content["office"] = {"name": receiving.office_name}
    return f"{Prefix.PAPERS}/{paper.kind}/{paper.number}/{artifact_digest(content)}.pdf"


def print_key(papers: Sequence[Paper], receiving: Sequence[ReceivingAccount | None]) -> str:
    """Return the key of the file of papers: the same for the same ones in the same order."""
    first, *others = keys = list(map(artifact_key, papers, receiving))
    if not others:
        return first
    digest = digest_of("\n".join(keys).encode())
    return f"{Prefix.PAPERS}/{papers[0].kind}/{papers[0].number}/{digest}.pdf"


def account_said(paper: Paper, receiving: ReceivingAccount | None) -> Account | None:
    """Return where a paper says that the money goes; None for all but notices."""
    if receiving is None or paper.kind is not PaperKind.PAYMENT_NOTICE:
        return None
    return receiving.account


def artifact_name(kind: PaperKind, number: str) -> str:
    """Return what a file is called when it is saved."""
    return f"{TITLES[kind]}-{number}.pdf"


async def current_file(papers: Sequence[Paper], tx: Transaction) -> StoredFile | None:
    """Return the kept file of papers; None when there is none, or it would look otherwise now.

    Of several it is that of an earlier print of the same ones in the same order. The notice of an
    application under cover is paid: it stays as the unit had it.
    """
    if len(papers) > 1:
        key = print_key(papers, await receiving_of(papers, tx))
        return await PrintRepository(tx).file_of(key)
    [paper] = papers
    if paper.file is None:
        return None
    if paper.kind is PaperKind.PAYMENT_NOTICE and await PaperRepository(tx).is_confirmed(
        paper.application_no
    ):
        return paper.file
    key = print_key(papers, await receiving_of(papers, tx))
    return paper.file if paper.file.key == key else None


async def content_of(
    paper: Paper, receiving: ReceivingAccount | None, storage: Storage
) -> PaperContent:
    """Return what stands on a paper; Conflict when the roster is not the one that was frozen.

    ValueError when something does not add up.
    """
    if receiving is None:
        return ReceiptPaper.of(Receipt.model_validate(paper.content))
    if paper.kind is PaperKind.PAYMENT_NOTICE:
        approved = ApplicationApproved.model_validate(paper.content)
        return PaymentNotice.of(approved, receiving.account)
    issued = ConfirmationIssued.model_validate(paper.content)
    content = await storage.get(issued.roster_key)
    if digest_of(content) != issued.roster_digest:
        raise Conflict("roster_changed", "人员清单文件与确认书不符，请联系管理员。")
    roster = FrozenRoster.model_validate_json(content)
    return ConfirmationPaper.of(issued, roster, receiving.office_name)
