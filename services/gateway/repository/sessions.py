"""Sessions, by digests of their tokens."""

import hashlib
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import bindparam, delete, or_, select, update

from services.gateway.domain.accounts import Account
from services.gateway.domain.sessions import SEEN_EVERY, Session
from services.gateway.repository.accounts import account_of
from services.gateway.tables import AccountRow, SessionRow
from shared.bus import Transaction
from shared.identity.permissions import Role
from shared.runtime.rows import columns_for


def token_digest(token: str) -> bytes:
    """Return the digest that identifies a session; tokens are random, so no key is needed."""
    return hashlib.sha256(token.encode()).digest()


_GOES_ON = (
    SessionRow.account_id == AccountRow.account_id,
    SessionRow.token_digest == bindparam("digest"),
    AccountRow.active,
    SessionRow.expires_at > bindparam("now"),
    or_(AccountRow.role == Role.API_CLIENT, SessionRow.seen_at > bindparam("used")),
)
"""The conditions under which a token's session has not ended."""
_OF = select(AccountRow, SessionRow).where(*_GOES_ON)
_HAS = select(AccountRow.active).where(*_GOES_ON)


class SessionRepository:
    """Sessions that have not ended."""

    def __init__(self, tx: Transaction) -> None:
        self._session = tx.session
        self._sealer = tx.resources.sealer
        self._now = tx.now
        self._idle = timedelta(minutes=tx.resources.settings.session_idle_minutes)

    async def begin(
        self, account_id: str, token: str, life: timedelta, address: str = "", agent: str = ""
    ) -> Session:
        """Create a session; return it."""
        await self._session.execute(delete(SessionRow).where(SessionRow.expires_at < self._now))
        row = SessionRow(
            token_digest=token_digest(token),
            account_id=account_id,
            session_id=uuid4(),
            begun_at=self._now,
            seen_at=self._now,
            expires_at=self._now + life,
            address=address,
            agent=agent,
            second_factor=False,
        )
        self._session.add(row)
        return _session(row)

    async def of(self, token: str) -> tuple[Account, Session] | None:
        """Return a token's account and session, which is seen now; None when it has ended."""
        row = (await self._session.execute(_OF, self._asked(token))).one_or_none()
        if row is None:
            return None
        account, session = row
        if session.seen_at <= self._now - SEEN_EVERY:
            session.seen_at = self._now
        return account_of(account, self._sealer), _session(session)

    async def has(self, token: str) -> bool:
        """Return whether a token's session goes on; it is not used by that."""
        return bool(await self._session.scalar(_HAS, self._asked(token)))

    def _asked(self, token: str) -> dict[str, object]:
        return {"digest": token_digest(token), "now": self._now, "used": self._now - self._idle}

    async def all_of(self, account_id: str) -> list[Session]:
        """Return an account's sessions, the one used last first."""
        rows = await self._session.scalars(
            select(SessionRow)
            .where(
                SessionRow.account_id == account_id,
                SessionRow.expires_at > self._now,
                SessionRow.seen_at > self._now - self._idle,
            )
            .order_by(SessionRow.seen_at.desc(), SessionRow.session_id)
        )
        return [_session(row) for row in rows]

    async def note_second_factor(self, session_id: UUID) -> None:
        """Record that a session gave a code of the second factor."""
        await self._session.execute(
            update(SessionRow).where(SessionRow.session_id == session_id).values(second_factor=True)
        )

    async def end(self, token: str) -> None:
        """End the session of a token."""
        await self._session.execute(
            delete(SessionRow).where(SessionRow.token_digest == token_digest(token))
        )

    async def end_one(self, account_id: str, session_id: UUID) -> bool:
        """End one session of an account; False when it has none of that id."""
        ended = await self._session.scalar(
            delete(SessionRow)
            .where(SessionRow.account_id == account_id, SessionRow.session_id == session_id)
            .returning(SessionRow.session_id)
        )
        return ended is not None

    async def end_all(self, account_id: str, but: UUID | None = None) -> None:
        """End all sessions of an account, or all but one."""
        conditions = [SessionRow.account_id == account_id]
        if but is not None:
            conditions.append(SessionRow.session_id != but)
        await self._session.execute(delete(SessionRow).where(*conditions))


def _session(row: SessionRow) -> Session:
    return Session(**columns_for(Session, row))
