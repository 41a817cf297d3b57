"""The gateway's rows; never commits."""

import hashlib
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.gateway.domain.signing_in import CAPTCHA_LIFE, SESSION_LIFE, WINDOW
from services.gateway.tables import (
    AccountRow,
    AuditRow,
    CaptchaRow,
    EventRow,
    FailureRow,
    NotificationRow,
    SessionRow,
)
from shared.caller import Caller, Role
from shared.contracts.base import Envelope
from shared.sealing import Sealer


def token_digest(token: str) -> bytes:
    """Give the digest under which a session is kept; tokens are random, so no key is needed."""
    return hashlib.sha256(token.encode()).digest()


class AccountRepository:
    """Accounts and sessions."""

    def __init__(self, session: AsyncSession, sealer: Sealer) -> None:
        """Work in an open session."""
        self._session = session
        self._sealer = sealer

    async def by_username(self, username: str) -> AccountRow | None:
        """Find an active account."""
        found: AccountRow | None = await self._session.scalar(
            select(AccountRow).where(AccountRow.username == username, AccountRow.active)
        )
        return found

    async def put(self, row: AccountRow) -> None:
        """Keep an account, new or changed."""
        await self._session.merge(row)

    async def open_session(self, account_id: str, token: str, now: datetime) -> datetime:
        """Keep a session; gives when it ends."""
        await self._session.execute(delete(SessionRow).where(SessionRow.expires_at < now))
        row = SessionRow(
            token_digest=token_digest(token), account_id=account_id, expires_at=now + SESSION_LIFE
        )
        self._session.add(row)
        return row.expires_at

    async def of_session(self, token: str, now: datetime) -> Caller | None:
        """Give who a session belongs to, unless it has ended."""
        row = await self._session.scalar(
            select(AccountRow)
            .join(SessionRow, SessionRow.account_id == AccountRow.account_id)
            .where(
                SessionRow.token_digest == token_digest(token),
                SessionRow.expires_at > now,
                AccountRow.active,
            )
        )
        return caller_from(row) if row else None

    async def close_session(self, token: str) -> None:
        """End a session."""
        await self._session.execute(
            delete(SessionRow).where(SessionRow.token_digest == token_digest(token))
        )

    async def ask(self, answer: str, now: datetime) -> UUID:
        """Keep a captcha's answer."""
        await self._session.execute(delete(CaptchaRow).where(CaptchaRow.expires_at < now))
        captcha_id = uuid4()
        self._session.add(
            CaptchaRow(
                captcha_id=captcha_id,
                answer_digest=self._sealer.lookup_hash(answer.lower()),
                expires_at=now + CAPTCHA_LIFE,
            )
        )
        return captcha_id

    async def answered(self, captcha_id: UUID, answer: str, now: datetime) -> bool:
        """Use a captcha up; gives whether the answer is right."""
        digest = await self._session.scalar(
            delete(CaptchaRow)
            .where(CaptchaRow.captcha_id == captcha_id, CaptchaRow.expires_at > now)
            .returning(CaptchaRow.answer_digest)
        )
        return bool(digest == self._sealer.lookup_hash(answer.strip().lower()))

    async def failures(self, username: str, address: str, now: datetime) -> tuple[int, int]:
        """Count the failures of a name and of an address within the window."""
        since = now - WINDOW
        name, place = self._sealer.lookup_hash(username), self._sealer.lookup_hash(address)
        row = (
            await self._session.execute(
                select(
                    func.count().filter(FailureRow.name_digest == name),
                    func.count().filter(FailureRow.address_digest == place),
                ).where(
                    FailureRow.at > since,
                    (FailureRow.name_digest == name) | (FailureRow.address_digest == place),
                )
            )
        ).one()
        return row[0], row[1]

    async def one_at_a_time(self, username: str) -> None:
        """Let tries for one name pass one after another until the transaction ends."""
        await self._session.execute(
            select(func.pg_advisory_xact_lock(func.hashtext(f"sign-in/{username}")))
        )

    async def note_try(self, username: str, address: str, now: datetime) -> int:
        """Note a try as failed until it succeeds; gives its id. Forget those outside the window."""
        await self._session.execute(delete(FailureRow).where(FailureRow.at < now - WINDOW))
        row = FailureRow(
            name_digest=self._sealer.lookup_hash(username),
            address_digest=self._sealer.lookup_hash(address),
            at=now,
        )
        self._session.add(row)
        await self._session.flush()
        return row.id

    async def forgive_try(self, try_id: int) -> None:
        """Take a try back that succeeded."""
        await self._session.execute(delete(FailureRow).where(FailureRow.id == try_id))


def caller_from(row: AccountRow) -> Caller:
    """Give an account as services know it."""
    return Caller(
        account_id=row.account_id,
        name=row.name,
        role=Role(row.role),
        office_id=row.office_id,
        agency_id=row.agency_id,
        unit_id=row.unit_id,
    )


class EventLog:
    """The append-only log of all events."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in an open session."""
        self._session = session

    async def append(self, envelope: Envelope) -> None:
        """Add an event; positions become visible in order, so that a cursor never skips one."""
        await self._session.execute(text("SELECT pg_advisory_xact_lock(hashtext('event_log'))"))
        data = envelope.data
        self._session.add(
            EventRow(
                event_id=envelope.id,
                topic=envelope.type,
                subject=envelope.subject,
                unit_id=data.get("unit_id"),
                agency_id=data.get("agency_id"),
                office_id=data.get("office_id"),
                at=envelope.time,
                envelope=envelope.model_dump(mode="json", exclude_none=True),
            )
        )

    async def after(self, caller: Caller, position: int, limit: int) -> list[EventRow]:
        """Give what the caller may see after a position."""
        rows = await self._session.scalars(
            select(EventRow)
            .where(caller.sees(EventRow), EventRow.position > position)
            .order_by(EventRow.position)
            .limit(limit)
        )
        return list(rows)

    async def last_position(self) -> int:
        """Give the newest position; 0 when there is none."""
        return int(await self._session.scalar(select(func.max(EventRow.position))) or 0)


class Trail:
    """The audit trail and the notifications sent."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in an open session."""
        self._session = session

    def note(
        self, caller: Caller, action: str, subject: str, correlation: str, at: datetime
    ) -> None:
        """Note who did what to what."""
        self._session.add(
            AuditRow(
                at=at,
                account_id=caller.account_id,
                office_id=caller.office_id,
                action=action,
                subject=subject,
                correlation=correlation,
            )
        )

    async def before(self, office_id: str, position: int | None, limit: int) -> list[AuditRow]:
        """Give an office's entries, newest first."""
        query = select(AuditRow).where(AuditRow.office_id == office_id)
        if position is not None:
            query = query.where(AuditRow.position < position)
        rows = await self._session.scalars(query.order_by(AuditRow.position.desc()).limit(limit))
        return list(rows)

    async def note_sent(self, event_id: UUID, unit_id: str, subject: str, at: datetime) -> None:
        """Note that a text message went out."""
        await self._session.merge(
            NotificationRow(event_id=event_id, unit_id=unit_id, subject=subject, sent_at=at)
        )

    async def is_sent(self, event_id: UUID) -> bool:
        """Say whether the text message about an event went out."""
        return await self._session.get(NotificationRow, event_id) is not None
