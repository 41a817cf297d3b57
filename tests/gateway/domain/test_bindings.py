from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from services.gateway.domain.bindings import FORM_KEPT, Binding, BindingState
from shared.errors import Conflict, Invalid

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
ASKED = Binding(
    binding_id=UUID(int=1),
    unit_id="U0000001",
    agency_id="001202",
    office_id="0012",
    unit_name="青岛海晏示例职业学校",
    credit_code="12370203123456789A",
    name="王芳",
    mobile="13700000001",
    replaces="",
    form=None,
    asked_at=NOW,
)


def test_a_binding_is_approved_with_the_account_that_was_made() -> None:
    """By whoever decides first."""
    assert (ASKED.state, ASKED.reason) == (BindingState.ASKED, "")
    assert ASKED.approve("account-1", LATER) == replace(
        ASKED, state=BindingState.APPROVED, account_id="account-1", decided_at=LATER
    )


def test_a_binding_is_refused_with_a_reason() -> None:
    """Without one the applicant would not know what to do."""
    with pytest.raises(Invalid) as refusal:
        ASKED.refuse("", LATER)
    assert (refusal.value.code, refusal.value.field) == ("reason_missing", "reason")
    assert ASKED.refuse("未盖章", LATER) == replace(
        ASKED, state=BindingState.REFUSED, reason="未盖章", decided_at=LATER
    )


@pytest.mark.parametrize("decided", [ASKED.approve("a", NOW), ASKED.refuse("未盖章", NOW)])
def test_a_binding_is_decided_once(decided: Binding) -> None:
    """Whichever way."""
    with pytest.raises(Conflict) as refusal:
        decided.approve("b", LATER)
    assert refusal.value.code == "wrong_state"
    for reason in ("迟了", ""):
        with pytest.raises(Conflict) as refusal:
            decided.refuse(reason, LATER)
        assert refusal.value.code == "wrong_state"


def test_the_form_of_a_refused_binding_is_kept_for_a_month() -> None:
    """As long as the pictures of a rejected registration."""
    assert timedelta(days=30) == FORM_KEPT
