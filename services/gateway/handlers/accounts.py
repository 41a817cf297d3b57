"""Accounts from an office's data file; an office's first administrator."""

from dataclasses import replace
from typing import Any

from pydantic import BaseModel, ConfigDict, StrictBool, ValidationError

from services.gateway.adapters.passwords import hash_password, is_password
from services.gateway.domain.accounts import Account
from services.gateway.domain.passwords import FIRST_PASSWORD_LIFE, first_password
from services.gateway.handlers.accounts_opening import new_account_id
from services.gateway.handlers.passwords import NOBODYS_HASH
from services.gateway.repository.accounts import AccountRepository
from services.gateway.repository.second_factors import SecondFactorRepository
from services.gateway.repository.sessions import SessionRepository
from shared.bus import Transaction
from shared.errors import Invalid
from shared.identity.permissions import Role

SIGN_IN_AGAIN = frozenset({"role", "office_id", "agency_id", "unit_id", "password_hash", "active"})
"""What ends an account's sessions when it changes."""


class SeedAccount(BaseModel):
    """An account as a seed file has it; absent fields are not stated."""

    model_config = ConfigDict(extra="forbid")

    account_id: str
    username: str
    password: str
    name: str
    role: Role
    office_id: str
    agency_id: str | None = None
    unit_id: str | None = None
    active: StrictBool = True


async def load_accounts(data: dict[str, Any], tx: Transaction) -> None:
    """Create and update the accounts of a seed file, which has passwords in plain text.

    Whoever may do or see something else than before, or has another password, or is let in no
    more, has to sign in again. Without `active` an account stays as it is; a new one is let in.
    """
    accounts = AccountRepository(tx)
    for account in data.get("accounts", []):
        stated, password = _stated(account), account["password"]
        known = await accounts.get(account["account_id"], lock=True)
        if known is None:
            digest = await hash_password(password)
            accounts.save(Account(**stated, password_hash=digest))
            continue
        if not await is_password(known.password_hash, password):
            stated["password_hash"] = await hash_password(password)
        changed = {name for name, value in stated.items() if getattr(known, name) != value}
        accounts.save(replace(known, **stated))
        if not changed.isdisjoint(SIGN_IN_AGAIN):
            await SessionRepository(tx).end_all(known.account_id)


async def make_administrator(office_id: str, username: str, tx: Transaction) -> str | None:
    """Make an administrator of an office; return the password, which is to be changed.

    One of that office and name is let in again, locked or not: with another password, without a
    second factor, and sessions end. None when somebody else has the name.
    """
    accounts = AccountRepository(tx)
    password = first_password()
    known = await accounts.named(username)
    if known is None:
        known = Account(
            account_id=new_account_id(),
            username=username,
            password_hash=NOBODYS_HASH,
            name="系统管理员",
            role=Role.ADMINISTRATOR,
            office_id=office_id,
        )
    elif known.role is not Role.ADMINISTRATOR or known.office_id != office_id:
        return None
    else:
        await SecondFactorRepository(tx).put(known.account_id, None)
        await SessionRepository(tx).end_all(known.account_id)
    until = tx.now + FIRST_PASSWORD_LIFE
    changed = known.with_password(await hash_password(password), until)
    accounts.save(replace(changed, active=True))
    return password


def _stated(account: dict[str, Any]) -> dict[str, Any]:
    """Return what is stated of an account; Invalid when the seed file is wrong."""
    try:
        stated = SeedAccount.model_validate(account)
    except ValidationError as error:
        first = error.errors()[0]
        where = f"{account.get('account_id', '?')}, {'.'.join(map(str, first['loc']))}"
        raise Invalid("accounts_unreadable", f"Account {where}: {first['msg']}") from None
    return stated.model_dump(exclude_unset=True, exclude={"password"})
