"""What an office's administrator does with accounts; none of another office's is found."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from uuid import uuid4

from services.gateway.adapters.services import Services, address
from services.gateway.domain.accounts import Account
from services.gateway.handlers.accounts_opening import new_account_id, open_one
from services.gateway.handlers.passwords import NOBODYS_HASH, send_first_password
from services.gateway.handlers.second_factors import give_up_second_factor
from services.gateway.repository.accounts import AccountRepository
from services.gateway.repository.notification_settings import AllNotificationSettings
from services.gateway.repository.sessions import SessionRepository
from services.gateway.repository.tries import one_at_a_time
from shared.bus import Transaction
from shared.errors import Conflict, Invalid, NotFound
from shared.http.headers import require_version
from shared.identity.caller import Caller
from shared.identity.permissions import Permission, Role

HAS_ACCOUNTS = frozenset({"active", "suspended"})
"""States of a unit that may have operators."""


@dataclass(frozen=True)
class Place:
    """Where in the tree of offices an account stands, and what it is for."""

    role: Role
    agency_id: str | None = None
    unit_id: str | None = None


async def placed(
    caller: Caller, role: Role, agency_id: str | None, unit_id: str | None, services: Services
) -> Place:
    """Return a place in the caller's office, as enrollment knows it; Invalid when there is none.

    An operator's agency is the unit's.
    """
    if role is Role.OPERATOR and unit_id is not None:
        path = address("/units/{unit_id}", unit_id=unit_id)
        answer = await services.call("enrollment", "GET", path, caller)
        if not answer.ok or answer.json["state"] not in HAS_ACCOUNTS:
            raise Invalid("unit_unknown", "没有这个单位，请核对单位编号。", field="unit_id")
        return Place(role, answer.json["agency_id"], unit_id)
    if role is Role.AGENCY_REVIEWER and agency_id is not None:
        answer = await services.call("enrollment", "GET", address("/contacts"), caller)
        agencies = {
            one["office_id"]
            for one in (answer.json if answer.ok else ())
            if one["parent_id"] == caller.office_id
        }
        if agency_id not in agencies:
            raise Invalid("agency_unknown", "没有这个代办处，请重新选择。", field="agency_id")
    return Place(role, agency_id, unit_id)


async def found(caller: Caller, account_id: str, tx: Transaction) -> Account:
    """Return a person's account of the caller's office, as it is."""
    caller.require(Permission.MANAGE_ACCOUNTS, Permission.READ_AUDIT)
    return _own_office(caller, await AccountRepository(tx).get(account_id))


async def managed(
    caller: Caller, account_id: str, tx: Transaction, versions: Collection[str] | None = None
) -> tuple[AccountRepository, Account]:
    """Return a person's account of the caller's office, locked for a change.

    PreconditionFailed when it is at none of `versions`.
    """
    caller.require(Permission.MANAGE_ACCOUNTS)
    accounts = AccountRepository(tx)
    account = _own_office(caller, await accounts.get(account_id, lock=True))
    require_version(account.version, versions)
    return accounts, account


def _own_office(caller: Caller, account: Account | None) -> Account:
    """Return a person's account of the caller's office; NotFound for all else."""
    if account is None or account.is_client or account.office_id != caller.office_id:
        raise NotFound
    return account


async def _keep_an_administrator(
    account: Account, accounts: AccountRepository, tx: Transaction
) -> None:
    """Raise Conflict when nobody else would be left to manage the office's accounts.

    Administrators who lock each other at the same time take turns.
    """
    if account.role is not Role.ADMINISTRATOR:
        return
    await one_at_a_time(tx.session, "administrators", account.office_id)
    if not await accounts.has_other_administrator(account):
        raise Conflict("last_administrator", "这是办事处唯一的管理员账号，不能停用或调整。")


def _refuse_own(caller: Caller, account: Account) -> None:
    """Raise Conflict for one's own account: an office is not to lose its administrator."""
    if account.account_id == caller.account_id:
        raise Conflict("own_account", "不能停用或调整自己的账号，请由另一位管理员操作。")


async def make_account(
    caller: Caller, username: str, name: str, mobile: str, place: Place, tx: Transaction
) -> Account:
    """Open an account in the caller's office; its first password is sent to the mobile."""
    caller.require(Permission.MANAGE_ACCOUNTS)
    account = Account(
        account_id=new_account_id(),
        username=username,
        password_hash=NOBODYS_HASH,
        name=name,
        office_id=caller.office_id,
        mobile=mobile,
        **vars(place),
    )
    return await open_one(account, tx)


async def change_account(
    caller: Caller,
    account_id: str,
    tx: Transaction,
    versions: Collection[str] | None,
    *,
    name: str | None = None,
    mobile: str | None = None,
    place: Place | None = None,
) -> Account:
    """Change an account's name, mobile, role or place; who is moved has to sign in again."""
    accounts, account = await managed(caller, account_id, tx, versions)
    changed = replace(account, name=name or account.name, mobile=mobile or account.mobile)
    if place is not None and place != Place(account.role, account.agency_id, account.unit_id):
        _refuse_own(caller, account)
        changed = changed.move(**vars(place))
        await _keep_an_administrator(account, accounts, tx)
        await SessionRepository(tx).end_all(account_id)
    elif changed != account:
        changed = replace(changed, version=account.version + 1)
    accounts.save(changed)
    return changed


async def lock_account(caller: Caller, account_id: str, tx: Transaction) -> Account:
    """Lock an account; its sessions end."""
    accounts, account = await managed(caller, account_id, tx)
    _refuse_own(caller, account)
    locked = account.lock()
    await _keep_an_administrator(account, accounts, tx)
    accounts.save(locked)
    await SessionRepository(tx).end_all(account_id)
    return locked


async def unlock_account(caller: Caller, account_id: str, tx: Transaction) -> Account:
    """Let an account be used again, with the password that it had."""
    accounts, account = await managed(caller, account_id, tx)
    unlocked = account.unlock()
    accounts.save(unlocked)
    return unlocked


async def renew_password(caller: Caller, account_id: str, tx: Transaction) -> Account:
    """Send a new first password to an account's mobile; the old one serves no more."""
    accounts, account = await managed(caller, account_id, tx)
    if not account.active:
        raise Conflict("wrong_state", "该账号已停用，请先启用再发送密码。")
    return await send_first_password(account, uuid4(), accounts, tx)


async def hand_over(
    caller: Caller, account_id: str, name: str, mobile: str, tx: Transaction
) -> Account:
    """Make an account another person's: with their name, mobile and a password of their own."""
    accounts, account = await managed(caller, account_id, tx)
    _refuse_own(caller, account)
    if not account.active:
        raise Conflict("wrong_state", "该账号已停用，请先启用再移交。")
    if account.has_second_factor:
        await give_up_second_factor(account_id, tx)
    await AllNotificationSettings(tx).forget(account_id)
    theirs = replace(account.hand_over(name, mobile), has_second_factor=False)
    return await send_first_password(theirs, uuid4(), accounts, tx)


async def reset_second_factor(caller: Caller, account_id: str, tx: Transaction) -> Account:
    """Remove the second factor of who has lost it; their sessions end."""
    _, account = await managed(caller, account_id, tx)
    await give_up_second_factor(account_id, tx)
    await SessionRepository(tx).end_all(account_id)
    return replace(account, has_second_factor=False)
