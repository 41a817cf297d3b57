"""Signing in and out, and the accounts that an office's data file names."""

import asyncio
import secrets
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, StrictBool, ValidationError

from services.gateway.adapters.captcha import Captcha
from services.gateway.adapters.passwords import hash_password, is_password
from services.gateway.domain.signing_in import SESSION_LIFE, TOKEN_LIFE, may_try
from services.gateway.domain.trail import NOBODY, Actor
from services.gateway.repository.accounts import AccountRepository, caller_from
from services.gateway.tables import AccountRow
from shared.caller import Caller, Role
from shared.contracts.gateway import AccountSignedIn
from shared.errors import Invalid, TooMany
from shared.messaging.transaction import Transaction, Transactions

TOKEN_BYTES = 32
SIGN_IN_AGAIN = frozenset({"role", "office_id", "agency_id", "unit_id", "password", "active"})
"""What ends an account's sessions when it changes."""


async def ask_captcha(captcha: Captcha, transactions: Transactions) -> tuple[UUID, bytes]:
    """Give a captcha's id and picture."""
    question = await asyncio.to_thread(captcha.question)
    async with transactions.begin() as tx:
        accounts = AccountRepository(tx.session, tx.resources.sealer)
        return await accounts.ask(question.answer, tx.now), question.picture


async def account_named(username: str, transactions: Transactions) -> Actor:
    """Give whose name this is, let in or not; nobody when it is no account's."""
    async with transactions.begin() as tx:
        row = await AccountRepository(tx.session, tx.resources.sealer).named(username)
    return Actor(row.account_id, row.office_id) if row else NOBODY


async def sign_in(
    username: str,
    password: str,
    captcha_id: UUID,
    answer: str,
    address: str,
    transactions: Transactions,
) -> tuple[Caller, str, datetime]:
    """Give who signed in, the session's token and its end; the same refusal whatever is wrong.

    A try is noted as failed before the password is looked at, so that many at once are no more
    than one after another; it is taken back when it succeeds.
    """
    try_id = None
    async with transactions.begin() as tx:
        accounts = AccountRepository(tx.session, tx.resources.sealer)
        await accounts.one_at_a_time(username)
        allowed = may_try(*await accounts.failures(username, address, tx.now))
        if allowed and await accounts.answered(captcha_id, answer, tx.now):
            try_id = await accounts.note_try(username, address, tx.now)
    if not allowed:
        raise TooMany("too_many_tries", "登录失败次数过多，请15分钟后再试。")
    if try_id is None:
        raise Invalid("captcha_wrong", "验证码错误或已过期，请刷新后重新输入。", field="captcha")
    signed_in = await admit(username, password, transactions, client=False, try_id=try_id)
    if signed_in is None:
        raise Invalid("credentials_wrong", "用户名或密码错误，请重新输入。")
    return signed_in


async def admit(
    username: str,
    password: str,
    transactions: Transactions,
    *,
    client: bool,
    try_id: int | None = None,
) -> tuple[Caller, str, datetime] | None:
    """Open a session and take a noted try back; None when name or password is wrong.

    People and API clients come in by doors of their own.
    """
    async with transactions.begin() as tx:
        row = await AccountRepository(tx.session, tx.resources.sealer).by_username(username)
    if row is not None and (row.role == Role.API_CLIENT) is not client:
        row = None
    right = await is_password(row.password_hash if row else None, password)
    if row is None or not right:
        return None
    async with transactions.begin() as tx:
        accounts = AccountRepository(tx.session, tx.resources.sealer)
        if try_id is not None:
            await accounts.forgive_try(try_id)
        token = secrets.token_urlsafe(TOKEN_BYTES)
        life = TOKEN_LIFE if client else SESSION_LIFE
        ends = await accounts.open_session(row.account_id, token, tx.now, life)
        tx.emit(AccountSignedIn(account_id=row.account_id, role=row.role, office_id=row.office_id))
    return caller_from(row), token, ends


class SeedAccount(BaseModel):
    """An account as an office's data file states it; what is absent is not stated."""

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


def _said(account: dict[str, Any]) -> dict[str, Any]:
    """Give what is stated of an account; Invalid, for whoever wrote the file, when it is wrong."""
    try:
        stated = SeedAccount.model_validate(account)
    except ValidationError as error:
        first = error.errors()[0]
        where = f"{account.get('account_id', '?')}, {'.'.join(map(str, first['loc']))}"
        raise Invalid("accounts_unreadable", f"Account {where}: {first['msg']}") from None
    return stated.model_dump(mode="json", exclude_unset=True, exclude={"password"})


async def load_accounts(data: dict[str, Any], tx: Transaction) -> None:
    """Bring accounts to what an office's data file says; passwords are in it, in plain.

    Whoever may do or see something else than before, or has another password, or is let in no
    more, has to sign in again. Without `active` an account stays as it is; a new one is let in.
    """
    accounts = AccountRepository(tx.session, tx.resources.sealer)
    for account in data.get("accounts", []):
        said = _said(account)
        known = await accounts.get(account["account_id"])
        if known is None:
            digest = await hash_password(account["password"])
            await accounts.put(AccountRow(**{"active": True, **said}, password_hash=digest))
            continue
        changed = {name for name, value in said.items() if getattr(known, name) != value}
        if not await is_password(known.password_hash, account["password"]):
            known.password_hash = await hash_password(account["password"])
            changed.add("password")
        for name in changed & said.keys():
            setattr(known, name, said[name])
        if not changed.isdisjoint(SIGN_IN_AGAIN):
            await accounts.close_sessions(known.account_id)
