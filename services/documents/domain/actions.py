"""What may come next for an application, as far as documents decides it."""

from collections.abc import Collection

from services.documents.domain.papers import Paper
from shared.contracts.actions import NextAction
from shared.contracts.documents import PaperKind
from shared.identity.caller import Caller
from shared.identity.permissions import Permission


def next_actions(papers: Collection[Paper], caller: Caller) -> list[NextAction]:
    """Return what a caller who sees an application's papers may do next with them."""
    kinds = {paper.kind for paper in papers}
    if not caller.may(Permission.PRINT):
        return []
    if PaperKind.CONFIRMATION in kinds:
        return [NextAction.PRINT_CONFIRMATION]
    return [NextAction.PRINT_PAYMENT_NOTICE] if PaperKind.PAYMENT_NOTICE in kinds else []
