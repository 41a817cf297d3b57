"""Accounts: people, and the API clients of other systems."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from shared.errors import Conflict, Invalid
from shared.identity.caller import Caller
from shared.identity.permissions import Role

FOR_PEOPLE = frozenset(Role) - {Role.SYSTEM, Role.API_CLIENT}
"""Roles that an administrator gives."""


@dataclass(frozen=True)
class Account:
    """Someone who may sign in, with a place in the tree of offices."""

    account_id: str
    username: str
    password_hash: str
    name: str
    role: Role
    office_id: str
    agency_id: str | None = None
    unit_id: str | None = None
    active: bool = True
    mobile: str | None = None
    """Where codes and first passwords are sent."""
    must_change: bool = False
    """Whether the password was sent by text message, and is to be changed first of all."""
    password_until: datetime | None = None
    """When a password that is to be changed ends."""
    has_second_factor: bool = False
    version: int = 1

    @property
    def is_client(self) -> bool:
        """Whether it is another system's: it has no session, and people have no access token."""
        return self.role is Role.API_CLIENT

    @property
    def caller(self) -> Caller:
        """The account as services know it."""
        return Caller(
            account_id=self.account_id,
            name=self.name,
            role=self.role,
            office_id=self.office_id,
            agency_id=self.agency_id,
            unit_id=self.unit_id,
        )

    def with_password(self, password_hash: str, until: datetime | None = None) -> Self:
        """Return it with another password; with an end it is to be changed at the sign-in."""
        return replace(
            self,
            password_hash=password_hash,
            must_change=until is not None,
            password_until=until,
            version=self.version + 1,
        )

    def password_ended(self, now: datetime) -> bool:
        """Return whether a password that was to be changed has ended."""
        return self.password_until is not None and now >= self.password_until

    def lock(self) -> Self:
        """Return it locked: nobody signs in with it. Conflict when it is already."""
        if not self.active:
            raise Conflict("wrong_state", "该账号已停用。")
        return replace(self, active=False, version=self.version + 1)

    def unlock(self) -> Self:
        """Return it usable again. Conflict when it is already, or belongs to no unit any more."""
        if self.active:
            raise Conflict("wrong_state", "该账号正在使用中，无需启用。")
        require_place(self.role, self.agency_id, self.unit_id)
        return replace(self, active=True, version=self.version + 1)

    def unbind(self) -> Self:
        """Return a former operator's account: locked, and of no unit."""
        return replace(self, unit_id=None, active=False, version=self.version + 1)

    def move(self, role: Role, agency_id: str | None, unit_id: str | None) -> Self:
        """Return it with another role or place; Invalid when they do not fit each other."""
        require_place(role, agency_id, unit_id)
        return replace(
            self, role=role, agency_id=agency_id, unit_id=unit_id, version=self.version + 1
        )

    def hand_over(self, name: str, mobile: str) -> Self:
        """Return it as another person's, who is to get a password of their own."""
        return replace(self, name=name, mobile=mobile, version=self.version + 1)


def require_place(role: Role, agency_id: str | None, unit_id: str | None) -> None:
    """Raise Invalid unless an operator has a unit, a reviewer of an agency that, others neither."""
    if role not in FOR_PEOPLE:
        raise Invalid("role_refused", "不能为该角色建立账号，请另选角色。", field="role")
    if (unit_id is not None) is not (role is Role.OPERATOR):
        raise Invalid(
            "place_invalid", "经办人账号须属于一个单位，其他账号不属于单位。", field="unit_id"
        )
    if (agency_id is not None) is not (role in (Role.OPERATOR, Role.AGENCY_REVIEWER)):
        raise Invalid(
            "place_invalid",
            "经办人和代办处账号须属于一个代办处，其他账号不属于代办处。",
            field="agency_id",
        )
