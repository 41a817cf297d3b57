"""A member unit, and what may be done with it in each state; Conflict in any other."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from shared.contracts.files import StoredFile
from shared.errors import Conflict, Invalid, NotFound


class UnitState(StrEnum):
    """Where a unit stands; one that an office entered itself begins as active."""

    APPLIED = "applied"
    RETURNED = "returned"
    REJECTED = "rejected"
    ACTIVE = "active"
    SUSPENDED = "suspended"


HOLDING = (UnitState.APPLIED, UnitState.RETURNED, UnitState.ACTIVE, UnitState.SUSPENDED)
"""States in which no other unit of the office may have the same credit code."""

CHINESE = {
    UnitState.APPLIED: "待审核",
    UnitState.RETURNED: "已退回",
    UnitState.REJECTED: "未通过",
    UnitState.ACTIVE: "正常",
    UnitState.SUSPENDED: "已停用",
}


class UnitKind(StrEnum):
    """企业, 事业单位, 机关, 社会团体, 其他."""

    ENTERPRISE = "enterprise"
    PUBLIC_INSTITUTION = "public_institution"
    GOVERNMENT = "government"
    SOCIAL_ORGANISATION = "social_organisation"
    OTHER = "other"


class FormField(StrEnum):
    """What the form of a registration asks for; a return gives its reasons by these."""

    UNIT_NAME = "unit_name"
    CREDIT_CODE = "credit_code"
    KIND = "kind"
    UNION_NAME = "union_name"
    SECRET = "secret"  # noqa: S105 - a secret unit (涉密单位), no password
    DISTRICT_CODE = "district_code"
    AGENCY_ID = "agency_id"
    ADDRESS = "address"
    CONTACT_NAME = "contact_name"
    MOBILE = "mobile"
    OFFICE_PHONE = "office_phone"
    CREDIT_CODE_CERTIFICATE = "credit_code_certificate"
    LEGAL_PERSON_CERTIFICATE = "legal_person_certificate"


class CertificateKind(StrEnum):
    """统一社会信用代码证书, 工会法人资格证书."""

    CREDIT_CODE = "credit_code"
    LEGAL_PERSON = "legal_person"


@dataclass(frozen=True)
class Contact:
    """The unit's contact person; personal data."""

    name: str
    mobile: str
    office_phone: str


@dataclass
class Unit:
    """A member unit: the employer or union that enrolls its staff."""

    unit_id: str
    agency_id: str
    office_id: str
    name: str
    kind: str
    credit_code: str
    union_name: str
    secret: bool
    district: str
    """In words, as 山东省-青岛市-市北区."""
    address: str
    contact: Contact
    district_code: str | None = None
    """GB/T 2260; None for a unit that was entered without one."""
    state: UnitState = UnitState.ACTIVE
    self_registered: bool = False
    reason: str = ""
    """Why it was returned or rejected."""
    reasons: dict[FormField, str] = field(default_factory=dict)
    """What is to be corrected, by field of the form."""
    certificates: dict[CertificateKind, StoredFile] = field(default_factory=dict)
    rejected_at: datetime | None = None
    version: int = 0
    """Counts the changes from 1; 0 before it is stored."""

    def require_mobile(self, mobile: str) -> None:
        """Raise NotFound unless it is the contact's, who then may see and correct this."""
        if self.contact.mobile != mobile:
            raise NotFound

    def require_correctable(self) -> None:
        """Raise Conflict unless the applicant is to correct it."""
        self._require(UnitState.RETURNED)

    def apply_again(self) -> None:
        """Wait for review once more, after the correction."""
        self.require_correctable()
        self.state, self.reason, self.reasons = UnitState.APPLIED, "", {}

    def approve(self) -> None:
        """Become a unit that may enroll its staff."""
        self._require(UnitState.APPLIED)
        self.state = UnitState.ACTIVE

    def send_back(self, reason: str, reasons: Mapping[FormField, str]) -> None:
        """Return it to the applicant; Invalid without any reason."""
        self._require(UnitState.APPLIED)
        said = {name: text for name, text in reasons.items() if text}
        if not reason and not said:
            raise Invalid("reason_missing", "退回时请填写原因。", field="reason")
        self.state, self.reason, self.reasons = UnitState.RETURNED, reason, said

    def reject(self, reason: str, now: datetime) -> None:
        """Refuse it for good; Invalid without a reason."""
        self._require(UnitState.APPLIED)
        if not reason:
            raise Invalid("reason_missing", "不予通过时请填写原因。", field="reason")
        self.state, self.reason, self.rejected_at = UnitState.REJECTED, reason, now

    def suspend(self) -> None:
        """Let its operators read only."""
        self._require(UnitState.ACTIVE)
        self.state = UnitState.SUSPENDED

    def resume(self) -> None:
        """Let its operators work again."""
        self._require(UnitState.SUSPENDED)
        self.state = UnitState.ACTIVE

    def require_changeable(self) -> None:
        """Raise Conflict unless the office may change what it says of itself."""
        self._require(UnitState.ACTIVE, UnitState.SUSPENDED)

    def require_active(self) -> None:
        """Raise Conflict unless the unit may enroll its staff."""
        if self.state is not UnitState.ACTIVE:
            raise Conflict(
                "unit_suspended",
                "本单位已停用，只能查看，不能新建、修改或提交参保申请；如有疑问请联系办事处。",
            )

    def certificate(self, kind: CertificateKind) -> StoredFile:
        """Return the picture of a certificate; NotFound when there is none, or no longer."""
        if kind not in self.certificates:
            raise NotFound
        return self.certificates[kind]

    def _require(self, *states: UnitState) -> None:
        if self.state not in states:
            raise Conflict(
                "wrong_state", f"单位当前状态为“{CHINESE[self.state]}”，不能进行此操作。"
            )
