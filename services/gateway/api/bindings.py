"""Bindings (单位绑定): asked for by a stranger who proved a mobile, decided by the agency."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, File, Form, Query, Request, Response, UploadFile
from pydantic import BaseModel, Field, StringConstraints

from services.gateway.adapters.openapi import BINARY
from services.gateway.api.audited import audits, nobody
from services.gateway.api.passing import services_of, stored_response
from services.gateway.api.proven import applicant, proven
from services.gateway.api.signed_in import SignedIn
from services.gateway.api.uploads import store_paper
from services.gateway.domain.bindings import Binding, BindingState
from services.gateway.domain.codes import Code, Purpose
from services.gateway.handlers import bindings as binding
from services.gateway.repository.accounts import AccountRepository
from services.gateway.repository.bindings import BindingRepository, bindings_for
from shared.bus import Transaction
from shared.contracts.files import Prefix
from shared.errors import NotFound
from shared.http.commands import OPEN, Command, Creation, KeyHeader, transactions_of
from shared.http.searching import Counted, counted
from shared.identity.permissions import Permission
from shared.values import LARGEST_ID, Trimmed, mask_mobile, mask_name

router = APIRouter(tags=["bindings"])

MOST_OWN = 20
FORMS = ("application/pdf", "image/png", "image/jpeg")
SEES = (Permission.REVIEW_UNITS, Permission.MANAGE_ACCOUNTS, Permission.READ_AUDIT)
Proved = Annotated[Code, Depends(proven(Purpose.BINDING))]
Name = Annotated[str, StringConstraints(min_length=1, max_length=60), Trimmed]
Reason = Annotated[str, StringConstraints(max_length=500), Trimmed]


class BindingAnswer(BaseModel):
    """A binding as its list shows it; name and mobile are masked."""

    binding_id: UUID
    unit_id: str
    unit_name: str
    credit_code: str
    name: str
    mobile: str
    replaces: str = Field(description="Whom they replace, as they wrote it; empty for nobody")
    state: BindingState
    reason: str
    asked_at: datetime
    decided_at: datetime | None
    has_form: bool = Field(description="Of refused ones the form is deleted after 30 days")


class OwnBindings(BaseModel):
    """The bindings that a mobile asked for, newest first."""

    items: list[BindingAnswer]


class BindingPage(Counted):
    """Newest first; pass `next` as `cursor`."""

    items: list[BindingAnswer]
    next: str | None


class UnitOperator(BaseModel):
    """An account of the unit that could be replaced."""

    account_id: str
    username: str
    name: str
    active: bool


class BindingDetails(BindingAnswer):
    """A binding with the full name of who asks, and the accounts that the unit has."""

    operators: list[UnitOperator]


class BindingDecision(BaseModel):
    """Approved, and who is replaced if anybody; or refused, with a reason."""

    decision: Literal["approve", "refuse"]
    replaced: str | None = Field(None, max_length=60, description="Account id")
    reason: Reason = ""


def _shown(one: Binding, *, full: bool = False) -> BindingAnswer:
    return BindingAnswer(
        binding_id=one.binding_id,
        unit_id=one.unit_id,
        unit_name=one.unit_name,
        credit_code=one.credit_code,
        name=one.name if full else mask_name(one.name),
        mobile=mask_mobile(one.mobile),
        replaces=one.replaces if full or not one.replaces else mask_name(one.replaces),
        state=one.state,
        reason=one.reason,
        asked_at=one.asked_at,
        decided_at=one.decided_at,
        has_form=one.form is not None,
    )


async def _asking(request: Request, response: Response, code: Proved, key: KeyHeader) -> Creation:
    return Creation(request, response, applicant(request, code.mobile), key)


class _Asked(BaseModel):
    """What a repeated call has to say again."""

    credit_code: str
    name: str
    replaces: str
    digest: str


@router.post(
    "/bindings",
    status_code=201,
    openapi_extra=OPEN,
    dependencies=[audits("binding.asked", by=nobody, made="unit_id")],
)
async def post_binding(
    request: Request,
    code: Proved,
    command: Annotated[Creation, Depends(_asking)],
    credit_code: Annotated[str, Form(min_length=1, max_length=40)],
    name: Annotated[Name, Form()],
    file: Annotated[UploadFile, File(description="The stamped form: PDF, PNG or JPEG")],
    replaces: Annotated[
        str, Form(max_length=60, description="The former operator; empty for nobody")
    ] = "",
) -> BindingAnswer:
    """Ask for an account at a unit, with its stamped form."""
    number, unit = await binding.unit_of_code(credit_code, command.caller, services_of(request))
    form = await store_paper(request, file, f"{Prefix.BINDINGS}/{unit['unit_id']}")

    async def act(tx: Transaction) -> BindingAnswer:
        return _shown(
            await binding.ask_binding(number, unit, name, code.mobile, replaces, form, tx)
        )

    asked = _Asked(credit_code=number, name=name, replaces=replaces, digest=form.digest)
    return await command.once(asked, BindingAnswer, act)


@router.get("/own-bindings", openapi_extra=OPEN)
async def get_own_bindings(request: Request, code: Proved) -> OwnBindings:
    """List what the proved mobile asked for, and what was decided."""
    async with transactions_of(request).begin() as tx:
        found = await BindingRepository(tx).of_mobile(code.mobile, MOST_OWN)
    return OwnBindings(items=[_shown(one) for one in found])


async def _command(request: Request, caller: SignedIn) -> Command:
    caller.require(*SEES)
    return Command(request, caller)


Seeing = Annotated[Command, Depends(_command)]


@router.get("/bindings")
async def get_bindings(
    command: Seeing,
    state: Annotated[list[BindingState], Query()] = [],  # noqa: B006 - FastAPI copies it
    cursor: Annotated[int | None, Query(ge=0, le=LARGEST_ID)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> BindingPage:
    """List the bindings of the account's agency or office, newest first."""
    matching = bindings_for(command.caller, state)
    at = str(cursor) if cursor is not None else None
    async with command.transaction() as tx:
        found = await BindingRepository(tx).page(matching, cursor, limit + 1)
        total = await counted(tx.session, matching, len(found), limit, at)
    items = [_shown(one) for one in found[:limit]]
    following = str(found[limit - 1].position) if len(found) > limit else None
    return BindingPage(items=items, next=following, **dict(total))


@router.get("/bindings/{binding_id}", dependencies=[audits("binding.read")])
async def get_binding(binding_id: UUID, command: Seeing) -> BindingDetails:
    """Show a binding, with the name in full for who decides, and the unit's accounts."""
    deciding = command.caller.may(Permission.REVIEW_UNITS)
    async with command.transaction() as tx:
        found = await BindingRepository(tx).get(binding_id, command.caller)
        operators = await AccountRepository(tx).of_unit(found.unit_id)
    return BindingDetails(
        **dict(_shown(found, full=deciding)),
        operators=[
            UnitOperator(
                account_id=one.account_id,
                username=one.username,
                name=one.name if deciding else mask_name(one.name),
                active=one.active,
            )
            for one in operators
        ],
    )


@router.get(
    "/bindings/{binding_id}/form",
    response_class=Response,
    responses={200: {"content": {one: {"schema": BINARY} for one in FORMS}}},
    dependencies=[audits("binding.form_read")],
)
async def get_binding_form(binding_id: UUID, request: Request, command: Seeing) -> Response:
    """Return the stamped form."""
    command.caller.require(Permission.REVIEW_UNITS, Permission.MANAGE_ACCOUNTS)
    async with command.transaction() as tx:
        found = await BindingRepository(tx).get(binding_id, command.caller)
    if found.form is None:
        raise NotFound("该申请的表单已删除。")
    return await stored_response(request, found.form)


@router.post("/bindings/{binding_id}/decision", dependencies=[audits("binding.decided")])
async def post_binding_decision(
    binding_id: UUID, body: BindingDecision, command: Seeing
) -> BindingAnswer:
    """Approve a binding, or refuse it; once."""
    async with command.transaction() as tx:
        if body.decision == "approve":
            return _shown(
                await binding.approve_binding(command.caller, binding_id, body.replaced, tx)
            )
        return _shown(await binding.refuse_binding(command.caller, binding_id, body.reason, tx))
