"""Opening accounts: a registered unit's first one, further operators', the office's first."""

from uuid import NAMESPACE_URL, uuid4, uuid5

from services.gateway.adapters.services import Services
from services.gateway.domain.accounts import Account, require_place
from services.gateway.handlers.passwords import NOBODYS_HASH, send_first_password
from services.gateway.handlers.unit_contacts import contact_of
from services.gateway.repository.accounts import AccountRepository
from services.gateway.repository.bindings import BindingRepository
from services.gateway.repository.tries import one_at_a_time
from shared.bus import Job, Transaction
from shared.contracts.enrollment import UnitChanged, UnitRegistered
from shared.errors import Conflict
from shared.identity.permissions import Role


def registered_itself(event: UnitRegistered) -> bool:
    """Return whether a unit is to get its first account by itself."""
    return event.self_registered


async def open_account(event: UnitRegistered, job: Job) -> None:
    """Open the first account of a unit that registered itself, and send its first password.

    Its id follows from the unit's, so that twice is once.
    """
    contact = await contact_of(event.unit_id, event.office_id, job.resources.tool(Services))
    async with job.finish() as tx:
        account_id = account_id_of(event.unit_id)
        accounts = AccountRepository(tx)
        if await accounts.get(account_id) is None:
            account = Account(
                account_id=account_id,
                username=await free_username(contact.credit_code, tx),
                password_hash=NOBODYS_HASH,
                name=f"{contact.name}经办人",
                role=Role.OPERATOR,
                office_id=event.office_id,
                agency_id=event.agency_id,
                unit_id=event.unit_id,
                mobile=contact.mobile,
            )
            message_id = uuid5(NAMESPACE_URL, f"first password {account_id}")
            await send_first_password(account, message_id, accounts, tx)


async def follow_unit(event: UnitChanged, job: Job) -> None:
    """Move a unit's accounts and its open bindings to the agency that the unit has now."""
    contact = await contact_of(event.unit_id, event.office_id, job.resources.tool(Services))
    async with job.finish() as tx:
        accounts = AccountRepository(tx)
        for account in await accounts.of_unit(event.unit_id):
            if account.agency_id != contact.agency_id:
                accounts.save(account.move(account.role, contact.agency_id, event.unit_id))
        await BindingRepository(tx).move_open(event.unit_id, contact.agency_id)


def account_id_of(unit_id: str) -> str:
    """Return the id of a unit's first account."""
    return f"account-{unit_id}"


async def free_username(wanted: str, tx: Transaction) -> str:
    """Return the wanted user name, or the next like it, with -2 or -3, that is free."""
    await one_at_a_time(tx.session, "username", wanted.lower())
    taken = set(await AccountRepository(tx).usernames_like(wanted))
    if wanted not in taken:
        return wanted
    number = 2
    while f"{wanted}-{number}" in taken:
        number += 1
    return f"{wanted}-{number}"


async def open_one(account: Account, tx: Transaction) -> Account:
    """Open an account that an administrator or an agency asked for; its password is sent."""
    require_place(account.role, account.agency_id, account.unit_id)
    await one_at_a_time(tx.session, "username", account.username.lower())
    accounts = AccountRepository(tx)
    if await accounts.is_taken(account.username):
        raise Conflict("username_taken", "该用户名已有人使用，请另选一个。", field="username")
    return await send_first_password(account, uuid4(), accounts, tx)


def new_account_id() -> str:
    """Return the id of an account that is no unit's first one."""
    return f"account-{uuid4().hex[:12]}"
