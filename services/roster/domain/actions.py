"""What may come next for an application, as far as roster decides it."""

from services.roster.domain.rosters import Roster, RosterState
from shared.contracts.actions import NextAction
from shared.identity.caller import Caller
from shared.identity.permissions import Permission


def next_actions(roster: Roster, caller: Caller) -> list[NextAction]:
    """Return what a caller who sees a roster may do next with it."""
    if roster.state is RosterState.OPEN and caller.may(Permission.ENROLL):
        return [NextAction.IMPORT]
    if roster.confirmation_no is not None and caller.may(Permission.EXPORT):
        return [NextAction.DOWNLOAD_ROSTER]
    return []
