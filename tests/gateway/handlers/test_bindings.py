"""Bindings: asked for once, decided once, and what becomes of who is replaced."""

import asyncio
from collections import Counter
from uuid import UUID, uuid4

import pytest

from services.gateway.domain.bindings import Binding, BindingState
from services.gateway.domain.message_kinds import MessageKind
from services.gateway.handlers.bindings import (
    approve_binding,
    ask_binding,
    forget_forms,
    refuse_binding,
)
from services.gateway.repository.bindings import BindingRepository, bindings_for, named_forms
from shared.contracts.files import Prefix
from shared.identity.caller import Caller
from shared.identity.permissions import Role
from tests.gateway.handlers.conftest import (
    AGENCY,
    CREDIT_CODE,
    MOBILE,
    OTHER_MOBILE,
    Door,
    in_kept,
    refused,
)
from tests.handling import SCOPE

UNIT = {**SCOPE, "name": "青岛海晏示例职业学校"}
PDF = b"%PDF-1.4 stamped"


async def ask(door: Door, mobile: str = MOBILE, unit_id: str = SCOPE["unit_id"]) -> Binding:
    """Ask to be bound to a unit of the agency."""
    storage = door.transactions.resources.storage
    key = f"{Prefix.BINDINGS}/{unit_id}/{uuid4()}"
    form = await storage.put_file(key, PDF, "表单.pdf", "application/pdf")
    async with door.transaction() as tx:
        unit = UNIT | {"unit_id": unit_id}
        return await ask_binding(CREDIT_CODE, unit, "王建国", mobile, "李工", form, tx)


async def approve(
    door: Door, binding_id: UUID, replaced: str | None = None, by: Caller = AGENCY
) -> Binding:
    """Approve it."""
    async with door.transaction() as tx:
        return await approve_binding(by, binding_id, replaced, tx)


async def refuse(door: Door, binding_id: UUID, reason: str = "未盖章", by: Caller = AGENCY) -> None:
    """Refuse it."""
    async with door.transaction() as tx:
        await refuse_binding(by, binding_id, reason, tx)


async def found(door: Door, binding_id: UUID) -> Binding:
    """Return it as its agency sees it."""
    async with door.transaction() as tx:
        return await BindingRepository(tx).get(binding_id, AGENCY)


async def test_asked_twice_it_is_one(door: Door) -> None:
    """At once too; for another unit, or by somebody else, it is another one."""
    codes = await asyncio.gather(*(refused(ask(door)) for _ in range(3)))
    assert Counter(codes) == {"": 1, "binding_asked": 2}
    assert await refused(ask(door, OTHER_MOBILE)) == ""
    assert await refused(ask(door, unit_id="U0000009")) == ""
    async with door.transaction() as tx:
        mine = await BindingRepository(tx).of_mobile(MOBILE, 10)
        everybodys = await BindingRepository(tx).page(bindings_for(AGENCY, []), None, 10)
    assert [one.unit_id for one in mine] == ["U0000009", SCOPE["unit_id"]]
    assert len(everybodys) == 3


async def test_after_a_refusal_it_can_be_asked_again(door: Door) -> None:
    """With a better form."""
    binding = await ask(door)
    await refuse(door, binding.binding_id)
    assert await refused(ask(door)) == ""
    async with door.transaction() as tx:
        states = [one.state for one in await BindingRepository(tx).of_mobile(MOBILE, 10)]
    assert states == [BindingState.ASKED, BindingState.REFUSED]


async def test_an_approval_opens_an_account_and_unbinds_who_is_replaced(door: Door) -> None:
    """Whose sessions end; colleagues stay, and the new one has a first password."""
    await door.known(username=CREDIT_CODE)
    await door.known(account_id="account-2", username="colleague")
    former, colleague = await door.sign_in(CREDIT_CODE), await door.sign_in("colleague")
    binding = await ask(door, OTHER_MOBILE)
    approved = await approve(door, binding.binding_id, "account-1")
    assert await door.session(former) is None
    assert await door.session(colleague) is not None
    replaced = await door.account()
    assert (replaced.unit_id, replaced.active) == (None, False)
    values = await door.values(MessageKind.FIRST_PASSWORD)
    assert values["username"] == f"{CREDIT_CODE}-2"
    assert approved.account_id is not None
    opened = await door.account(approved.account_id)
    assert opened.caller.model_dump(include=set(SCOPE)) == SCOPE
    assert (opened.role, opened.name, opened.mobile) == (Role.OPERATOR, "王建国", OTHER_MOBILE)
    assert await door.sign_in(values["username"], values["password"])


async def test_nobody_needs_to_be_replaced(door: Door) -> None:
    """A unit may have several operators."""
    await door.known()
    token = await door.sign_in()
    await approve(door, (await ask(door, OTHER_MOBILE)).binding_id)
    assert await door.session(token) is not None
    assert (await door.account()).active


@pytest.mark.parametrize(
    "place",
    [
        {"unit_id": "U0000002"},
        {"unit_id": "U0000003", "agency_id": "001201"},
        {"role": "agency_reviewer", "unit_id": None},
    ],
)
async def test_an_account_of_another_unit_is_not_replaced(
    door: Door, place: dict[str, str | None]
) -> None:
    """Nor one that there is not; nothing is done then."""
    await door.known(**place)
    binding = await ask(door, OTHER_MOBILE)
    for replaced in ("account-1", "account-nobody"):
        refusal = await refused(approve(door, binding.binding_id, replaced))
        assert refusal == "replaced_unknown"
    assert (await door.account()).active
    assert (await found(door, binding.binding_id)).state is BindingState.ASKED
    assert await door.send() == []


async def test_decided_twice_the_second_is_told_so(door: Door) -> None:
    """At once too, whichever way: one account at most, one message."""
    binding = await ask(door)
    codes = await asyncio.gather(
        *(refused(approve(door, binding.binding_id)) for _ in range(2)),
        *(refused(refuse(door, binding.binding_id)) for _ in range(2)),
    )
    assert Counter(codes) == {"": 1, "wrong_state": 3}
    assert await refused(refuse(door, binding.binding_id)) == "wrong_state"
    approved = (await found(door, binding.binding_id)).state is BindingState.APPROVED
    assert len(await door.send()) == int(approved)


@pytest.mark.parametrize(
    ("by", "code"),
    [
        (AGENCY.model_copy(update={"agency_id": "001201"}), "not_found"),
        (AGENCY.model_copy(update={"agency_id": "001301", "office_id": "0013"}), "not_found"),
        *(
            (AGENCY.model_copy(update={"role": role, "agency_id": None}), "forbidden")
            for role in Role
            if role is not Role.AGENCY_REVIEWER
        ),
    ],
)
async def test_only_the_units_agency_decides(door: Door, by: Caller, code: str) -> None:
    """Another agency finds nothing, all other roles are refused."""
    binding = await ask(door)
    assert await refused(approve(door, binding.binding_id, by=by)) == code
    assert await refused(refuse(door, binding.binding_id, by=by)) == code
    assert (await found(door, binding.binding_id)).state is BindingState.ASKED


async def test_a_binding_is_refused_with_a_reason(door: Door) -> None:
    """Which the applicant reads."""
    binding = await ask(door)
    assert await refused(refuse(door, binding.binding_id, "")) == "reason_missing"
    await refuse(door, binding.binding_id, "请加盖单位公章")
    async with door.transaction() as tx:
        [mine] = await BindingRepository(tx).of_mobile(MOBILE, 10)
    assert (mine.state, mine.reason) == (BindingState.REFUSED, "请加盖单位公章")
    assert mine.decided_at == door.gateway.clock.now


async def test_the_forms_of_refused_bindings_are_deleted_after_30_days(door: Door) -> None:
    """Those of others are kept; deleted once."""
    refused_one, approved, open_one = [
        await ask(door, mobile) for mobile in (MOBILE, OTHER_MOBILE, "13700000003")
    ]
    keys = [one.form.key for one in (refused_one, approved, open_one) if one.form]
    await refuse(door, refused_one.binding_id)
    await approve(door, approved.binding_id)

    async def forgotten() -> list[str]:
        async with door.transaction() as tx:
            assert not await forget_forms(tx)
        discarded = door.transactions.discarded
        return [discarded.get_nowait() for _ in range(discarded.qsize())]

    door.forward(days=30)
    assert await forgotten() == []
    door.forward(seconds=1)
    assert await forgotten() == keys[:1]
    assert await forgotten() == []
    assert (await found(door, refused_one.binding_id)).form is None
    assert (await found(door, approved.binding_id)).form is not None
    async with door.transaction() as tx:
        assert await named_forms(tx.session, keys) == set(keys[1:])


async def test_who_asks_and_whom_they_replace_are_sealed(door: Door) -> None:
    """Nowhere in plain, and read back."""
    binding = await found(door, (await ask(door)).binding_id)
    assert (binding.name, binding.mobile, binding.replaces) == ("王建国", MOBILE, "李工")
    kept = await door.kept()
    for secret in ("王建国", MOBILE, "李工"):
        assert not in_kept(secret)(kept)
