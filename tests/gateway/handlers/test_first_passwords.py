"""First passwords: made for a new account, sent to its mobile, and changed by its owner."""

import asyncio
from dataclasses import replace

import pytest

from services.gateway.adapters.outgoing import Outgoing
from services.gateway.domain.codes import Purpose
from services.gateway.domain.message_kinds import MessageKind
from services.gateway.domain.messages import Outcome, Result
from services.gateway.handlers.accounts_opening import free_username
from services.gateway.handlers.codes import prove
from services.gateway.handlers.passwords import change_password, reset_password
from services.gateway.repository.codes import CodeRepository
from shared.bus.inbox.job import AlreadyDone
from shared.bus.transaction import Transactions
from shared.contracts.enrollment import UnitRegistered
from shared.identity.permissions import Role
from tests.gateway.handlers.conftest import (
    CREDIT_CODE,
    HOME,
    MOBILE,
    PASSWORD,
    Door,
    in_kept,
    refused,
)
from tests.handling import SCOPE

REGISTERED = UnitRegistered(name="青岛海晏示例职业学校", self_registered=True, **SCOPE)
JOB = "gateway.open_account"
FIRST = f"account-{SCOPE['unit_id']}"
CHOSEN = "geheim-enough-7"


class Cut(Outgoing):
    """Ends the process right after a commit, before anything else."""

    def ring(self, seconds: float = 0) -> None:
        """End it."""
        raise SystemError(seconds)


def cut_off(door: Door) -> Door:
    """Return the same door in a process that ends after its next commit."""
    resources = door.transactions.resources
    tools = {**resources.tools, Outgoing: Cut()}
    cut = Transactions(door.transactions.sessions, replace(resources, tools=tools))
    return replace(door, transactions=cut)


async def test_a_registered_unit_gets_an_account_and_its_first_password(door: Door) -> None:
    """Named by its credit code; the password lets in, and is to be changed."""
    await door.handling.do(JOB, REGISTERED)
    values = await door.values(MessageKind.FIRST_PASSWORD)
    account = await door.account(FIRST)
    assert (account.username, account.mobile) == (CREDIT_CODE, MOBILE)
    assert account.caller.model_dump(include=set(SCOPE)) == SCOPE
    assert (account.role, account.must_change) == (Role.OPERATOR, True)
    assert (values["username"], values["days"]) == (CREDIT_CODE, "7")
    assert await door.sign_in(CREDIT_CODE, values["password"])
    assert account.password_hash.startswith("$argon2id$")


async def test_a_unit_of_a_seed_file_gets_no_account(door: Door) -> None:
    """It has those of the file."""
    await door.handling.handle(REGISTERED.model_copy(update={"self_registered": False}))
    assert await door.send() == []


async def test_opened_twice_it_is_one_account_and_one_message(door: Door) -> None:
    """The same event again, the event sent anew, and a crash in between or after."""
    door.enrollment.away = True
    handling = door.handling
    with pytest.raises(LookupError):
        await handling.do(JOB, REGISTERED)
    door.enrollment.away = False
    cut = cut_off(door).handling
    cut._last = handling._last  # the same job, taken up by another process
    with pytest.raises(SystemError):
        await cut.run_again()
    with pytest.raises(AlreadyDone):
        await handling.run_again()
    await door.handling.do(JOB, REGISTERED)
    values = await door.values(MessageKind.FIRST_PASSWORD)
    assert await door.sign_in(CREDIT_CODE, values["password"])
    assert await door.send() == []


async def test_a_taken_user_name_gets_a_number(door: Door) -> None:
    """The next that is free."""
    names = []
    for number in range(3):
        async with door.transaction() as tx:
            name = await free_username(CREDIT_CODE, tx)
        names.append(name)
        await door.known(account_id=f"account-{number}", username=name)
    assert names == [CREDIT_CODE, f"{CREDIT_CODE}-2", f"{CREDIT_CODE}-3"]
    await door.handling.do(JOB, REGISTERED)
    assert (await door.account(FIRST)).username == f"{CREDIT_CODE}-4"


async def test_a_first_password_is_good_for_seven_days(door: Door) -> None:
    """After that it is refused as ended, and a wrong one as wrong; a session goes on."""
    await door.handling.do(JOB, REGISTERED)
    password = (await door.values(MessageKind.FIRST_PASSWORD))["password"]
    door.forward(days=7, seconds=-1)
    assert await door.sign_in(CREDIT_CODE, password)
    door.forward(seconds=1)
    assert await refused(door.sign_in(CREDIT_CODE, password)) == "first_password_ended"
    assert await door.sign_in(CREDIT_CODE, "something else") == ""


async def test_a_first_password_is_sealed_in_its_message_and_blanked_once_sent(door: Door) -> None:
    """Nowhere in plain, neither before nor after; also when its sending fails for good."""
    await door.handling.do(JOB, REGISTERED)
    before = await door.kept()
    password = (await door.values(MessageKind.FIRST_PASSWORD))["password"]
    for secret in (password, MOBILE):
        assert not in_kept(secret)(before)
        assert not in_kept(secret)(await door.kept())
    assert await _sealed(door) == [None]


@pytest.mark.parametrize("result", [Result.REFUSED, Result.UNKNOWN])
async def test_a_first_password_that_may_not_have_come_is_blanked_too(
    door: Door, result: Result
) -> None:
    """It is made anew, not sent again."""
    door.sms.outcome = Outcome(result, "0001")
    await door.handling.do(JOB, REGISTERED)
    await door.send()
    assert await _sealed(door) == [None]


async def _sealed(door: Door) -> list[bytes | None]:
    async with door.transaction() as tx:
        connection = await tx.session.connection()
        rows = await connection.exec_driver_sql(
            "SELECT sealed_values FROM messages WHERE kind = 'first_password'"
        )
        return list(rows.scalars())


async def test_a_good_present_password_is_no_failed_try_whatever_is_chosen(door: Door) -> None:
    """Who needs six attempts to find a good new one is not shut out."""
    account, token = await door.known(), await door.sign_in()
    found = await door.session(token)
    assert found is not None

    async def change(present: str, chosen: str) -> str:
        return await refused(
            change_password(account, found[1], present, chosen, HOME, door.transactions)
        )

    for _ in range(6):
        assert await change(PASSWORD, "short") == "password_too_short"
    for _ in range(5):
        assert await change("wrong", CHOSEN) == "password_wrong"
    assert await change(PASSWORD, CHOSEN) == "too_many_tries"
    door.forward(minutes=15)
    assert await change(PASSWORD, CHOSEN) == ""
    assert await door.session(token) is not None
    assert await door.sign_in() == ""
    assert await door.sign_in(password=CHOSEN)


async def test_a_proof_sets_one_password_also_at_once(door: Door) -> None:
    """The second is told that the proof has ended."""
    await door.known()
    code, digits = await door.code(purpose=Purpose.PASSWORD_RESET)
    proved, proof = await prove(code.code_id, digits, door.transactions)

    async def reset(chosen: str) -> None:
        async with door.transaction() as tx:
            await reset_password(proved, proof, "operator", chosen, tx)

    ended = await asyncio.gather(*(refused(reset(f"{CHOSEN}-{n}")) for n in range(3)))
    assert sorted(ended) == ["", "proof_ended", "proof_ended"]
    async with door.transaction() as tx:
        assert await CodeRepository(tx).proof(proof) is None
    assert await refused(reset("another-one-9")) == "proof_ended"


async def test_a_proof_that_did_not_serve_serves_still(door: Door) -> None:
    """A refused password, or a user name of somebody else's, costs no second code."""
    await door.known()
    await door.known(account_id="account-2", username="somebody", mobile="13700000009")
    code, digits = await door.code(purpose=Purpose.PASSWORD_RESET)
    proved, proof = await prove(code.code_id, digits, door.transactions)

    async def reset(username: str, chosen: str) -> None:
        async with door.transaction() as tx:
            await reset_password(proved, proof, username, chosen, tx)

    assert await refused(reset("operator", "short")) == "password_too_short"
    assert await refused(reset("somebody", CHOSEN)) == "username_unknown"
    assert await refused(reset("nobody", CHOSEN)) == "username_unknown"
    assert await refused(reset("operator", CHOSEN)) == ""
