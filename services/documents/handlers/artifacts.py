"""Drawn files: what they are made of, and whether a kept one is still right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

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


@dataclass(frozen=True)
class Drawing:
    """A paper, and what it says of its office: None for a receipt, which has all in it."""

    paper: Paper
    receiving: ReceivingAccount | None

    @property
    def account(self) -> Account | None:
        """Return where the paper says that the money goes; None for all but notices."""
        if self.receiving is None or self.paper.kind is not PaperKind.PAYMENT_NOTICE:
            return None
        return self.receiving.account

    @cached_property
    def key(self) -> str:
        """Return the key of its file: the same for the same words, layouts and fonts.

        A roster is named by its digest, so that a long one need not be read for it.
        """
        content = {"paper": self.paper.content}
        if self.account is not None:
            content["account"] = vars(self.account)
        elif self.receiving is not None:
            content["office"] = {"name": self.receiving.office_name}
        digest = artifact_digest(content)
        return f"{Prefix.PAPERS}/{self.paper.kind}/{self.paper.number}/{digest}.pdf"


async def drawings_of(papers: Sequence[Paper], tx: Transaction) -> list[Drawing]:
    """Return papers of one kind as they are to be drawn now.

    A paid notice says the account that its unit had. NotFound when an office has no account yet.
    """
    kind = papers[0].kind
    if kind is PaperKind.RECEIPT:
        return [Drawing(paper, None) for paper in papers]
    offices = sorted({paper.office_id for paper in papers})
    now = {office: await ReceivingAccounts(tx).of(office) for office in offices}
    paid: Mapping[str, Account] = {}
    if kind is PaperKind.PAYMENT_NOTICE:
        paid = await PaperRepository(tx).accounts_of_paid_notices([one.number for one in papers])
    found = []
    for paper in papers:
        receiving = now[paper.office_id]
        if paper.number in paid:
            receiving = replace(receiving, account=paid[paper.number])
        found.append(Drawing(paper, receiving))
    return found


def accounts_on(drawings: Sequence[Drawing]) -> dict[str, Account]:
    """Return by number where notices say that the money goes; nothing of other papers."""
    return {one.paper.number: one.account for one in drawings if one.account is not None}


def account_alone(drawings: Sequence[Drawing]) -> Account | None:
    """Return where a notice that is alone in its file says that the money goes."""
    return drawings[0].account if len(drawings) == 1 else None


def print_key(drawings: Sequence[Drawing]) -> str:
    """Return the key of the file of papers: the same for the same ones in the same order."""
    first, *others = keys = [one.key for one in drawings]
    if not others:
        return first
    paper = drawings[0].paper
    return f"{Prefix.PAPERS}/{paper.kind}/{paper.number}/{digest_of(str(keys).encode())}.pdf"


def artifact_name(drawings: Sequence[Drawing]) -> str:
    """Return what a file is called when it is saved."""
    paper = drawings[0].paper
    more = f"等{len(drawings)}份" if len(drawings) > 1 else ""
    return f"{TITLES[paper.kind]}-{paper.number}{more}.pdf"


async def current_file(drawings: Sequence[Drawing], tx: Transaction) -> StoredFile | None:
    """Return the kept file of papers; None when there is none, or it would look otherwise now.

    Of several it is that of an earlier print of the same ones in the same order.
    """
    key = print_key(drawings)
    if len(drawings) > 1:
        file = await PrintRepository(tx).file_of(key)
    else:
        file = drawings[0].paper.file
    if file is None or file.key != key or not await tx.resources.storage.has(key):
        return None
    return file


async def content_of(drawing: Drawing, storage: Storage) -> PaperContent:
    """Return what stands on a paper; Conflict when the roster is not the one that was frozen.

    ValueError when something does not add up.
    """
    paper, receiving = drawing.paper, drawing.receiving
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
