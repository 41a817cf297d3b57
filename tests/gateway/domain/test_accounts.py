from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.domain.accounts import FOR_PEOPLE, Account, require_place
from shared.errors import Conflict, Invalid
from shared.identity.permissions import Role

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OPERATOR = Account(
    account_id="account-1",
    username="operator",
    password_hash="hash",
    name="王芳",
    role=Role.OPERATOR,
    office_id="0012",
    agency_id="001202",
    unit_id="U0000001",
    mobile="13700000001",
)
WITH_A_UNIT = {Role.OPERATOR}
WITH_AN_AGENCY = {Role.OPERATOR, Role.AGENCY_REVIEWER}


@given(
    role=st.sampled_from(Role),
    agency_id=st.sampled_from(["001202", "", None]),
    unit_id=st.sampled_from(["U0000001", "", None]),
)
def test_role_and_place_fit_each_other(
    role: Role, agency_id: str | None, unit_id: str | None
) -> None:
    """An operator is at a unit, a reviewer of an agency at that, all others at the office."""
    expected = None
    if role in (Role.SYSTEM, Role.API_CLIENT):
        expected = "role"
    elif (unit_id is not None) != (role in WITH_A_UNIT):
        expected = "unit_id"
    elif (agency_id is not None) != (role in WITH_AN_AGENCY):
        expected = "agency_id"
    found = None
    try:
        require_place(role, agency_id, unit_id)
    except Invalid as refusal:
        found = refusal.field, refusal.code
    code = "role_refused" if expected == "role" else "place_invalid"
    assert found == ((expected, code) if expected else None)
    assert (role in FOR_PEOPLE) == (expected != "role")


def test_the_caller_has_the_accounts_place() -> None:
    """And nothing else of it."""
    assert OPERATOR.caller.model_dump(exclude={"seen"}) == {
        "account_id": "account-1",
        "name": "王芳",
        "role": Role.OPERATOR,
        "office_id": "0012",
        "agency_id": "001202",
        "unit_id": "U0000001",
    }
    assert not OPERATOR.is_client
    assert replace(OPERATOR, role=Role.API_CLIENT).is_client


def test_a_new_account_is_usable_and_has_nothing_to_do_first() -> None:
    """Unless it is said otherwise."""
    plain = Account("a", "b", "hash", "王芳", Role.FINANCE, "0012")
    assert plain.active
    assert not plain.must_change
    assert not plain.has_second_factor
    assert not plain.password_ended(NOW)
    assert plain.version == 1


def test_a_sent_password_is_to_be_changed_and_ends_a_chosen_one_not() -> None:
    """At that moment, not after it."""
    sent = OPERATOR.with_password("sent", NOW)
    assert (sent.password_hash, sent.must_change, sent.version) == ("sent", True, 2)
    assert not sent.password_ended(NOW - timedelta(microseconds=1))
    assert sent.password_ended(NOW)
    chosen = sent.with_password("chosen")
    assert (chosen.must_change, chosen.password_until, chosen.version) == (False, None, 3)
    assert not chosen.password_ended(NOW)


def test_an_account_is_locked_once_and_unlocked_once() -> None:
    """Each is a new version; what it is stays."""
    locked = OPERATOR.lock()
    assert locked == replace(OPERATOR, active=False, version=2)
    with pytest.raises(Conflict, match="停用"):
        locked.lock()
    assert locked.unlock() == replace(OPERATOR, version=3)
    with pytest.raises(Conflict, match="使用中"):
        OPERATOR.unlock()


def test_a_former_operator_is_locked_and_is_let_in_again_only_with_a_place() -> None:
    """The administrator moves the account first."""
    former = OPERATOR.unbind()
    assert former == replace(OPERATOR, active=False, unit_id=None, version=2)
    with pytest.raises(Invalid) as refusal:
        former.unlock()
    assert refusal.value.field == "unit_id"
    moved = former.move(Role.OPERATOR, "001202", "U0000002")
    assert moved.unlock().unit_id == "U0000002"


def test_who_is_moved_has_the_new_role_and_place_or_none() -> None:
    """A place that does not fit is refused."""
    moved = OPERATOR.move(Role.AGENCY_REVIEWER, "001201", None)
    assert moved == replace(
        OPERATOR, role=Role.AGENCY_REVIEWER, agency_id="001201", unit_id=None, version=2
    )
    with pytest.raises(Invalid):
        OPERATOR.move(Role.FINANCE, "001201", None)


def test_an_account_handed_over_is_another_persons() -> None:
    """With their name and mobile."""
    handed = OPERATOR.hand_over("李工", "13700000002")
    assert handed == replace(OPERATOR, name="李工", mobile="13700000002", version=2)
