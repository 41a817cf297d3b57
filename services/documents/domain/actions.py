"""What may come next for an application, as far as documents decides it."""

from collections.abc import Collection

from services.documents.domain.papers import Paper
from shared.contracts.actions import NextAction
from shared.contracts.documents import PaperKind
from shared.identity.caller import Caller
from shared.identity.permissions import Permission


def next_actions(papers: Collection[Paper], caller: Caller) -> list[NextAction]:
    """Return what a caller who sees an application's papers may do next with them.

    The notice is for the unit, until there is a confirmation. That lists the persons in full: it is
    for those who may have them.
    """
    kinds = {paper.kind for paper in papers}
    if not caller.may(Permission.PRINT):
        return []
    if PaperKind.CONFIRMATION in kinds:
        return [NextAction.PRINT_CONFIRMATION] if caller.may(Permission.EXPORT) else []
    is_due = PaperKind.PAYMENT_NOTICE in kinds and caller.may(Permission.ENROLL)
    return [NextAction.PRINT_PAYMENT_NOTICE] if is_due else []
