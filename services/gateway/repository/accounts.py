"""Accounts and their sessions."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from services.gateway.tables import AccountRow, SessionRow
from shared.bus import Transaction
from shared.identity.caller import Caller
from shared.identity.permissions import Role


def token_digest(token: str) -> bytes:
    """Return the digest that identifies a session; tokens are random, so no key is needed."""
    return hashlib.sha256(token.encode()).digest()


class AccountRepository:
    """Accounts and sessions."""

    def __init__(self, tx: Transaction) -> None:
        self._session = tx.session
        self._sealer = tx.resources.sealer

    async def by_username(self, username: str) -> AccountRow | None:
        """Return an active account by its name."""
        found: AccountRow | None = await self._session.scalar(
            select(AccountRow).where(AccountRow.username == username, AccountRow.active)
        )
        return found

    async def get(self, account_id: str) -> AccountRow | None:
        """Return an account by its id, active or not."""
        return await self._session.get(AccountRow, account_id)

    async def named(self, username: str) -> AccountRow | None:
        """Return an account by its name, active or not."""
        found: AccountRow | None = await self._session.scalar(
            select(AccountRow).where(AccountRow.username == username)
        )
        return found

    async def put(self, row: AccountRow) -> None:
        """Save an account, new or changed."""
        await self._session.merge(row)

    async def offices(self) -> list[str]:
        """Return the offices that people's accounts belong to."""
        rows = await self._session.scalars(
            select(AccountRow.office_id).where(AccountRow.role != Role.API_CLIENT).distinct()
        )
        return sorted(rows)

    async def clients(self) -> list[AccountRow]:
        """Return the API clients, revoked ones too."""
        rows = await self._session.scalars(
            select(AccountRow)
            .where(AccountRow.role == Role.API_CLIENT)
            .order_by(AccountRow.office_id, AccountRow.name)
        )
        return list(rows)

    async def revoke_client(self, account_id: str) -> bool:
        """Deactivate an API client and end its sessions; False when there is none."""
        found = await self._session.scalar(
            update(AccountRow)
            .where(AccountRow.account_id == account_id, AccountRow.role == Role.API_CLIENT)
            .values(active=False)
            .returning(AccountRow.account_id)
        )
        if found is not None:
            await self.close_sessions(found)
        return found is not None

    async def close_sessions(self, account_id: str) -> None:
        """End all sessions of an account."""
        await self._session.execute(delete(SessionRow).where(SessionRow.account_id == account_id))

    async def open_session(
        self, account_id: str, token: str, now: datetime, life: timedelta
    ) -> datetime:
        """Create a session; return its end."""
        await self._session.execute(delete(SessionRow).where(SessionRow.expires_at < now))
        row = SessionRow(
            token_digest=token_digest(token), account_id=account_id, expires_at=now + life
        )
        self._session.add(row)
        return row.expires_at

    async def of_session(self, token: str, now: datetime) -> Caller | None:
        """Return a session's account, unless it has ended."""
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


def caller_from(row: AccountRow) -> Caller:
    """Return an account as services know it."""
    return Caller(
        account_id=row.account_id,
        name=row.name,
        role=Role(row.role),
        office_id=row.office_id,
        agency_id=row.agency_id,
        unit_id=row.unit_id,
    )
