"""Signing in and out."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from uuid import UUID

from services.gateway.adapters.passwords import is_password
from services.gateway.domain.accounts import Account
from services.gateway.domain.client_address import subscriber_of
from services.gateway.domain.sessions import SESSION_LIFE, TOKEN_LIFE, Session
from services.gateway.domain.trail import NOBODY, Actor
from services.gateway.domain.tries import (
    CAPTCHA_WINDOW,
    CAPTCHAS_PER_ADDRESS,
    closed_until,
    free_at,
    next_turn,
    pause_before_turn,
)
from services.gateway.repository.accounts import AccountRepository
from services.gateway.repository.captchas import Captchas
from services.gateway.repository.sessions import SessionRepository
from services.gateway.repository.tries import Tries, note_success
from shared.bus import Transaction, Transactions
from shared.contracts.gateway import AccountSignedIn
from shared.errors import Invalid, Refusal, TooMany

TOKEN_BYTES = 32
LONGEST_AGENT = 200


@dataclass(frozen=True)
class Place:
    """Where somebody signs in: an address, and what the browser says of itself."""

    address: str = ""
    agent: str = ""


NOWHERE = Place()


async def ask_captcha(answer: str, address: str, tx: Transaction) -> UUID:
    """Create a captcha with that answer; return its id. TooMany when the address asked for many."""
    place, captchas = subscriber_of(address), Captchas(tx)
    until = free_at(await captchas.asked(place, tx.now), CAPTCHAS_PER_ADDRESS, CAPTCHA_WINDOW)
    if until is not None:
        raise TooMany(
            "too_many_captchas",
            "获取验证码过于频繁，请一分钟后再试。",
            retry_after=seconds_until(until, tx.now),
        )
    return await captchas.ask(answer, place, tx.now)


async def account_named(username: str, tx: Transaction) -> Actor:
    """Return the account of a name, active or not, as an actor; unknown when there is none."""
    account = await AccountRepository(tx).named(username)
    return Actor(account.account_id, account.office_id) if account else NOBODY


async def sign_in(
    username: str,
    password: str,
    captcha_id: UUID,
    answer: str,
    address: str,
    transactions: Transactions,
    agent: str = "",
) -> tuple[Account, str, Session]:
    """Sign in; return account, token and session. One refusal whatever is wrong.

    TooMany when this address has failed too often, or has to wait for its turn.
    """
    async with transactions.begin() as tx:
        tried = await _begin_try(username, captcha_id, answer, address, tx)
    if isinstance(tried, Refusal):
        raise tried
    signed_in = await admit(
        username,
        password,
        transactions,
        client=False,
        try_id=tried,
        place=Place(address, agent[:LONGEST_AGENT]),
    )
    if signed_in is None:
        raise Invalid("credentials_wrong", "用户名或密码错误，请重新输入。")
    return signed_in


async def sign_out(token: str, tx: Transaction) -> None:
    """End the session of a token."""
    await SessionRepository(tx).end(token)


async def _begin_try(
    username: str, captcha_id: UUID, answer: str, address: str, tx: Transaction
) -> int | Refusal:
    """Record a try as failed before the password is checked; return its id, or the refusal.

    So many at once are no more than one after another. A refusal is returned, not raised: its
    trace has to be committed. All is done alike whether there is such an account or not.
    """
    tries = Tries(tx, username, subscriber_of(address))
    await tries.one_at_a_time()
    failures = await tries.failures()
    until = closed_until(failures)
    if until is not None:
        return too_many_tries(until, tx.now)
    mine, given = await tries.turns()
    waits = bool(pause_before_turn(failures.of_name)) and not await tries.is_known()
    if waits and mine is not None and mine > tx.now:
        return _not_yet(mine, tx.now)
    if not await Captchas(tx).is_right(captcha_id, answer, tx.now):
        await tries.note_wrong_captcha()
        return Invalid("captcha_wrong", "验证码错误或已过期，请刷新后重新输入。", field="captcha")
    if waits and mine is None:
        turn = next_turn(failures.of_name, given, tx.now)
        await tries.give_turn(turn)
        return _not_yet(turn, tx.now)
    return await tries.note()


def too_many_tries(until: datetime, now: datetime) -> TooMany:
    """Refuse an address that has failed too often, until then."""
    seconds = seconds_until(until, now)
    message = f"登录失败次数过多，请{ceil(seconds / 60)}分钟后再试。"
    return TooMany("too_many_tries", message, retry_after=seconds)


def _not_yet(turn: datetime, now: datetime) -> TooMany:
    seconds = seconds_until(turn, now)
    message = f"该用户名近期登录失败较多，请等待{seconds}秒后重新输入验证码登录。"
    return TooMany("turn_not_come", message, retry_after=seconds)


def seconds_until(instant: datetime, now: datetime) -> int:
    """Return whole seconds after which the instant has come; at least one."""
    return max(1, ceil((instant - now).total_seconds()))


async def admit(
    username: str,
    password: str,
    transactions: Transactions,
    *,
    client: bool,
    try_id: int | None = None,
    place: Place = NOWHERE,
) -> tuple[Account, str, Session] | None:
    """Open a session and remove the recorded try; None when name or password is wrong.

    An API client has no session, a person no token by client credentials. Invalid when a first
    password is right and has ended.
    """
    async with transactions.begin() as tx:
        account = await AccountRepository(tx).by_username(username)
    if account is not None and account.is_client is not client:
        account = None
    right = await is_password(account.password_hash if account else None, password)
    if account is None or not right:
        return None
    async with transactions.begin() as tx:
        # Locked and read again: a password that is changed meanwhile lets nobody in.
        now = await AccountRepository(tx).get(account.account_id, lock=True)
        if now is None or not now.active or now.password_hash != account.password_hash:
            return None
        if account.password_ended(tx.now):
            raise Invalid(
                "first_password_ended",
                "初始密码已过期，请通过“忘记密码”设置新密码，或请管理员重新发送。",
            )
        if try_id is not None:
            await note_success(tx, try_id)
        token = secrets.token_urlsafe(TOKEN_BYTES)
        session = await SessionRepository(tx).begin(
            account.account_id,
            token,
            TOKEN_LIFE if client else SESSION_LIFE,
            place.address,
            place.agent,
        )
        tx.emit(
            AccountSignedIn(
                account_id=account.account_id, role=account.role, office_id=account.office_id
            )
        )
    return now, token, session
