from dataclasses import replace

import pytest

from services.enrollment.domain.actions import next_actions
from services.enrollment.domain.applications import OPEN, Review, State
from shared.identity.caller import Caller
from shared.identity.permissions import Role
from tests.enrollment.samples import TODAY, application

DUE = {
    **{(Role.OPERATOR, state): ["edit", "submit", "cancel"] for state in OPEN},
    (Role.AGENCY_REVIEWER, State.FIRST_REVIEW): ["review"],
    (Role.OFFICE_REVIEWER, State.FINAL_REVIEW): ["review"],
    (Role.OFFICE_REVIEWER, State.CONFIRMED): ["archive"],
}


def _caller(role: Role, account_id: str = "A1") -> Caller:
    return Caller(account_id=account_id, name="", role=role, office_id="0012")


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("role", list(Role))
def test_who_is_to_act_is_offered_what_is_due(role: Role, state: State) -> None:
    """Drafts to operators, each review to its level, archiving to the office; else nothing."""
    one = replace(application(), state=state)
    assert next_actions(one, _caller(role)) == DUE.get((role, state), [])


def test_who_took_the_first_review_is_not_offered_the_final_one() -> None:
    """It would be refused."""
    first = Review(State.FIRST_REVIEW, approved=True, reason="", reviewer="A1", reviewed_on=TODAY)
    one = replace(application(), state=State.FINAL_REVIEW, reviews=[first])
    assert next_actions(one, _caller(Role.OFFICE_REVIEWER, "A1")) == []
    assert next_actions(one, _caller(Role.OFFICE_REVIEWER, "A2")) == ["review"]
