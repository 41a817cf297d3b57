"""What may come next for an application, as far as enrollment decides it."""

from services.enrollment.domain.applications import OPEN, Application, State
from shared.contracts.actions import NextAction
from shared.identity.caller import Caller
from shared.identity.permissions import Permission

DRAFTING = [NextAction.EDIT, NextAction.SUBMIT, NextAction.CANCEL]


def next_actions(application: Application, caller: Caller) -> list[NextAction]:
    """Return what a caller who sees an application may do next with it."""
    may, state = caller.may, application.state
    if state in OPEN and may(Permission.ENROLL):
        return DRAFTING
    if state is State.FIRST_REVIEW and may(Permission.FIRST_REVIEW):
        return [NextAction.REVIEW]
    if state is State.FINAL_REVIEW and may(Permission.FINAL_REVIEW):
        return [NextAction.REVIEW] if application.first_reviewer != caller.account_id else []
    if state is State.CONFIRMED and may(Permission.ARCHIVE):
        return [NextAction.ARCHIVE]
    return []
