"""People's accounts, as an office's administrator manages them."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field, StringConstraints

from services.gateway.api.audited import audits
from services.gateway.api.codes import require_mobile
from services.gateway.api.passing import TAGGED, services_of
from services.gateway.api.signed_in import SignedIn
from services.gateway.domain import accounts
from services.gateway.handlers import accounts_managing as managing
from services.gateway.repository.accounts import AccountRepository, accounts_of
from shared.bus import Transaction
from shared.errors import Invalid
from shared.http.commands import Command, Creation, IfMatchHeader, KeyHeader, Revision, etag
from shared.http.searching import Counted, counted
from shared.identity.permissions import Permission, Role
from shared.values import Trimmed, mask_mobile, mask_name

router = APIRouter(prefix="/accounts", tags=["accounts"])

Name = Annotated[str, StringConstraints(min_length=1, max_length=60), Trimmed]
Username = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{2,39}$")
]
Mobile = Annotated[str, Field(min_length=1, max_length=40)]
Code = Annotated[str, Field(min_length=1, max_length=40)]


class NewAccount(BaseModel):
    """Whom an account is for; the first password goes to the mobile."""

    username: Username
    name: Name
    mobile: Mobile
    role: Role
    agency_id: Code | None = Field(None, description="Of a reviewer at an agency")
    unit_id: Code | None = Field(None, description="Of a unit's operator")


class AccountChange(BaseModel):
    """What is to be different; role and place go together."""

    name: Name | None = None
    mobile: Mobile | None = None
    role: Role | None = None
    agency_id: Code | None = None
    unit_id: Code | None = None


class HandOver(BaseModel):
    """Who has the account from now on."""

    name: Name
    mobile: Mobile


class AccountAnswer(BaseModel):
    """An account; its mobile is masked."""

    account_id: str
    username: str
    name: str
    role: Role
    office_id: str
    agency_id: str | None
    unit_id: str | None
    active: bool = Field(description="False: nobody can sign in with it")
    mobile: str | None
    must_change: bool = Field(description="Whether its first password has not been changed yet")
    password_until: datetime | None = Field(description="When that first password ends")
    has_second_factor: bool
    version: int


class AccountPage(Counted):
    """By id; pass `next` as `cursor`."""

    items: list[AccountAnswer]
    next: str | None


class AccountsAsked(BaseModel):
    """Which accounts are wanted; all of the office without a condition."""

    role: Role | None = None
    unit_id: Annotated[str, Field(max_length=40)] | None = None
    text: Annotated[str, StringConstraints(strip_whitespace=True, max_length=60)] = Field(
        "", description="Part of a user name or a name"
    )
    active: bool | None = None
    cursor: Annotated[str, Field(max_length=60)] | None = None
    limit: int = Field(50, ge=1, le=200)


async def _command(request: Request, caller: SignedIn) -> Command:
    caller.require(Permission.MANAGE_ACCOUNTS)
    return Command(request, caller)


async def _creation(
    request: Request, response: Response, caller: SignedIn, key: KeyHeader
) -> Creation:
    caller.require(Permission.MANAGE_ACCOUNTS)
    return Creation(request, response, caller, key)


async def _revision(request: Request, caller: SignedIn, if_match: IfMatchHeader = None) -> Revision:
    caller.require(Permission.MANAGE_ACCOUNTS)
    return Revision(request, caller, if_match)


Managing = Annotated[Command, Depends(_command)]
Revising = Annotated[Revision, Depends(_revision)]
Creating = Annotated[Creation, Depends(_creation)]


def shown(account: accounts.Account, *, full: bool = True) -> AccountAnswer:
    """Return an account as an administrator sees it; for others its name is masked too."""
    columns = {name: getattr(account, name) for name in AccountAnswer.model_fields}
    if not full:
        columns["name"] = mask_name(account.name)
    columns["mobile"] = mask_mobile(account.mobile) if account.mobile else None
    return AccountAnswer(**columns)


@router.get("")
async def get_accounts(
    request: Request, caller: SignedIn, asked: Annotated[AccountsAsked, Query()]
) -> AccountPage:
    """List the office's accounts of people."""
    caller.require(Permission.MANAGE_ACCOUNTS, Permission.READ_AUDIT)
    matching = accounts_of(caller.office_id, **asked.model_dump(exclude={"cursor", "limit"}))
    async with Command(request, caller).transaction() as tx:
        found = await AccountRepository(tx).page(matching, asked.cursor, asked.limit + 1)
        total = await counted(tx.session, matching, len(found), asked.limit, asked.cursor)
    full = caller.may(Permission.MANAGE_ACCOUNTS)
    items = [shown(one, full=full) for one in found[: asked.limit]]
    following = items[-1].account_id if len(found) > asked.limit else None
    return AccountPage(items=items, next=following, **dict(total))


@router.post("", status_code=201, dependencies=[audits("account.made", made="account_id")])
async def post_account(body: NewAccount, request: Request, command: Creating) -> AccountAnswer:
    """Open an account; its first password is sent to the mobile, and is to be changed."""
    mobile = require_mobile(body.mobile)
    place = await managing.placed(
        command.caller, body.role, body.agency_id, body.unit_id, services_of(request)
    )

    async def act(tx: Transaction) -> AccountAnswer:
        return shown(
            await managing.make_account(command.caller, body.username, body.name, mobile, place, tx)
        )

    return await command.once(body, AccountAnswer, act)


@router.get("/{account_id}", responses={200: TAGGED})
async def get_account(
    account_id: str, request: Request, response: Response, caller: SignedIn
) -> AccountAnswer:
    """Show an account."""
    async with Command(request, caller).transaction() as tx:
        account = await managing.found(caller, account_id, tx)
    response.headers["ETag"] = etag(account.version)
    return shown(account, full=caller.may(Permission.MANAGE_ACCOUNTS))


@router.patch("/{account_id}", responses={200: TAGGED}, dependencies=[audits("account.changed")])
async def patch_account(
    account_id: str, body: AccountChange, request: Request, response: Response, command: Revising
) -> AccountAnswer:
    """Change name or mobile, or role and place together; who is moved has to sign in again."""
    place = None
    if body.role is None and (body.agency_id is not None or body.unit_id is not None):
        raise Invalid("place_invalid", "调整所属机构时请同时选择角色。", field="role")
    if body.role is not None:
        place = await managing.placed(
            command.caller, body.role, body.agency_id, body.unit_id, services_of(request)
        )
    async with command.transaction() as tx:
        account = await managing.change_account(
            command.caller,
            account_id,
            tx,
            command.versions,
            name=body.name,
            mobile=require_mobile(body.mobile) if body.mobile is not None else None,
            place=place,
        )
    response.headers["ETag"] = etag(account.version)
    return shown(account)


@router.post("/{account_id}/lock", dependencies=[audits("account.locked")])
async def lock_account(account_id: str, command: Managing) -> AccountAnswer:
    """Lock an account; its sessions end."""
    async with command.transaction() as tx:
        return shown(await managing.lock_account(command.caller, account_id, tx))


@router.post("/{account_id}/unlock", dependencies=[audits("account.unlocked")])
async def unlock_account(account_id: str, command: Managing) -> AccountAnswer:
    """Let a locked account be used again."""
    async with command.transaction() as tx:
        return shown(await managing.unlock_account(command.caller, account_id, tx))


@router.post("/{account_id}/first-password", dependencies=[audits("account.password_sent")])
async def post_first_password(account_id: str, command: Managing) -> AccountAnswer:
    """Send a new first password; the password before serves no more, and sessions end."""
    async with command.transaction() as tx:
        return shown(await managing.renew_password(command.caller, account_id, tx))


@router.post("/{account_id}/hand-over", dependencies=[audits("account.handed_over")])
async def hand_account_over(account_id: str, body: HandOver, command: Managing) -> AccountAnswer:
    """Make an account another person's, with a first password sent to their mobile."""
    mobile = require_mobile(body.mobile)
    async with command.transaction() as tx:
        return shown(await managing.hand_over(command.caller, account_id, body.name, mobile, tx))


@router.post("/{account_id}/second-factor-reset", dependencies=[audits("second_factor.reset")])
async def reset_second_factor(account_id: str, command: Managing) -> AccountAnswer:
    """Remove the second factor of who has lost it; their sessions end."""
    async with command.transaction() as tx:
        return shown(await managing.reset_second_factor(command.caller, account_id, tx))
