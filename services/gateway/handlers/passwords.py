"""Passwords: chosen by their owners, or made here and sent to them."""

from uuid import UUID

from services.gateway.adapters.passwords import hash_password, is_guessable, is_password
from services.gateway.domain.accounts import Account
from services.gateway.domain.client_address import subscriber_of
from services.gateway.domain.codes import Code
from services.gateway.domain.message_kinds import MessageKind
from services.gateway.domain.passwords import (
    FIRST_PASSWORD_LIFE,
    first_password,
    refuse_repeated,
    require_good,
)
from services.gateway.domain.sessions import Session
from services.gateway.domain.tries import closed_until
from services.gateway.handlers.codes import ProofEnded
from services.gateway.handlers.messages import queue_text
from services.gateway.handlers.sessions import too_many_tries
from services.gateway.repository.accounts import AccountRepository
from services.gateway.repository.codes import CodeRepository
from services.gateway.repository.sessions import SessionRepository
from services.gateway.repository.tries import Tries, note_success
from shared.bus import Transaction, Transactions
from shared.errors import Conflict, Invalid

NOBODYS_HASH = "!"
"""Of an account that has no password yet; no password has it."""


async def change_password(
    account: Account,
    session: Session,
    present: str,
    chosen: str,
    address: str,
    transactions: Transactions,
) -> None:
    """Change one's password; all other sessions end. Wrong present ones count as failed tries."""
    async with transactions.begin() as tx:
        tries = Tries(tx, account.username, subscriber_of(address))
        await tries.one_at_a_time()
        until = closed_until(await tries.failures())
        if until is not None:
            raise too_many_tries(until, tx.now)
        try_id = await tries.note()
    if not await is_password(account.password_hash, present):
        raise Invalid("password_wrong", "当前密码错误，请重新输入。", field="present")
    async with transactions.begin() as tx:
        # For itself: the present one was right whatever becomes of the chosen one.
        await note_success(tx, try_id)
    async with transactions.begin() as tx:
        await choose_password(account.account_id, chosen, tx, keep=session.session_id)


async def reset_password(
    code: Code, proof: str, username: str, chosen: str, tx: Transaction
) -> str:
    """Choose the password of an account whose mobile was proved; return the account's id.

    The proof serves no more, and all sessions end. ProofEnded when it has served meanwhile.
    """
    if not await CodeRepository(tx).end_proof(proof):
        raise ProofEnded
    accounts = AccountRepository(tx)
    account = await accounts.named(username)
    if account is None or account.mobile != code.mobile or not account.active:
        raise Invalid(
            "username_unknown", "该手机号没有这个用户名，请核对用户名。", field="username"
        )
    await choose_password(account.account_id, chosen, tx)
    return account.account_id


async def choose_password(
    account_id: str, chosen: str, tx: Transaction, *, keep: UUID | None = None
) -> None:
    """Set a password that its owner chose; sessions end, but the one to keep."""
    accounts = AccountRepository(tx)
    account = await accounts.get(account_id, lock=True)
    if account is None or not account.active:
        raise Conflict("wrong_state", "该账号已停用，请联系管理员。")
    known = (account.username, account.mobile or "", account.name)
    require_good(chosen, account.username, common=await is_guessable(chosen, *known))
    for before in (account.password_hash, *await accounts.old_hashes(account_id)):
        if await is_password(before, chosen):
            raise refuse_repeated()
    await accounts.add_old_hash(account_id, account.password_hash)
    accounts.save(account.with_password(await hash_password(chosen)))
    await SessionRepository(tx).end_all(account_id, but=keep)


async def send_first_password(
    account: Account, message_id: UUID, accounts: AccountRepository, tx: Transaction
) -> Account:
    """Give an account a password that nobody chose, and send it to its mobile; return the account.

    It is kept as a hash, and sealed in the message until that is sent. Sessions end. Conflict
    without a mobile.
    """
    if account.mobile is None:
        raise Conflict("mobile_missing", "该账号没有手机号，请先补充手机号再发送密码。")
    password = first_password()
    until = tx.now + FIRST_PASSWORD_LIFE
    changed = account.with_password(await hash_password(password), until)
    if account.password_hash != NOBODYS_HASH:
        await accounts.add_old_hash(account.account_id, account.password_hash)
    accounts.save(changed)
    await SessionRepository(tx).end_all(account.account_id)
    await queue_text(
        MessageKind.FIRST_PASSWORD,
        message_id,
        account.mobile,
        {
            "username": account.username,
            "password": password,
            "days": str(FIRST_PASSWORD_LIFE.days),
        },
        tx,
        office_id=account.office_id,
        unit_id=account.unit_id,
        account_id=account.account_id,
    )
    return changed
