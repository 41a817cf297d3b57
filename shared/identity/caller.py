"""Who asks, and whose data they see."""

from shared.contracts.base import Contract
from shared.errors import Forbidden, NotFound
from shared.identity.permissions import PERMISSIONS, Permission, Role


class Seen(Contract):
    """How new an aggregate was when its owner answered; a copy must be at least that new."""

    stream: str
    subject: str
    sequence: int


class Caller(Contract):
    """An account with its place in the tree of offices, as the gateway vouches for it."""

    account_id: str
    name: str
    role: Role
    office_id: str
    agency_id: str | None = None
    unit_id: str | None = None
    seen: tuple[Seen, ...] = ()

    def require(self, *permissions: Permission) -> None:
        """Raise Forbidden unless the role has one of `permissions`."""
        if not PERMISSIONS[self.role].intersection(permissions):
            raise Forbidden

    def may(self, permission: Permission) -> bool:
        """Return whether the role has a permission."""
        return permission in PERMISSIONS[self.role]

    def sees(self, unit_id: str, agency_id: str, office_id: str) -> bool:
        """Return whether the caller sees what belongs to this unit, agency and office."""
        if self.role is Role.OPERATOR:
            return unit_id == self.unit_id
        if self.role is Role.AGENCY_REVIEWER:
            return agency_id == self.agency_id
        return office_id == self.office_id

    def require_sight(self, unit_id: str, agency_id: str, office_id: str) -> None:
        """Raise NotFound for what belongs to another unit, agency or office."""
        if not self.sees(unit_id, agency_id, office_id):
            raise NotFound
