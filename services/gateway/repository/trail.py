"""The audit trail."""

from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import (
    ColumnElement,
    Select,
    bindparam,
    func,
    insert,
    null,
    or_,
    select,
    update,
)

from services.gateway.domain.trail import Actor, Entry, Outcome
from services.gateway.tables import AccountRow, AuditRow, metadata
from shared.bus import Transaction
from shared.runtime.clock import OFFICE_ZONE

SIGNED_IN = "account.signed_in"

_audit = metadata.tables[AuditRow.__tablename__]
_NOTE = insert(_audit).returning(_audit.c.position)
_SETTLE = (
    update(_audit)
    .where(_audit.c.position == bindparam("of"))
    .values(
        outcome=bindparam("outcome"),
        code=bindparam("code"),
        subject=func.coalesce(bindparam("named"), _audit.c.subject),
    )
)
"""On the table, as both run beside each call: rows that are loaded would only be in the way."""


@dataclass(frozen=True)
class Search:
    """Which entries are wanted; days are the office's, `actor` and `subject` may be parts."""

    action: str | None = None
    actor: str | None = None
    subject: str | None = None
    outcome: Outcome | None = None
    at_from: date | None = None
    at_to: date | None = None


class AuditTrail:
    """The audit trail."""

    def __init__(self, tx: Transaction) -> None:
        self._session = tx.session

    async def note(
        self,
        actor: Actor,
        action: str,
        subject: str,
        address: str | None,
        correlation: str,
        at: datetime,
    ) -> int:
        """Add an entry with an unknown outcome; return its position."""
        position: int = await self._session.scalar(
            _NOTE,
            {
                "at": at,
                "account_id": actor.account_id,
                "office_id": actor.office_id,
                "address": address,
                "action": action,
                "subject": subject,
                "outcome": Outcome.UNKNOWN,
                "correlation": correlation,
            },
        )
        return position

    async def settle(
        self, position: int, outcome: Outcome, code: str | None, subject: str | None
    ) -> None:
        """Record the outcome; a subject that is known only now replaces the former."""
        await self._session.execute(
            _SETTLE, {"of": position, "outcome": outcome, "code": code, "named": subject}
        )

    async def before(
        self, matching: Select[AuditRow, str | None], position: int | None, limit: int
    ) -> list[Entry]:
        """Return a page of what was found, newest first."""
        if position is not None:
            matching = matching.where(AuditRow.position < position)
        rows = await self._session.execute(matching.order_by(AuditRow.position.desc()).limit(limit))
        return [_entry(row, name) for row, name in rows]

    async def forget_addresses(self, before: datetime, limit: int) -> bool:
        """Blank the addresses of entries from before a time; returns whether there may be more."""
        old = (
            select(AuditRow.position)
            .where(AuditRow.at < before, AuditRow.address.is_not(None))
            .limit(limit)
            .with_for_update(skip_locked=True)
            .cte()  # runs once; a subquery of IN may be run again for every row, past the limit
        )
        blanked = await self._session.scalars(
            update(AuditRow)
            .where(AuditRow.position == old.c.position)
            .values(address=None)
            .returning(AuditRow.position)
        )
        return len(blanked.all()) == limit


def found(office_id: str, search: Search) -> Select[AuditRow, str | None]:
    """Find an office's entries and those of none, with the accounts' names."""
    return (
        select(AuditRow, AccountRow.name)
        .outerjoin(AccountRow, AccountRow.account_id == AuditRow.account_id)
        .where(
            or_(AuditRow.office_id == office_id, AuditRow.office_id.is_(None)),
            *_conditions(search),
        )
    )


def sign_ins_of(account_id: str) -> Select[AuditRow, str | None]:
    """Find an account's sign-ins, refused ones too."""
    return select(AuditRow, null()).where(
        AuditRow.account_id == account_id, AuditRow.action == SIGNED_IN
    )


def positions(matching: Select[AuditRow, str | None]) -> Select[int]:
    """Return the query for the positions alone of what was found."""
    return matching.with_only_columns(AuditRow.position)


def _entry(row: AuditRow, name: str | None) -> Entry:
    return Entry(
        position=row.position,
        at=row.at,
        account_id=row.account_id,
        name=name,
        address=row.address,
        action=row.action,
        subject=row.subject,
        outcome=Outcome(row.outcome),
        code=row.code,
        correlation=row.correlation,
    )


def _conditions(search: Search) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if search.action:
        found.append(AuditRow.action == search.action)
    if search.outcome:
        found.append(AuditRow.outcome == search.outcome)
    if search.subject:
        found.append(AuditRow.subject.icontains(search.subject, autoescape=True))
    if search.actor:
        found.append(
            or_(
                AuditRow.account_id.icontains(search.actor, autoescape=True),
                AccountRow.username.icontains(search.actor, autoescape=True),
            )
        )
    if search.at_from:
        found.append(AuditRow.at >= datetime.combine(search.at_from, time(), OFFICE_ZONE))
    if search.at_to:
        found.append(AuditRow.at <= datetime.combine(search.at_to, time.max, OFFICE_ZONE))
    return found
