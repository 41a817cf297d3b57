"""Bindings (单位绑定): somebody asks to become a unit's operator, and the agency decides."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self
from uuid import UUID

from shared.contracts.files import StoredFile
from shared.errors import Conflict, Invalid

FORM_KEPT = timedelta(days=30)
"""The stamped form of a binding that was refused."""


class BindingState(StrEnum):
    """Asked for, until the agency approves or refuses."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"


@dataclass(frozen=True)
class Binding:
    """Who asks, for which unit, and whom they say that they replace."""

    binding_id: UUID
    unit_id: str
    agency_id: str
    office_id: str
    unit_name: str
    credit_code: str
    name: str
    mobile: str
    replaces: str
    """Name or user name of the former operator, as it was typed; empty for nobody."""
    form: StoredFile | None
    """The stamped form; of a binding that was refused only for a while."""
    asked_at: datetime
    state: BindingState = BindingState.ASKED
    reason: str = ""
    decided_at: datetime | None = None
    account_id: str | None = None
    """The account that was made."""
    position: int | None = None

    def approve(self, account_id: str, now: datetime) -> Self:
        """Return it as approved, with the account that was made."""
        self._require_open()
        return replace(self, state=BindingState.APPROVED, account_id=account_id, decided_at=now)

    def refuse(self, reason: str, now: datetime) -> Self:
        """Return it as refused; Invalid without a reason."""
        self._require_open()
        if not reason:
            raise Invalid("reason_missing", "不同意时请填写原因。", field="reason")
        return replace(self, state=BindingState.REFUSED, reason=reason, decided_at=now)

    def _require_open(self) -> None:
        if self.state is not BindingState.ASKED:
            raise Conflict("wrong_state", "该绑定申请已处理，请刷新页面。")
