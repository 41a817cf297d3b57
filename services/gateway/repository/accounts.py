"""Accounts, and the passwords that they had."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Select, delete, func, or_, select, update

from services.gateway.domain.accounts import Account
from services.gateway.domain.passwords import KEPT
from services.gateway.tables import AccountRow, OldPasswordRow
from shared.bus import Transaction
from shared.identity.permissions import Role
from shared.runtime.rows import LoadedRows
from shared.runtime.sealing import Sealer

OF_ROWS = frozenset({"mobile", "has_second_factor"})
"""What rows say otherwise than accounts do."""


class AccountRepository:
    """Accounts; their mobiles are sealed."""

    def __init__(self, tx: Transaction) -> None:
        self._session = tx.session
        self._sealer = tx.resources.sealer
        self._rows = LoadedRows(tx.session, AccountRow)
        self._mobiles: dict[str, str | None] = {}

    async def by_username(self, username: str) -> Account | None:
        """Return an active account by its name."""
        found = await self.named(username)
        return found if found is not None and found.active else None

    async def get(self, account_id: str, *, lock: bool = False) -> Account | None:
        """Return an account by its id, active or not."""
        row = await self._session.get(
            AccountRow, account_id, with_for_update=lock, populate_existing=lock
        )
        return self._kept(row)

    async def named(self, username: str) -> Account | None:
        """Return an account by its name, active or not."""
        return self._kept(
            await self._session.scalar(select(AccountRow).where(AccountRow.username == username))
        )

    async def of_mobile(self, mobile: str) -> list[Account]:
        """Return the active accounts of a mobile."""
        digest = self._sealer.lookup_hash(mobile)
        return await self._all(AccountRow.mobile_digest == digest, AccountRow.active)

    async def of_unit(self, unit_id: str) -> list[Account]:
        """Return the accounts of a unit's operators, locked ones too."""
        return await self._all(AccountRow.unit_id == unit_id)

    async def has_other_administrator(self, account: Account) -> bool:
        """Return whether the account's office has another administrator who can sign in."""
        found = await self._session.scalar(
            select(AccountRow.account_id)
            .where(
                AccountRow.office_id == account.office_id,
                AccountRow.role == Role.ADMINISTRATOR,
                AccountRow.active,
                AccountRow.account_id != account.account_id,
            )
            .limit(1)
        )
        return found is not None

    async def is_taken(self, username: str) -> bool:
        """Return whether an account has this user name, in any case."""
        found = await self._session.scalar(
            select(AccountRow.account_id).where(func.lower(AccountRow.username) == username.lower())
        )
        return found is not None

    async def usernames_like(self, beginning: str) -> list[str]:
        """Return the user names that begin so."""
        rows = await self._session.scalars(
            select(AccountRow.username).where(
                AccountRow.username.startswith(beginning, autoescape=True)
            )
        )
        return list(rows)

    def save(self, account: Account) -> None:
        """Save an account, new or changed; whether it has a second factor is kept elsewhere."""
        columns = {name: value for name, value in vars(account).items() if name not in OF_ROWS}
        known = self._mobiles.get(account.account_id)
        if account.mobile != known:
            self._mobiles[account.account_id] = account.mobile
            columns |= _mobile_columns(account, self._sealer)
        self._rows.save(columns)

    async def offices(self) -> list[str]:
        """Return the offices that people's accounts belong to."""
        rows = await self._session.scalars(
            select(AccountRow.office_id).where(AccountRow.role != Role.API_CLIENT).distinct()
        )
        return sorted(rows)

    async def clients(self) -> list[Account]:
        """Return the API clients, revoked ones too."""
        found = await self._all(AccountRow.role == Role.API_CLIENT)
        return sorted(found, key=lambda one: (one.office_id, one.name))

    async def revoke_client(self, account_id: str) -> bool:
        """Deactivate an API client; False when there is none."""
        found = await self._session.scalar(
            update(AccountRow)
            .where(AccountRow.account_id == account_id, AccountRow.role == Role.API_CLIENT)
            .values(active=False)
            .returning(AccountRow.account_id)
        )
        return found is not None

    async def page(
        self, matching: Select[AccountRow], after: str | None, limit: int
    ) -> list[Account]:
        """Return a page of what was found, by id."""
        if after is not None:
            matching = matching.where(AccountRow.account_id > after)
        rows = await self._session.scalars(matching.order_by(AccountRow.account_id).limit(limit))
        return [account_of(self._rows.keep(row), self._sealer) for row in rows]

    async def names(self, account_ids: Collection[str]) -> dict[str, str]:
        """Return the names of accounts, active or not, by id; those that are none are absent."""
        rows = await self._session.execute(
            select(AccountRow.account_id, AccountRow.name).where(
                AccountRow.account_id.in_(account_ids)
            )
        )
        return {row.account_id: row.name for row in rows}

    async def old_hashes(self, account_id: str) -> Sequence[str]:
        """Return the hashes of the passwords that an account had, newest first."""
        rows = await self._session.scalars(
            select(OldPasswordRow.password_hash)
            .where(OldPasswordRow.account_id == account_id)
            .order_by(OldPasswordRow.id.desc())
            .limit(KEPT - 1)
        )
        return rows.all()

    async def add_old_hash(self, account_id: str, password_hash: str) -> None:
        """Keep the hash of a password that an account had, and of those before only a few."""
        self._session.add(OldPasswordRow(account_id=account_id, password_hash=password_hash))
        await self._session.flush()
        newest = (
            select(OldPasswordRow.id)
            .where(OldPasswordRow.account_id == account_id)
            .order_by(OldPasswordRow.id.desc())
            .limit(KEPT - 1)
        )
        await self._session.execute(
            delete(OldPasswordRow).where(
                OldPasswordRow.account_id == account_id, OldPasswordRow.id.not_in(newest)
            )
        )

    async def _all(self, *conditions: Any) -> list[Account]:  # noqa: ANN401 - conditions of SQL
        rows = await self._session.scalars(
            select(AccountRow).where(*conditions).order_by(AccountRow.account_id)
        )
        return [found for row in rows if (found := self._kept(row)) is not None]

    def _kept(self, row: AccountRow | None) -> Account | None:
        if row is None:
            return None
        account = account_of(self._rows.keep(row), self._sealer)
        self._mobiles[account.account_id] = account.mobile
        return account


def accounts_of(
    office_id: str,
    *,
    role: Role | None = None,
    text: str = "",
    unit_id: str | None = None,
    active: bool | None = None,
) -> Select[AccountRow]:
    """Find people's accounts of an office; `text` is part of a user name or a name."""
    query = select(AccountRow).where(
        AccountRow.office_id == office_id, AccountRow.role != Role.API_CLIENT
    )
    if role is not None:
        query = query.where(AccountRow.role == role)
    if unit_id is not None:
        query = query.where(AccountRow.unit_id == unit_id)
    if active is not None:
        query = query.where(AccountRow.active.is_(active))
    if text:
        query = query.where(
            or_(
                AccountRow.username.icontains(text, autoescape=True),
                AccountRow.name.icontains(text, autoescape=True),
            )
        )
    return query


def account_of(row: AccountRow, sealer: Sealer) -> Account:
    """Return a row's account."""
    sealed = row.sealed_mobile
    return Account(
        account_id=row.account_id,
        username=row.username,
        password_hash=row.password_hash,
        name=row.name,
        role=Role(row.role),
        office_id=row.office_id,
        agency_id=row.agency_id,
        unit_id=row.unit_id,
        active=row.active,
        mobile=sealer.unseal(sealed, _place(row.account_id)).decode() if sealed else None,
        must_change=row.must_change,
        password_until=row.password_until,
        has_second_factor=row.sealed_totp is not None,
        version=row.version,
    )


def _mobile_columns(account: Account, sealer: Sealer) -> dict[str, bytes | None]:
    if account.mobile is None:
        return {"sealed_mobile": None, "mobile_digest": None}
    return {
        "sealed_mobile": sealer.seal(account.mobile.encode(), _place(account.account_id)),
        "mobile_digest": sealer.lookup_hash(account.mobile),
    }


def _place(account_id: str) -> str:
    return f"accounts/{account_id}/mobile"
