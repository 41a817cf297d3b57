"""Second factors: set up, asked for at each sign-in, given up."""

from services.gateway.adapters.totp import step_of
from services.gateway.domain.accounts import Account
from services.gateway.domain.client_address import subscriber_of
from services.gateway.domain.second_factors import SecondFactor, recovery_codes
from services.gateway.domain.sessions import Session
from services.gateway.domain.tries import TRIES_BEFORE_TURNS, WINDOW, closed_until
from services.gateway.handlers.sessions import too_many_tries
from services.gateway.repository.second_factors import SecondFactorRepository
from services.gateway.repository.sessions import SessionRepository
from services.gateway.repository.tries import Tries, note_success
from shared.bus import Transaction, Transactions
from shared.errors import Conflict, Invalid, Refusal


def _wrong() -> Invalid:
    return Invalid(
        "second_factor_wrong", "动态验证码错误或已使用，请等待下一个后重试。", field="code"
    )


async def pass_second_factor(
    account: Account, session: Session, code: str, address: str, transactions: Transactions
) -> None:
    """Let a session pass by a code of the app, or by a recovery code, which is used up.

    Wrong ones count as failed tries of the account's second factor.
    """
    try_id = await _begin_try(account, address, transactions)
    async with transactions.begin() as tx:
        passed = await _is_right(account.account_id, code, tx)
        if passed:
            await note_success(tx, try_id)
            await SessionRepository(tx).note_second_factor(session.session_id)
    if not passed:
        raise _wrong()


async def _begin_try(account: Account, address: str, transactions: Transactions) -> int:
    async with transactions.begin() as tx:
        tries = Tries(tx, f"second factor {account.account_id}", subscriber_of(address))
        await tries.one_at_a_time()
        failures = await tries.failures()
        until = closed_until(failures)
        if until is None and failures.of_name >= TRIES_BEFORE_TURNS:
            # Whoever is here knows the password: no other address has more tries.
            until = tx.now + WINDOW
        refused: Refusal | int = (
            too_many_tries(until, tx.now) if until is not None else await tries.note()
        )
    if isinstance(refused, Refusal):
        raise refused
    return refused


async def _is_right(account_id: str, code: str, tx: Transaction) -> bool:
    factors = SecondFactorRepository(tx)
    factor = await factors.locked(account_id)
    if factor is None:
        raise Conflict("wrong_state", "该账号没有启用动态验证码。")
    step = step_of(factor.key, code, tx.now)
    if step is None:
        return await factors.use_recovery_code(account_id, code.lower())
    try:
        await factors.put(account_id, factor.use(step))
    except ValueError:
        return False
    return True


async def set_up_second_factor(
    account: Account, session: Session, key: str, code: str, tx: Transaction
) -> list[str]:
    """Take an app's key, proved by its first code; return recovery codes, shown this once."""
    factors = SecondFactorRepository(tx)
    if await factors.locked(account.account_id) is not None:
        raise Conflict("wrong_state", "动态验证码已启用；更换手机请先停用再重新设置。")
    step = step_of(key, code, tx.now)
    if step is None:
        raise _wrong()
    await factors.put(account.account_id, SecondFactor(key, step))
    codes = recovery_codes()
    await factors.put_recovery_codes(account.account_id, codes)
    sessions = SessionRepository(tx)
    await sessions.end_all(account.account_id, but=session.session_id)
    await sessions.note_second_factor(session.session_id)
    return codes


async def give_up_second_factor(account_id: str, tx: Transaction) -> None:
    """Let an account sign in without a second factor, until it sets one up again."""
    factors = SecondFactorRepository(tx)
    if await factors.locked(account_id) is None:
        raise Conflict("wrong_state", "该账号没有启用动态验证码。")
    await factors.put(account_id, None)
