"""What roster says may come next."""

import pytest

from services.roster.domain.actions import next_actions
from services.roster.domain.rosters import Roster, RosterState
from shared.contracts.actions import NextAction
from shared.identity.permissions import Role
from tests.handling import NUMBER, SCOPE, caller


def _roster(state: RosterState, confirmation_no: str | None = None) -> Roster:
    return Roster(NUMBER, **SCOPE, lines=[], state=state, confirmation_no=confirmation_no)


@pytest.mark.parametrize("state", RosterState)
def test_a_file_may_be_imported_while_the_roster_is_open_and_by_whoever_enrolls(
    state: RosterState,
) -> None:
    """Nobody else imports, and nobody once it is submitted."""
    is_open = state is RosterState.OPEN
    assert next_actions(_roster(state), caller()) == ([NextAction.IMPORT] if is_open else [])
    assert next_actions(_roster(state), caller(Role.OFFICE_REVIEWER)) == []


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.OPERATOR, True),
        (Role.OFFICE_REVIEWER, True),
        (Role.AGENCY_REVIEWER, False),
        (Role.FINANCE, False),
    ],
)
def test_a_confirmed_roster_may_be_downloaded_by_whoever_exports(role: Role, may: bool) -> None:  # noqa: FBT001 - a case
    """Once there is a confirmation."""
    confirmed = _roster(RosterState.FROZEN, "G00122026030210000001")
    assert next_actions(confirmed, caller(role)) == ([NextAction.DOWNLOAD_ROSTER] if may else [])
    assert next_actions(_roster(RosterState.FROZEN), caller(role)) == []
