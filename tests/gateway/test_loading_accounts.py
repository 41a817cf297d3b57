"""What an office's data file says of an account takes effect, at once."""

import gc
from dataclasses import replace
from typing import Any

import pytest

from services.gateway.handlers.accounts import load_accounts
from services.gateway.handlers.sessions import admit
from services.gateway.repository.accounts import AccountRepository
from services.gateway.repository.sessions import SessionRepository
from shared.errors import Invalid
from shared.identity.caller import Caller
from tests.gateway.conftest import Gateway

ACCOUNT: dict[str, Any] = {
    "account_id": "A0000004",
    "username": "agency",
    "name": "市北区代办处初审",
    "role": "agency_reviewer",
    "office_id": "0012",
    "agency_id": "001202",
    "unit_id": None,
    "password": "first password",
}


async def _load(gateway: Gateway, **more: Any) -> None:  # noqa: ANN401 - any field
    async with gateway.transactions.begin() as tx:
        await load_accounts({"accounts": [ACCOUNT | more]}, tx)


async def _sign_in(gateway: Gateway, password: str = "first password") -> str | None:  # noqa: S107 - invented
    admitted = await admit("agency", password, gateway.transactions, client=False)
    return admitted[1] if admitted else None


async def _caller(gateway: Gateway, token: str) -> Caller | None:
    async with gateway.transactions.begin() as tx:
        found = await SessionRepository(tx).of(token)
        return found[0].caller if found else None


@pytest.mark.parametrize(
    "change",
    [
        {"role": "office_reviewer"},
        {"agency_id": "001201"},
        {"office_id": "0013"},
        {"unit_id": "U0000001"},
        {"password": "second password"},
        {"active": False},
    ],
    ids=lambda change: next(iter(change)),
)
async def test_another_role_scope_or_password_ends_the_sessions(
    gateway: Gateway, change: dict[str, Any]
) -> None:
    """Also when the password stayed the same."""
    await _load(gateway)
    token = await _sign_in(gateway)
    assert token is not None
    await _load(gateway, **change)
    assert await _caller(gateway, token) is None
    again = await _sign_in(gateway, change.get("password", "first password"))
    if change == {"active": False}:
        assert again is None
        return
    assert again is not None
    caller = await _caller(gateway, again)
    assert caller is not None
    assert all(getattr(caller, name, value) == value for name, value in change.items())


async def test_another_name_takes_effect_and_ends_nothing(gateway: Gateway) -> None:
    """Whoever is at work goes on; so does whoever is loaded as they were."""
    await _load(gateway)
    token = await _sign_in(gateway)
    assert token is not None
    await _load(gateway)
    await _load(gateway, name="市北区代办处")
    caller = await _caller(gateway, token)
    assert caller is not None
    assert caller.name == "市北区代办处"


async def test_who_is_let_in_no_more_stays_so_until_the_file_says_otherwise(
    gateway: Gateway,
) -> None:
    """Neither a file without the word nor another password lets them in again."""
    await _load(gateway)
    await _load(gateway, active=False)
    await _load(gateway)
    await _load(gateway, password="second password")
    assert await _sign_in(gateway, "second password") is None
    await _load(gateway, password="second password", active=True)
    assert await _sign_in(gateway, "second password") is not None


async def test_a_new_account_may_be_made_before_it_is_let_in(gateway: Gateway) -> None:
    """Without the word it is let in."""
    await _load(gateway, active=False)
    assert await _sign_in(gateway) is None
    await _load(gateway, active=True)
    assert await _sign_in(gateway) is not None


@pytest.mark.parametrize(
    "wrong", [{"active": "no"}, {"active": None}, {"role": "king"}, {"office": "0012"}]
)
async def test_an_account_that_is_stated_wrongly_is_told_in_a_sentence(
    gateway: Gateway, wrong: dict[str, Any]
) -> None:
    """With its id and the field; nothing of the file is taken."""
    with pytest.raises(Invalid, match=f"{ACCOUNT['account_id']}, {next(iter(wrong))}"):
        await _load(gateway, **wrong)
    assert await _sign_in(gateway) is None


async def test_what_somebody_else_changed_meanwhile_stays(gateway: Gateway) -> None:
    """An account that is locked while another change of it is under way stays locked."""
    async with gateway.transactions.begin() as tx:
        await load_accounts({"accounts": [ACCOUNT]}, tx)
    async with gateway.transactions.begin() as mine:
        accounts = AccountRepository(mine)
        known = await accounts.named(ACCOUNT["username"])
        assert known is not None
        gc.collect()  # whoever forgot the row would read it anew
        async with gateway.transactions.begin() as others:
            theirs = AccountRepository(others)
            found = await theirs.named(ACCOUNT["username"])
            assert found is not None
            theirs.save(replace(found, active=False))
        accounts.save(replace(known, name="改了的名"))
    async with gateway.transactions.begin() as tx:
        now = await AccountRepository(tx).named(ACCOUNT["username"])
    assert now is not None
    assert (now.name, now.active) == ("改了的名", False)
