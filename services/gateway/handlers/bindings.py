"""Bindings: asked for with a stamped form, decided by the unit's agency."""

from uuid import UUID, uuid4

from services.gateway.adapters.services import Address, Services
from services.gateway.domain.accounts import Account
from services.gateway.domain.bindings import FORM_KEPT, Binding, BindingState
from services.gateway.handlers.accounts_opening import free_username, new_account_id, open_one
from services.gateway.handlers.passwords import NOBODYS_HASH
from services.gateway.repository.accounts import AccountRepository
from services.gateway.repository.bindings import BindingRepository
from services.gateway.repository.sessions import SessionRepository
from shared.bus import Transaction
from shared.contracts.files import StoredFile
from shared.errors import Conflict, Invalid
from shared.identity.caller import Caller
from shared.identity.permissions import Permission, Role
from shared.values import credit_code

FORMS_PER_TRANSACTION = 100
MOST_OPEN = 5
"""Bindings of one mobile that wait for a decision."""


async def unit_of_code(
    written: str, system: Caller, services: Services
) -> tuple[str, dict[str, str]]:
    """Return a credit code and the active unit that has it; Invalid when there is none."""
    code = credit_code(written)
    if code is None:
        raise Invalid(
            "credit_code_invalid", "统一社会信用代码不正确，请核对。", field="credit_code"
        )
    answer = await services.call(
        "enrollment", "GET", Address("/unit-places"), system, query=f"credit_code={code}"
    )
    found = answer.json if answer.ok else []
    if len(found) != 1:
        raise Invalid(
            "unit_not_registered",
            "没有查到使用该统一社会信用代码的单位，请核对；尚未注册的单位请先办理单位注册。",
            field="credit_code",
        )
    return code, found[0]


async def ask_binding(
    code: str,
    unit: dict[str, str],
    name: str,
    mobile: str,
    replaces: str,
    form: StoredFile,
    tx: Transaction,
) -> Binding:
    """Ask for an account at a unit; the agency decides. Conflict when it was asked already."""
    await tx.keep(form.key)
    bindings = BindingRepository(tx)
    waiting = [
        one
        for one in await bindings.of_mobile(mobile, MOST_OPEN)
        if one.state is BindingState.ASKED
    ]
    if len(waiting) >= MOST_OPEN:
        raise Conflict(
            "too_many_bindings",
            f"同一手机号最多有{MOST_OPEN}个绑定申请在处理中，请等待代办处处理后再提交。",
        )
    binding = Binding(
        binding_id=uuid4(),
        unit_id=unit["unit_id"],
        agency_id=unit["agency_id"],
        office_id=unit["office_id"],
        unit_name=unit["name"],
        credit_code=code,
        name=name,
        mobile=mobile,
        replaces=replaces,
        form=form,
        asked_at=tx.now,
    )
    await bindings.add(binding)
    return binding


async def approve_binding(
    caller: Caller, binding_id: UUID, replaced: str | None, tx: Transaction
) -> Binding:
    """Open an account for who asked; the replaced account is unbound and its sessions end.

    Conflict when it was decided already, or `replaced` is no account of the unit.
    """
    caller.require(Permission.REVIEW_UNITS)
    bindings, accounts = BindingRepository(tx), AccountRepository(tx)
    binding = await bindings.get(binding_id, caller, lock=True)
    approved = binding.approve(new_account_id(), tx.now)
    if replaced is not None:
        account = await accounts.get(replaced, lock=True)
        if account is None or account.unit_id != binding.unit_id:
            raise Conflict(
                "replaced_unknown", "被替换的账号不属于该单位，请刷新后重新选择。", field="replaced"
            )
        accounts.save(account.unbind())
        await SessionRepository(tx).end_all(replaced)
    assert approved.account_id is not None
    await open_one(
        Account(
            account_id=approved.account_id,
            username=await free_username(binding.credit_code, tx),
            password_hash=NOBODYS_HASH,
            name=binding.name,
            role=Role.OPERATOR,
            office_id=binding.office_id,
            agency_id=binding.agency_id,
            unit_id=binding.unit_id,
            mobile=binding.mobile,
        ),
        tx,
    )
    bindings.save(approved)
    return approved


async def refuse_binding(caller: Caller, binding_id: UUID, reason: str, tx: Transaction) -> Binding:
    """Refuse a binding, with a reason for who asked."""
    caller.require(Permission.REVIEW_UNITS)
    bindings = BindingRepository(tx)
    refused = (await bindings.get(binding_id, caller, lock=True)).refuse(reason, tx.now)
    bindings.save(refused)
    return refused


async def forget_forms(tx: Transaction) -> bool:
    """Delete the forms of bindings that were refused a while ago; return whether there are more."""
    keys = await BindingRepository(tx).drop_forms(tx.now - FORM_KEPT, FORMS_PER_TRANSACTION)
    tx.discard(*keys)
    return len(keys) == FORMS_PER_TRANSACTION
