"""The roster of an application and its states; its persons are in `persons`."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from shared.contracts.enrollment import LineChoice, PlanRules
from shared.errors import Conflict, Invalid

SUBMITTED = "申请已提交，人员清单不能修改，需修改请联系审核人退回。"
CANCELLED = "申请已撤销，不能再导入或修改人员；如需参保，请新建申请。"


class RosterState(StrEnum):
    """Open to changes; locked while it is frozen; frozen; closed for good."""

    OPEN = "open"
    LOCKED = "locked"
    FROZEN = "frozen"
    CLOSED = "closed"


@dataclass
class Roster:
    """The roster of an application."""

    application_no: str
    unit_id: str
    agency_id: str
    office_id: str
    lines: list[LineChoice]
    state: RosterState = RosterState.OPEN
    frozen_key: str | None = None
    frozen_digest: str | None = None
    confirmation_no: str | None = None

    @property
    def plans(self) -> list[str]:
        """Return the plan codes of the lines."""
        return [line.plan.code for line in self.lines]

    def rules(
        self, plans: list[str], names: Mapping[str, str] = MappingProxyType({})
    ) -> dict[str, PlanRules]:
        """Return the rules of some lines; Invalid, with its name if given, when one is no line."""
        known = {line.plan.code: line.plan.rules for line in self.lines}
        for plan in plans:
            if plan not in known:
                raise Invalid(
                    "line_unknown",
                    f"申请中没有保障活动“{names.get(plan, plan)}”，请先添加该活动。",
                    field="lines",
                )
        return {plan: known[plan] for plan in plans}

    def plan_name(self, plan_code: str) -> str:
        """Return the name of a line's plan."""
        return next(line.plan.name for line in self.lines if line.plan.code == plan_code)

    def lock(self) -> None:
        """Close it for changes while it is frozen; ValueError when it has ended."""
        self._require_not_closed()
        self.state = RosterState.LOCKED

    def thaw(self) -> None:
        """Open it for changes again; ValueError when it has ended."""
        self._require_not_closed()
        self.state = RosterState.OPEN

    def freeze(self, key: str, digest: str) -> None:
        """Fix the persons as the object `key` holds them; ValueError unless it is locked."""
        if self.state is not RosterState.LOCKED:
            raise ValueError(f"the roster of {self.application_no} is {self.state}, not locked")
        self.state, self.frozen_key, self.frozen_digest = RosterState.FROZEN, key, digest

    def close(self) -> list[str]:
        """End it with its application; return the keys of objects that are to be deleted."""
        keys = [self.frozen_key] if self.frozen_key is not None else []
        self.state, self.frozen_key, self.frozen_digest = RosterState.CLOSED, None, None
        return keys

    def require_open(self) -> None:
        """Raise Conflict unless persons may change."""
        self.require_not_ended()
        if self.state is not RosterState.OPEN:
            raise Conflict("roster_closed", SUBMITTED)

    def require_not_ended(self) -> None:
        """Raise Conflict when it is frozen, or its application was cancelled.

        While it is only locked, a file that came before may still be taken in.
        """
        if self.state is RosterState.CLOSED:
            raise Conflict("application_cancelled", CANCELLED)
        if self.state is RosterState.FROZEN:
            raise Conflict("roster_closed", SUBMITTED)

    def require_submitted(self) -> None:
        """Raise Conflict unless the roster was submitted."""
        if self.state is not RosterState.FROZEN:
            raise Conflict("not_submitted", "申请尚未提交，提交后才能核对人员的完整信息。")

    def _require_not_closed(self) -> None:
        if self.state is RosterState.CLOSED:
            raise ValueError(f"the roster of {self.application_no} is closed for good")
