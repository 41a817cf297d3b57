from collections.abc import Callable
from decimal import Decimal

import pytest

from services.roster.domain.actions import next_actions
from services.roster.domain.imports import ImportState
from services.roster.domain.rosters import Roster, RosterState
from shared.contracts.enrollment import LineChoice, Plan, PlanRules
from shared.errors import Conflict, Invalid
from shared.identity.caller import Caller
from shared.identity.permissions import Role
from tests.published import words_of_api

PLANS = [
    Plan(
        code=code,
        programme="互助保障",
        name=f"活动{code}",
        category="住院医疗",
        fee=Decimal("95.00"),
        rules=PlanRules(max_age=age),
    )
    for code, age in (("ZYYL-A", 65), ("ZGZJ", 60))
]


def _roster(state: RosterState = RosterState.OPEN) -> Roster:
    lines = [LineChoice(plan=one, shares=1) for one in PLANS]
    return Roster("PRT0000000001", "U1", "001201", "0012", lines, state)


def _refused(act: Callable[[], object]) -> str | None:
    try:
        act()
    except Conflict as refusal:
        return refusal.code
    return None


@pytest.mark.parametrize(
    ("state", "change", "check"),
    [
        (RosterState.OPEN, None, "not_submitted"),
        (RosterState.LOCKED, "roster_closed", "not_submitted"),
        (RosterState.FROZEN, "roster_closed", None),
        (RosterState.CLOSED, "application_cancelled", "not_submitted"),
    ],
)
def test_persons_change_before_submission_and_are_checked_after_it(
    state: RosterState, change: str | None, check: str | None
) -> None:
    """Never both; the refusal says which it is."""
    one = _roster(state)
    assert _refused(one.require_open) == change
    assert _refused(one.require_submitted) == check


def test_a_new_roster_is_open_and_has_a_line_per_plan() -> None:
    """In the order of the application, each with its own rules and name."""
    one = _roster()
    assert one.state is RosterState.OPEN
    assert one.plans == ["ZYYL-A", "ZGZJ"]
    assert [one.plan_name(code) for code in one.plans] == ["活动ZYYL-A", "活动ZGZJ"]
    assert one.rules(["ZGZJ"]) == {"ZGZJ": PLANS[1].rules}
    assert one.rules([]) == {}


def test_a_file_for_a_plan_that_is_not_applied_for_is_refused() -> None:
    """The refusal names the plan and the field."""
    with pytest.raises(Invalid, match="“NGTB”") as refused:
        _roster().rules(["ZYYL-A", "NGTB"])
    assert (refused.value.code, refused.value.field) == ("line_unknown", "lines")


def test_rosters_and_imports_are_in_states_that_clients_know() -> None:
    """They poll an import until it has finished or failed."""
    assert list(RosterState) == words_of_api("RosterState")
    assert list(ImportState) == words_of_api("ImportState")


def test_a_roster_is_fixed_only_while_it_is_locked() -> None:
    """It is locked at submission; what refuses it lets it be changed again."""
    one = _roster()
    with pytest.raises(ValueError, match=r"^the roster of PRT0000000001 is open, not locked$"):
        one.freeze("rosters/1", "digest")
    one.lock()
    one.freeze("rosters/1", "digest")
    assert (one.state, one.frozen_key, one.frozen_digest) == ("frozen", "rosters/1", "digest")
    one.thaw()
    one.require_open()


def test_a_roster_that_ends_leaves_no_file() -> None:
    """The frozen one is let go, if there is one."""
    one = _roster(RosterState.LOCKED)
    assert _roster().close() == []
    one.freeze("rosters/1", "digest")
    assert one.close() == ["rosters/1"]
    assert (one.state, one.frozen_key, one.frozen_digest) == ("closed", None, None)


@pytest.mark.parametrize("role", list(Role))
def test_persons_are_brought_in_before_submission_and_fetched_after_confirmation(
    role: Role,
) -> None:
    """By operators; the office may fetch them too."""
    caller = Caller(account_id="A1", name="", role=role, office_id="0012")
    begun, covered = _roster(), _roster(RosterState.FROZEN)
    covered.confirmation_no = "G00122024121010000845"
    fetches = role in (Role.OPERATOR, Role.OFFICE_REVIEWER)
    assert next_actions(begun, caller) == (["import"] if role is Role.OPERATOR else [])
    assert next_actions(covered, caller) == (["download_roster"] if fetches else [])
    assert next_actions(_roster(RosterState.FROZEN), caller) == []
