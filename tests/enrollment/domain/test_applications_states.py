"""Whatever is tried in whatever order, an application keeps to the table of states."""

from collections.abc import Callable
from copy import copy

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.enrollment.domain.applications import (
    MOST_ATTACHMENTS,
    OPEN,
    Application,
    Attachment,
    AttachmentKind,
    Confirmation,
    State,
    create_line,
)
from shared.contracts.roster import LineCount
from shared.errors import Refusal
from tests.enrollment.samples import EMPTY, SCAN, TODAY, application, plan

PLANS = {code: plan(code) for code in ("ZYYL-A", "ZGZJ", "NGTB")}
CODES = st.lists(st.sampled_from(list(PLANS)), min_size=1, unique=True)
REVIEWED = {State.FIRST_REVIEW: State.FINAL_REVIEW, State.FINAL_REVIEW: State.APPROVED}
FLOW: dict[str, dict[State, State]] = {
    "change": {state: state for state in OPEN},
    "submit": dict.fromkeys(OPEN, State.SUBMITTING),
    "cancel": dict.fromkeys(OPEN, State.CANCELLED),
    "freeze": {State.SUBMITTING: State.FIRST_REVIEW},
    "reopen": {State.SUBMITTING: State.DRAFT},
    "approve": REVIEWED,
    "return": dict.fromkeys(REVIEWED, State.RETURNED),
    "pay": {State.APPROVED: State.PAID},
    "reverse": {State.PAID: State.APPROVED},
    "confirm": {State.PAID: State.CONFIRMED},
    "archive": {State.CONFIRMED: State.ARCHIVED},
}


def _copy(one: Application) -> Application:
    copied = copy(one)
    for name in ("lines", "attachments", "reviews"):
        setattr(copied, name, list(getattr(one, name)))
    return copied


class States(RuleBasedStateMachine):
    """Random commands, compared with the table of states."""

    @initialize(steps=st.integers(0, 8))
    def begin(self, steps: int) -> None:
        """Create an application of one plan without persons, and take the first `steps` steps."""
        self.application = application(PLANS["ZYYL-A"])
        self.persons = {"ZYYL-A": 0}
        way: list[Callable[[], None]] = [
            lambda: self.state_staff(2, 1),
            self.submit,
            self.freeze,
            lambda: self.approve("A"),
            lambda: self.approve("B"),
            self.pay,
            self.confirm,
            self.archive,
        ]
        for step in way[:steps]:
            step()

    def attempt(self, command: str, act: Callable[[Application], None], *, good: bool) -> bool:
        """Run a command; it must fail without effect unless state and input allow it."""
        before = _copy(self.application)
        after = FLOW[command].get(before.state)
        try:
            act(self.application)
        except Refusal:
            assert after is None or not good
            assert self.application == before
            return False
        assert after is not None
        assert good
        assert self.application.state is after
        return True

    @rule(codes=CODES)
    def change_lines(self, codes: list[str]) -> None:
        """Keep the counts of the plans that stay."""
        lines = [create_line(PLANS[code], 1) for code in codes]
        if self.attempt("change", lambda one: one.change_lines(lines), good=True):
            self.persons = {code: self.persons.get(code, 0) for code in codes}

    @rule(staff=st.integers(1, 9), women=st.integers(0, 9))
    def state_staff(self, staff: int, women: int) -> None:
        """Set the staff; no more women than staff."""
        good = women <= staff
        self.attempt("change", lambda one: one.state_staff(staff, women), good=good)

    @rule(kind=st.sampled_from(AttachmentKind))
    def attach(self, kind: AttachmentKind) -> None:
        """Add a file, up to the largest number of them."""
        good = len(self.application.attachments) < MOST_ATTACHMENTS
        self.attempt("change", lambda one: one.attach(Attachment("1", kind, SCAN)), good=good)

    @rule(codes=CODES, persons=st.integers(0, 9))
    def count(self, codes: list[str], persons: int) -> None:
        """Set the roster's counts until it is frozen."""
        if self.application.state in (*OPEN, State.SUBMITTING):
            self.application.count([LineCount(plan_code=code, persons=persons) for code in codes])
            self.persons = {code: persons * (code in codes) for code in self.persons}

    @rule()
    def submit(self) -> None:
        """Submit; the staff must be known."""
        good = self.application.staff is not None
        self.attempt("submit", lambda one: one.submit("", []), good=good)

    @rule()
    def freeze(self) -> None:
        """Enter first review."""
        self.attempt("freeze", lambda one: one.freeze("key", "digest"), good=True)

    @rule()
    def reopen(self) -> None:
        """Become a draft again."""
        self.attempt("reopen", lambda one: one.reopen(EMPTY), good=True)

    @rule(reviewer=st.sampled_from("ABC"), reason=st.sampled_from(["", " ", "不符"]))
    def return_it(self, reviewer: str, reason: str) -> None:
        """Return; not without a reason, nor by the first reviewer."""
        good = bool(reason.strip()) and self._may_review(reviewer)
        self.attempt(
            "return", lambda one: one.review(reviewer, TODAY, reason, approved=False), good=good
        )

    @rule(reviewer=st.sampled_from("ABC"))
    def approve(self, reviewer: str) -> None:
        """Approve; not by the first reviewer."""
        good = self._may_review(reviewer)
        self.attempt(
            "approve", lambda one: one.review(reviewer, TODAY, "", approved=True), good=good
        )

    def _may_review(self, reviewer: str) -> bool:
        final = self.application.state is State.FINAL_REVIEW
        return not final or self.application.reviews[-1].reviewer != reviewer

    @rule()
    def cancel(self) -> None:
        """Cancel a draft."""
        self.attempt("cancel", lambda one: one.cancel(), good=True)

    @rule()
    def pay(self) -> None:
        """Receive the payment."""
        self.attempt("pay", lambda one: one.receive_payment(), good=True)

    @rule()
    def reverse(self) -> None:
        """Reverse the payment."""
        self.attempt("reverse", lambda one: one.reverse_payment(), good=True)

    @rule()
    def confirm(self) -> None:
        """Confirm the payment."""
        confirmed = Confirmation("G00122024121010000845", TODAY, TODAY)
        self.attempt("confirm", lambda one: one.confirm(confirmed), good=True)

    @rule()
    def archive(self) -> None:
        """Archive the confirmation."""
        self.attempt("archive", lambda one: one.archive(SCAN), good=True)

    @invariant()
    def lines_hold_what_the_roster_counted(self) -> None:
        """No other command changes the counts."""
        assert {line.plan.code: line.persons for line in self.application.lines} == self.persons

    @invariant()
    def approval_took_two_persons(self) -> None:
        """From approval on, each level has an approval, by two persons."""
        if self.application.state in (State.APPROVED, State.PAID, State.CONFIRMED, State.ARCHIVED):
            first, final = self.application.reviews[-2:]
            assert (first.level, final.level) == tuple(REVIEWED)
            assert first.approved
            assert final.approved
            assert first.reviewer != final.reviewer


States.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


class TestStates(States.TestCase):  # type: ignore[misc, valid-type] # made at run time
    """No order of commands leaves the table of states; what is refused changes nothing."""


def test_the_whole_way_can_be_gone() -> None:
    """From draft to archive, by the same table."""
    machine = States()
    machine.begin(8)
    assert machine.application.state is State.ARCHIVED
