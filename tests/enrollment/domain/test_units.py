"""The states of a unit, and who may have which credit code."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.enrollment.domain.units import (
    HOLDING,
    CertificateKind,
    Contact,
    FormField,
    Unit,
    UnitKind,
    UnitState,
)
from shared.contracts.files import StoredFile
from shared.errors import Conflict, Invalid, NotFound

NOW = datetime(2026, 11, 29, 4, tzinfo=UTC)
MOVES = {
    "approve": lambda unit: unit.approve(),
    "return": lambda unit: unit.send_back("请核对", {}),
    "reject": lambda unit: unit.reject("不属于本办事处", NOW),
    "apply_again": lambda unit: unit.apply_again(),
    "suspend": lambda unit: unit.suspend(),
    "resume": lambda unit: unit.resume(),
}
LEADS = {
    ("applied", "approve"): "active",
    ("applied", "return"): "returned",
    ("applied", "reject"): "rejected",
    ("returned", "apply_again"): "applied",
    ("active", "suspend"): "suspended",
    ("suspended", "resume"): "active",
}


def unit(**known: Any) -> Unit:  # noqa: ANN401 - any field
    """Return a unit that waits for review, unless said otherwise."""
    contact = Contact("经办员甲", "13800000001", "0532-82800001")
    plain: dict[str, Any] = {
        "unit_id": "U10000000",
        "agency_id": "001202",
        "office_id": "0012",
        "name": "青岛海晏示例职业学校",
        "kind": "public_institution",
        "credit_code": "1237020312345678AW",
        "union_name": "青岛海晏示例职业学校工会委员会",
        "secret": False,
        "district": "山东省-青岛市-市北区",
        "address": "示例路1号",
        "contact": contact,
        "state": UnitState.APPLIED,
    }
    return Unit(**(plain | known))


@given(st.lists(st.sampled_from(sorted(MOVES)), max_size=12))
def test_a_unit_moves_only_as_the_office_says(moves: list[str]) -> None:
    """Any other move is a Conflict, and changes nothing."""
    found = unit()
    for move in moves:
        before = found.state
        leads = LEADS.get((before, move))
        if leads is None:
            with pytest.raises(Conflict) as refused:
                MOVES[move](found)
            assert (refused.value.code, found.state) == ("wrong_state", before)
        else:
            MOVES[move](found)
            assert found.state == leads


def test_a_return_needs_a_reason_at_a_field_or_for_the_whole() -> None:
    """Empty ones are none, and are not kept."""
    found = unit()
    for reasons in ({}, {FormField.ADDRESS: ""}):
        with pytest.raises(Invalid):
            found.send_back("", reasons)
    found.send_back("", {FormField.ADDRESS: "请写到门牌号", FormField.KIND: ""})
    assert found.reasons == {FormField.ADDRESS: "请写到门牌号"}
    found.apply_again()
    assert (found.state, found.reason, found.reasons) == ("applied", "", {})


def test_a_rejection_needs_a_reason_and_notes_its_time() -> None:
    """From that time on the pictures' thirty days count."""
    found = unit()
    with pytest.raises(Invalid):
        found.reject("", NOW)
    assert found.state is UnitState.APPLIED
    found.reject("不属于本办事处", NOW)
    assert (found.reason, found.rejected_at) == ("不属于本办事处", NOW)


@pytest.mark.parametrize("state", UnitState)
def test_only_an_active_unit_enrolls_and_only_a_registered_one_is_changed(
    state: UnitState,
) -> None:
    """A suspended one is changed too, and enrolls nobody."""
    found = unit(state=state)
    if state is UnitState.ACTIVE:
        found.require_active()
    else:
        with pytest.raises(Conflict) as refused:
            found.require_active()
        assert refused.value.code == "unit_suspended"
    if state in {UnitState.ACTIVE, UnitState.SUSPENDED}:
        found.require_changeable()
    else:
        with pytest.raises(Conflict):
            found.require_changeable()


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("applied", "待审核"),
        ("returned", "已退回"),
        ("rejected", "未通过"),
        ("active", "正常"),
        ("suspended", "已停用"),
    ],
)
def test_what_cannot_be_done_is_told_with_the_present_state(state: str, words: str) -> None:
    """In the words of the screens."""
    found = unit(state=UnitState(state))
    with pytest.raises(Conflict, match=f"“{words}”"):
        (found.suspend if state != "active" else found.resume)()


def test_the_form_has_fields_kinds_and_certificates_that_clients_know() -> None:
    """They stand in the API."""
    assert [*FormField] == [
        "unit_name",
        "credit_code",
        "kind",
        "union_name",
        "secret",
        "district_code",
        "agency_id",
        "address",
        "contact_name",
        "mobile",
        "office_phone",
        "credit_code_certificate",
        "legal_person_certificate",
    ]
    assert [*UnitKind] == [
        "enterprise",
        "public_institution",
        "government",
        "social_organisation",
        "other",
    ]
    assert [*CertificateKind] == ["credit_code", "legal_person"]


def test_a_refusal_says_at_which_field_the_reason_is_missing() -> None:
    """For a return and for a rejection."""
    for move in ("return", "reject"):
        with pytest.raises(Invalid, match="填写原因") as refused:
            unit().send_back("", {}) if move == "return" else unit().reject("", NOW)
        assert (refused.value.code, refused.value.field) == ("reason_missing", "reason")


def test_a_unit_that_an_office_entered_is_active_and_did_not_register_itself() -> None:
    """It has no pictures, no reasons, and is not stored yet."""
    plain = vars(unit())
    for name in ("state", "district_code", "self_registered", "reason", "reasons"):
        plain.pop(name)
    for name in ("certificates", "rejected_at", "version"):
        plain.pop(name)
    found = Unit(**plain)
    assert (found.state, found.self_registered, found.version) == (UnitState.ACTIVE, False, 0)
    assert (found.district_code, found.reason, found.rejected_at) == (None, "", None)
    assert (found.reasons, found.certificates) == ({}, {})


def test_a_picture_that_is_there_is_found() -> None:
    """By its kind."""
    file = StoredFile(key="certificates/m/1", file_name="1", media_type="", digest="", size=1)
    found = unit(certificates={CertificateKind.LEGAL_PERSON: file})
    assert found.certificate(CertificateKind.LEGAL_PERSON) is file


def test_a_rejection_alone_frees_the_credit_code() -> None:
    """Every other state holds it."""
    assert set(UnitState) - set(HOLDING) == {UnitState.REJECTED}


def test_a_registration_is_shown_to_its_mobile_alone() -> None:
    """Somebody else's does not exist."""
    unit().require_mobile("13800000001")
    with pytest.raises(NotFound):
        unit().require_mobile("13800000002")


def test_a_picture_that_is_gone_is_not_found() -> None:
    """As one that never was."""
    with pytest.raises(NotFound):
        unit().certificate(CertificateKind.CREDIT_CODE)
