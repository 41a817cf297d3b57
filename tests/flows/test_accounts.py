"""Accounts: opened by an administrator, first password, second factor, locked and handed over."""

from itertools import pairwise
from secrets import token_hex
from typing import Any

import httpx
import pyotp
import pytest

from examples.client import API, ApiError, Client
from tests.flows.conftest import System
from tests.phones import Phone
from tests.processes import CAPTCHA

CHOSEN = "geheim-enough-7"


async def signs_in(system: System, username: str, password: str) -> Client:
    """Sign in as somebody who is not a demo account."""
    return await Client.sign_in(system.http, username, password, CAPTCHA)


async def refused(call: Any) -> ApiError:  # noqa: ANN401 - any call
    """Return the refusal of a call."""
    with pytest.raises(ApiError) as refusal:
        await call
    return refusal.value


async def newcomer(
    system: System, role: str = "finance", **more: str
) -> tuple[Phone, str, str, dict[str, Any]]:
    """Let the administrator open an account; returns phone, user name, first password, account."""
    administrator, phone = await system.client("administrator"), Phone(system.var)
    username = f"new-{token_hex(4)}"
    account = await administrator.post(
        "/accounts",
        {"username": username, "name": "王芳", "mobile": phone.mobile, "role": role, **more},
    )
    _, password = await phone.first_password()
    return phone, username, password, account


async def at_work(system: System, role: str = "finance", **more: str) -> tuple[Client, str]:
    """Return a newcomer who has changed the first password, and the user name."""
    _, username, password, _ = await newcomer(system, role, **more)
    client = await signs_in(system, username, password)
    await client.send("PUT", "/auth/password", json={"present": password, "password": CHOSEN})
    return client, username


async def test_a_first_password_is_changed_before_anything_else(system: System) -> None:
    """Until then every other call is refused; afterwards only the chosen one lets in."""
    _, username, password, account = await newcomer(system)
    assert account["must_change"]
    assert account["mobile"].count("*") == 4
    client = await signs_in(system, username, password)
    assert client.account["needs"] == "password_change"
    refusal = await refused(client.get("/payments?limit=1"))
    assert refusal.status in (403, 404, 405)
    assert (await refused(client.get("/billings"))).code == "needs_password_change"
    assert (await refused(client.get("/auth/sessions"))).code == "needs_password_change"
    change = {"present": password, "password": CHOSEN}
    await client.send("PUT", "/auth/password", json=change)
    assert (await client.get("/auth/me"))["needs"] is None
    await client.get("/billings")
    assert (await refused(signs_in(system, username, password))).code == "credentials_wrong"
    await signs_in(system, username, CHOSEN)


@pytest.mark.parametrize(
    ("chosen", "code"),
    [
        ("short-77", "password_too_short"),
        ("Password123", "password_common"),
        ("aaaaaaaaaaaa", "password_common"),
        ("x" * 129, "password_too_long"),
        (CHOSEN, "password_repeated"),
    ],
)
async def test_a_password_that_is_easily_guessed_is_refused(
    system: System, chosen: str, code: str
) -> None:
    """With what to do about it; the present one stays."""
    client, _ = await at_work(system)
    body = {"present": CHOSEN, "password": chosen}
    refusal = await refused(client.send("PUT", "/auth/password", json=body))
    assert (refusal.code, refusal.field) == (code, "password")
    wrong = {"present": "what-was-it-1", "password": "another-one-9"}
    refusal = await refused(client.send("PUT", "/auth/password", json=wrong))
    assert (refusal.code, refusal.field) == ("password_wrong", "present")


async def test_none_of_the_last_five_passwords_comes_back(system: System) -> None:
    """The sixth before is free again."""
    client, username = await at_work(system)
    passwords = [CHOSEN, *(f"number-{n}-of-mine" for n in range(5))]
    for before, after in pairwise(passwords):
        body = {"present": before, "password": after}
        await client.send("PUT", "/auth/password", json=body)
    last = passwords[-1]
    again = {"present": last, "password": passwords[1]}
    assert (await refused(client.send("PUT", "/auth/password", json=again))).code == (
        "password_repeated"
    )
    await client.send("PUT", "/auth/password", json={"present": last, "password": CHOSEN})
    await signs_in(system, username, CHOSEN)


async def test_changing_the_password_ends_the_sessions_elsewhere(system: System) -> None:
    """This one goes on."""
    here, username = await at_work(system)
    elsewhere = await signs_in(system, username, CHOSEN)
    body = {"present": CHOSEN, "password": "another-one-9"}
    await here.send("PUT", "/auth/password", json=body)
    assert (await refused(elsewhere.get("/auth/me"))).status == 401
    await here.get("/auth/me")


async def test_somebody_sees_where_they_are_signed_in_and_ends_it_there(system: System) -> None:
    """One by one, or all others at once; nobody else's."""
    here, username = await at_work(system)
    there = await signs_in(system, username, CHOSEN)
    third = await signs_in(system, username, CHOSEN)
    sessions = await here.get("/auth/sessions")
    assert len(sessions) == 3
    [current] = [one for one in sessions if one["current"]]
    theirs = next(one for one in await there.get("/auth/sessions") if one["current"])
    other, _ = await at_work(system)
    path = f"/auth/sessions/{theirs['session_id']}"
    assert (await refused(other.send("DELETE", path))).status == 404
    await here.send("DELETE", path)
    assert (await refused(there.get("/auth/me"))).status == 401
    await third.get("/auth/me")
    await here.send("DELETE", "/auth/sessions")
    assert (await refused(third.get("/auth/me"))).status == 401
    [left] = await here.get("/auth/sessions")
    assert left["session_id"] == current["session_id"]


async def test_somebody_sees_when_their_name_was_tried(system: System) -> None:
    """Wrong tries too, the newest first; only their own."""
    client, username = await at_work(system)
    await refused(signs_in(system, username, "not-this-one-3"))
    entries = (await client.get("/auth/sign-ins"))["items"]
    assert [(one["outcome"], one["code"]) for one in entries] == [
        ("refused", "credentials_wrong"),
        ("done", None),
    ]
    first = await client.get("/auth/sign-ins", limit=1)
    rest = await client.get("/auth/sign-ins", limit=1, cursor=first["next"])
    assert first["items"] + rest["items"] == entries
    assert rest["next"] is None


async def _factor(client: Client) -> tuple[str, list[str]]:
    """Set up a second factor; returns the code that did it, and the recovery codes."""
    key = (await client.post("/auth/second-factor/key"))["key"]
    code = pyotp.TOTP(key).now()
    answer = await client.put("/auth/second-factor", {"key": key, "code": code})
    return code, answer["recovery_codes"]


async def test_a_second_factor_is_asked_for_at_each_sign_in(system: System) -> None:
    """A code passes once; a recovery code too; nothing else is answered before."""
    client, username = await at_work(system)
    used, recovery = await _factor(client)
    assert len(set(recovery)) == 10
    again = await signs_in(system, username, CHOSEN)
    assert again.account["needs"] == "second_factor"
    assert (await refused(again.get("/billings"))).code == "needs_second_factor"
    body = {"present": CHOSEN, "password": "another-one-9"}
    assert (await refused(again.send("PUT", "/auth/password", json=body))).code == (
        "needs_second_factor"
    )
    assert (await refused(again.post("/auth/second-factor/pass", {"code": used}))).code == (
        "second_factor_wrong"
    ), "the code that set it up was used"
    await again.post("/auth/second-factor/pass", {"code": recovery[0].upper()})
    await again.get("/billings")
    third = await signs_in(system, username, CHOSEN)
    assert (await refused(third.post("/auth/second-factor/pass", {"code": recovery[0]}))).code == (
        "second_factor_wrong"
    )
    assert (await again.get("/auth/second-factor"))["recovery_codes"] == 9
    await again.post("/auth/second-factor/removal", {"code": recovery[1]})
    assert (await signs_in(system, username, CHOSEN)).account["needs"] is None


async def test_the_administrator_resets_a_lost_second_factor(system: System) -> None:
    """Its sessions end; the trail has it."""
    client, username = await at_work(system)
    await _factor(client)
    administrator = await system.client("administrator")
    account_id = client.account["account_id"]
    await administrator.post(f"/accounts/{account_id}/second-factor-reset")
    assert (await refused(client.get("/auth/me"))).status == 401
    assert (await signs_in(system, username, CHOSEN)).account["needs"] is None
    entries = await administrator.get("/audit", action="second_factor.reset", subject=account_id)
    assert [one["outcome"] for one in entries["items"]] == ["done"]


async def test_the_administrator_locks_unlocks_and_hands_over(system: System) -> None:
    """Who is locked is out at once; the next person gets a password of their own."""
    client, username = await at_work(system)
    administrator, path = (
        await system.client("administrator"),
        f"/accounts/{client.account['account_id']}",
    )
    locked = await administrator.post(f"{path}/lock")
    assert not locked["active"]
    assert (await refused(client.get("/auth/me"))).status == 401
    assert (await refused(signs_in(system, username, CHOSEN))).code == "credentials_wrong"
    assert (await refused(administrator.post(f"{path}/lock"))).code == "wrong_state"
    await administrator.post(f"{path}/unlock")
    await signs_in(system, username, CHOSEN)
    phone = Phone(system.var)
    handed = await administrator.post(f"{path}/hand-over", {"name": "李工", "mobile": phone.mobile})
    assert handed["name"] == "李工"
    assert (await refused(signs_in(system, username, CHOSEN))).code == "credentials_wrong"
    _, password = await phone.first_password()
    assert (await signs_in(system, username, password)).account["needs"] == "password_change"
    own = f"/accounts/{administrator.account['account_id']}"
    assert (await refused(administrator.post(f"{own}/lock"))).code == "own_account"


async def test_a_first_password_is_sent_again_and_is_another(system: System) -> None:
    """The one before lets in no more."""
    phone, username, first, account = await newcomer(system)
    administrator = await system.client("administrator")
    await administrator.post(f"/accounts/{account['account_id']}/first-password")
    _, second = await phone.first_password()
    assert second != first
    assert (await refused(signs_in(system, username, first))).code == "credentials_wrong"
    await signs_in(system, username, second)


async def test_who_is_moved_has_another_role_and_signs_in_again(system: System) -> None:
    """Of the version that was read; role and place have to fit."""
    client, username = await at_work(system)
    administrator, path = (
        await system.client("administrator"),
        f"/accounts/{client.account['account_id']}",
    )
    read = await administrator.send("GET", path)
    moved = {"role": "agency_reviewer", "agency_id": "001202"}
    tag = {"If-Match": read.headers["etag"]}
    answer = await administrator.send("PATCH", path, json=moved, headers=tag)
    assert answer.json()["agency_id"] == "001202"
    assert (await refused(client.get("/auth/me"))).status == 401
    stale = administrator.send("PATCH", path, json={"name": "赵"}, headers=tag)
    assert (await refused(stale)).status == 412
    for wrong, code in (
        ({"role": "operator"}, "place_invalid"),
        ({"role": "operator", "unit_id": "U9999999"}, "unit_unknown"),
        ({"role": "agency_reviewer", "agency_id": "0013"}, "agency_unknown"),
        ({"role": "agency_reviewer"}, "place_invalid"),
        ({"role": "api_client"}, "role_refused"),
        ({"role": "finance", "agency_id": "001202"}, "place_invalid"),
    ):
        assert (await refused(administrator.send("PATCH", path, json=wrong))).code == code
    assert (await signs_in(system, username, CHOSEN)).account["role"] == "agency_reviewer"


async def test_a_user_name_is_one_persons(system: System) -> None:
    """Also for two administrators at once; sent twice under one key it is one account."""
    administrator, phone = await system.client("administrator"), Phone(system.var)
    body = {"username": "operator", "name": "王芳", "mobile": phone.mobile, "role": "finance"}
    taken = await refused(administrator.post("/accounts", body))
    assert (taken.code, taken.field) == ("username_taken", "username")
    body["username"], key = f"new-{token_hex(4)}", {"Idempotency-Key": token_hex(8)}
    first = await administrator.post("/accounts", body, headers=key)
    assert await administrator.post("/accounts", body, headers=key) == first


async def test_only_the_offices_administrator_manages_accounts(system: System) -> None:
    """Nobody else may, and of another office's accounts none is found."""
    for name in ("operator", "agency", "office", "finance"):
        client = await system.client(name)
        assert (await refused(client.get("/accounts"))).status == 403
        body = {
            "username": "someone-else",
            "name": "王",
            "mobile": "13700000000",
            "role": "finance",
        }
        assert (await refused(client.post("/accounts", body))).status == 403
        path = f"/accounts/{client.account['account_id']}"
        assert (await refused(client.post(f"{path}/lock"))).status == 403
    administrator = await system.client("administrator")
    assert (await refused(administrator.get("/accounts/account-nobody"))).status == 404
    found = await administrator.get("/accounts", text="operator2")
    assert [one["username"] for one in found["items"]] == ["operator2"]


async def test_an_auditor_reads_names_masked(system: System) -> None:
    """In the list, of one account, and in the trail."""
    client, username = await at_work(system)
    auditor, account_id = await system.client("auditor"), client.account["account_id"]
    [listed] = (await auditor.get("/accounts", text=username))["items"]
    assert listed["name"] == (await auditor.get(f"/accounts/{account_id}"))["name"] == "王*"
    entries = (await auditor.get("/audit", actor=account_id))["items"]
    assert {one["name"] for one in entries} == {"王*"}


async def test_a_forgotten_password_is_set_anew_by_a_code(system: System) -> None:
    """For the accounts of that mobile; the proof serves once, and all sessions end."""
    phone, username, password, _ = await newcomer(system)
    client = await signs_in(system, username, password)
    await client.send("PUT", "/auth/password", json={"present": password, "password": CHOSEN})
    asked = await phone.ask(system.http, "password_reset")
    code = await phone.code()
    path = f"{API}/auth/codes/{asked.json()['code_id']}/proof"
    wrong = await system.http.post(path, json={"code": f"{(int(code) + 1) % 10**6:06d}"})
    assert wrong.json()["code"] == "code_wrong"
    proved = (await system.http.post(path, json={"code": code})).json()
    assert proved["usernames"] == [username]
    header = {"Mobile-Proof": proved["proof"]}

    async def reset(**body: str) -> httpx.Response:
        return await system.http.post(f"{API}/auth/password-reset", json=body, headers=header)

    other = await reset(username="operator", password="another-one-9")
    assert other.json()["code"] == "username_unknown"
    common = await reset(username=username, password="Password123")
    assert common.json()["code"] == "password_common"
    assert (await reset(username=username, password="another-one-9")).status_code == 204
    assert (await reset(username=username, password="another-one-8")).json()[
        "code"
    ] == "proof_ended"
    assert (await refused(client.get("/auth/me"))).status == 401
    await signs_in(system, username, "another-one-9")
