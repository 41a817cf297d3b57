"""An application and what may be done to it in each state; Conflict in any other.

The states follow docs/domain.md, The ten steps.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from services.enrollment.domain.rates import eligible_staff, least_persons, reaches_least_rate
from shared.contracts.enrollment import ApprovedLine, Kind, Plan
from shared.contracts.files import StoredFile
from shared.contracts.roster import LineCount
from shared.errors import Conflict, Forbidden, Invalid, NotFound

LONGEST_REASON = 500
"""Characters of a remark, or of the reason for a decision."""


class State(StrEnum):
    """Where an application stands."""

    DRAFT = "draft"
    SUBMITTING = "submitting"
    FIRST_REVIEW = "first_review"
    FINAL_REVIEW = "final_review"
    RETURNED = "returned"
    APPROVED = "approved"
    PAID = "paid"
    CONFIRMED = "confirmed"
    ARCHIVED = "archived"
    CANCELLED = "cancelled"


OPEN = (State.DRAFT, State.RETURNED)
"""States in which the operator may change the application."""

ENDED = (State.ARCHIVED, State.CANCELLED)
"""States in which nobody has to act on the application."""

CHINESE = {
    State.DRAFT: "草稿",
    State.SUBMITTING: "提交中",
    State.FIRST_REVIEW: "待初审",
    State.FINAL_REVIEW: "待复审",
    State.RETURNED: "已退回",
    State.APPROVED: "审核通过",
    State.PAID: "已到账",
    State.CONFIRMED: "已确认",
    State.ARCHIVED: "已归档",
    State.CANCELLED: "已取消",
}


class AttachmentKind(StrEnum):
    """社会保险缴费证明, 超龄证明, 其他."""

    SOCIAL_INSURANCE = "social_insurance"
    OVER_AGE = "over_age"
    OTHER = "other"


ATTACHMENTS = {
    AttachmentKind.SOCIAL_INSURANCE: "社会保险缴费证明",
    AttachmentKind.OVER_AGE: "超龄证明",
    AttachmentKind.OTHER: "其他附件",
}
MOST_ATTACHMENTS = 20
MOST_ATTACHED_BYTES = 100 * 1024 * 1024
"""Bytes of all attachments of an application together."""


@dataclass(frozen=True)
class Line:
    """A plan, the shares of each person, and the roster's counts of persons."""

    plan: Plan
    shares: int
    persons: int = 0
    women: int = 0
    high_risk: int = 0
    unexpired: int = 0
    over_usual_age: int = 0


@dataclass(frozen=True)
class Attachment:
    """A file that the operator attached."""

    attachment_id: str
    kind: AttachmentKind
    file: StoredFile


class ObjectionCode(StrEnum):
    """Enrollment's own codes of objections; the roster service has others."""

    PERSONS_EXCEED_STAFF = "persons_exceed_staff"
    PARTICIPATION_RATE_TOO_LOW = "participation_rate_too_low"
    OVER_AGE_PROOF_MISSING = "over_age_proof_missing"


@dataclass(frozen=True)
class Objection:
    """What keeps an application from review; `plan_code` is None when no single plan is meant."""

    code: str
    message: str
    plan_code: str | None = None


@dataclass(frozen=True)
class Review:
    """A reviewer's decision; `level` is the state in which it was taken."""

    level: State
    approved: bool
    reason: str
    reviewer: str
    reviewed_on: date


@dataclass(frozen=True)
class Stage:
    """A state, and when the application entered it."""

    state: State
    since: datetime


@dataclass(frozen=True)
class Confirmation:
    """Number and dates of the confirmation."""

    confirmation_no: str
    effective_on: date
    confirmed_on: date


@dataclass
class Application:
    """An application of one unit."""

    application_no: str
    kind: Kind
    new_employment: bool
    unit_id: str
    unit_name: str
    agency_id: str
    office_id: str
    entered_on: date
    lines: list[Line]
    state: State = State.DRAFT
    staff: int | None = None
    women: int | None = None
    remark: str = ""
    attachments: list[Attachment] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    reopened_because: str | None = None
    reopened_code: str | None = None
    roster_key: str | None = None
    roster_digest: str | None = None
    approved_lines: list[ApprovedLine] | None = None
    confirmation: Confirmation | None = None
    scan: StoredFile | None = None
    history: list[Stage] = field(default_factory=list)
    undecided_imports: list[str] = field(default_factory=list)
    """Ids of imports of which the operator has to say which column is which."""

    def record_state(self, now: datetime) -> None:
        """Add the current state to the history, unless it is the last one there."""
        if not self.history or self.history[-1].state is not self.state:
            self.history.append(Stage(self.state, now))

    def change_lines(self, lines: list[Line]) -> None:
        """Replace plans and shares; plans that stay keep their counts."""
        self._require(*OPEN)
        counted = {line.plan.code: line for line in self.lines}
        self.lines = [
            replace(counted[line.plan.code], plan=line.plan, shares=line.shares)
            if line.plan.code in counted
            else line
            for line in lines
        ]
        self._update_reopening(roster_changed=True)

    def state_staff(self, staff: int, women: int) -> None:
        """Set the unit's staff; Invalid when there are more women than staff."""
        self._require(*OPEN)
        if women > staff:
            raise Invalid(
                "women_exceed_staff", "在职女职工人数不能大于在职职工人数。", field="women"
            )
        self.staff, self.women = staff, women
        self._update_reopening()

    def attach(self, attachment: Attachment) -> None:
        """Add a file; Conflict when that exceeds the number or size of attachments."""
        self._require(*OPEN)
        if len(self.attachments) >= MOST_ATTACHMENTS:
            raise Conflict(
                "too_many_attachments",
                f"每份申请最多上传{MOST_ATTACHMENTS}个附件，请先删除不需要的附件，或合并成一个PDF后再上传。",
                field="file",
            )
        attached = sum(one.file.size for one in (*self.attachments, attachment))
        if attached > MOST_ATTACHED_BYTES:
            raise Conflict(
                "attachments_too_large",
                f"每份申请的附件合计不能超过{MOST_ATTACHED_BYTES // 1024 // 1024}MB，"
                "请压缩文件或删除不需要的附件后再上传。",
                field="file",
            )
        self.attachments.append(attachment)
        self._update_reopening()

    def attachment(self, attachment_id: str) -> Attachment:
        """Return an attached file; NotFound when there is none."""
        for attachment in self.attachments:
            if attachment.attachment_id == attachment_id:
                return attachment
        raise NotFound

    def detach(self, attachment_id: str) -> None:
        """Remove a file; NotFound when there is none."""
        self._require(*OPEN)
        self.attachments.remove(self.attachment(attachment_id))

    def submit(self, remark: str, required: Iterable[AttachmentKind]) -> None:
        """Submit; Conflict when an import is undecided, or staff or an attachment is missing."""
        self._require(*OPEN)
        if self.undecided_imports:
            raise Conflict(
                "import_undecided",
                "有导入的文件还没有指定列，请在人员清单中指定列或放弃该文件后再提交。",
            )
        if self.staff is None:
            raise Conflict("staff_missing", "请先填写在职职工人数和在职女职工人数，再提交。")
        attached = {attachment.kind for attachment in self.attachments}
        for kind in required:
            if kind not in attached:
                raise Conflict("attachment_missing", f"请上传{ATTACHMENTS[kind]}后再提交。")
        self.remark = remark
        self._record_reopening(None)
        self.state = State.SUBMITTING

    def await_columns(self, import_id: str) -> None:
        """Note an import that waits for its columns: no submission until that is decided."""
        self.undecided_imports.append(import_id)

    def decide_columns(self, import_id: str) -> bool:
        """Forget an import that waits no more; return whether it did wait."""
        waited = import_id in self.undecided_imports
        if waited:
            self.undecided_imports.remove(import_id)
            self._update_reopening(roster_changed=True)
        return waited

    def count(self, counts: Sequence[LineCount]) -> None:
        """Set the roster's counts; a line without a count has no persons."""
        self._require(*OPEN, State.SUBMITTING)
        known = {count.plan_code: count.model_dump(exclude={"plan_code"}) for count in counts}
        self.lines = [
            Line(line.plan, line.shares, **known.get(line.plan.code, {})) for line in self.lines
        ]
        self._update_reopening(roster_changed=True)

    def objections(self) -> list[Objection]:
        """Return what keeps the application from review, in the order of its lines.

        Empty as long as the unit has not stated its staff.
        """
        if self.staff is None or self.women is None:
            return []
        attached = {attachment.kind for attachment in self.attachments}
        return [
            objection
            for line in self.lines
            for objection in objections_to(line, self.staff, self.women, attached)
        ]

    def freeze(self, key: str, digest: str) -> None:
        """Set the frozen roster and enter first review."""
        self._require(State.SUBMITTING)
        self.roster_key, self.roster_digest = key, digest
        self.state = State.FIRST_REVIEW

    def reopen(self, objection: Objection) -> None:
        """Become a draft again, with the objection as the reason."""
        self._require(State.SUBMITTING)
        self._record_reopening(objection)
        self.state = State.DRAFT

    def review(self, reviewer: str, on: date, reason: str, *, approved: bool) -> None:
        """Approve or return at the level that is due.

        Forbidden for whoever took the first review; Invalid when a return has no reason.
        """
        self._require(State.FIRST_REVIEW, State.FINAL_REVIEW)
        if not approved and not reason.strip():
            raise Invalid("reason_missing", "退回时请填写原因。", field="reason")
        first = self.state is State.FIRST_REVIEW
        if not first and self.first_reviewer == reviewer:
            raise Forbidden("初审和复审不能由同一人完成。")
        self.reviews.append(Review(self.state, approved, reason, reviewer, on))
        if not approved:
            self.state = State.RETURNED
        else:
            self.state = State.FINAL_REVIEW if first else State.APPROVED

    def set_approved_lines(self, lines: list[ApprovedLine]) -> None:
        """Store the prices of the approved lines: later changes of subsidies do not apply."""
        self._require(State.APPROVED)
        self.approved_lines = lines

    def cancel(self) -> None:
        """Cancel a draft and drop its attachments."""
        self._require(*OPEN)
        self.attachments, self.undecided_imports = [], []
        self.state = State.CANCELLED

    def receive_payment(self) -> None:
        """Become paid."""
        self._require(State.APPROVED)
        self.state = State.PAID

    def reverse_payment(self) -> None:
        """Become unpaid again."""
        self._require(State.PAID)
        self.state = State.APPROVED

    def confirm(self, confirmation: Confirmation) -> None:
        """Store the confirmation."""
        self._require(State.PAID)
        self.confirmation = confirmation
        self.state = State.CONFIRMED

    def archive(self, scan: StoredFile) -> None:
        """Store the scan of the signed and stamped confirmation and end."""
        self._require(State.CONFIRMED)
        self.scan = scan
        self.state = State.ARCHIVED

    @property
    def first_reviewer(self) -> str | None:
        """Return the account that took the last first review, if any."""
        decided = [review for review in self.reviews if review.level is State.FIRST_REVIEW]
        return decided[-1].reviewer if decided else None

    def _update_reopening(self, *, roster_changed: bool = False) -> None:
        """Repeat, or clear, the reason why the last submission came back.

        The roster service judges its own objections at the next submission only: a change of the
        roster clears them.
        """
        if self.reopened_code in set(ObjectionCode):
            left = [one for one in self.objections() if one.code == self.reopened_code]
            self._record_reopening(left[0] if left else None)
        elif roster_changed:
            self._record_reopening(None)

    def _record_reopening(self, objection: Objection | None) -> None:
        self.reopened_code = objection.code if objection else None
        self.reopened_because = objection.message if objection else None

    def _require(self, *states: State) -> None:
        if self.state not in states:
            raise Conflict(
                "wrong_state", f"申请当前状态为“{CHINESE[self.state]}”，不能进行此操作。"
            )


def objections_to(
    line: Line, staff: int, women: int, attached: Collection[AttachmentKind]
) -> Iterator[Objection]:
    """Yield what keeps one line from review."""
    rules, name, code = line.plan.rules, line.plan.name, line.plan.code
    eligible = eligible_staff(rules, staff, women)
    if line.persons > eligible:
        yield Objection(
            ObjectionCode.PERSONS_EXCEED_STAFF,
            f"{name}的参保人数（{line.persons}）大于可参保职工人数（{eligible}），"
            "请核对人员清单或在职人数。",
            code,
        )
    elif not reaches_least_rate(rules, line.persons, staff, women):
        least = least_persons(rules, staff, women)
        yield Objection(
            ObjectionCode.PARTICIPATION_RATE_TOO_LOW,
            f"{name}的参保率不足，至少需要{least}人参保，请补充人员清单后再提交。",
            code,
        )
    if line.over_usual_age and AttachmentKind.OVER_AGE not in attached:
        yield Objection(
            ObjectionCode.OVER_AGE_PROOF_MISSING,
            f"{name}有超龄人员，请上传超龄证明后再提交。",
            code,
        )


def create_line(plan: Plan, shares: int) -> Line:
    """Create a line; Invalid when a person may not hold that many shares."""
    if not 1 <= shares <= plan.rules.max_shares:
        raise Invalid(
            "shares_out_of_range",
            f"{plan.name}每人可参保1至{plan.rules.max_shares}份，请修改份数。",
            field="shares",
        )
    return Line(plan, shares)
