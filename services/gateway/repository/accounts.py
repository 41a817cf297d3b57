"""Accounts and their sessions."""

import hashlib
from datetime import datetime, timedelta

from pydantic import TypeAdapter
from sqlalchemy import delete, select, update

from services.gateway.domain.accounts import Account
from services.gateway.tables import AccountRow, SessionRow
from shared.bus import Transaction
from shared.identity.caller import Caller
from shared.identity.permissions import Role
from shared.runtime.rows import LoadedRows, columns_for

ACCOUNT = TypeAdapter(Account)


def token_digest(token: str) -> bytes:
    """Return the digest that identifies a session; tokens are random, so no key is needed."""
    return hashlib.sha256(token.encode()).digest()


class AccountRepository:
    """Accounts and sessions."""

    def __init__(self, tx: Transaction) -> None:
        self._session = tx.session
        self._rows = LoadedRows(tx.session, AccountRow)

    async def by_username(self, username: str) -> Account | None:
        """Return an active account by its name."""
        found = await self.named(username)
        return found if found is not None and found.active else None

    async def get(self, account_id: str, *, lock: bool = False) -> Account | None:
        """Return an account by its id, active or not."""
        row = await self._session.get(AccountRow, account_id, with_for_update=lock)
        return account_of(self._rows.keep(row)) if row is not None else None

    async def named(self, username: str) -> Account | None:
        """Return an account by its name, active or not."""
        row = await self._session.scalar(select(AccountRow).where(AccountRow.username == username))
        return account_of(self._rows.keep(row)) if row is not None else None

    def save(self, account: Account) -> None:
        """Save an account, new or changed."""
        self._rows.save(vars(account))

    async def offices(self) -> list[str]:
        """Return the offices that people's accounts belong to."""
        rows = await self._session.scalars(
            select(AccountRow.office_id).where(AccountRow.role != Role.API_CLIENT).distinct()
        )
        return sorted(rows)

    async def clients(self) -> list[Account]:
        """Return the API clients, revoked ones too."""
        rows = await self._session.scalars(
            select(AccountRow)
            .where(AccountRow.role == Role.API_CLIENT)
            .order_by(AccountRow.office_id, AccountRow.name)
        )
        return [account_of(row) for row in rows]

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
        return account_of(row).caller if row else None

    async def close_session(self, token: str) -> None:
        """End a session."""
        await self._session.execute(
            delete(SessionRow).where(SessionRow.token_digest == token_digest(token))
        )


def account_of(row: AccountRow) -> Account:
    """Return a row's account."""
    return ACCOUNT.validate_python(columns_for(Account, row))
