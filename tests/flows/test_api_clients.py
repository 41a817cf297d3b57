"""Other systems of the union are let in by id and secret, to events and to nothing else."""

import asyncio
import re

import httpx
import pytest

from examples.client import API, ApiError, Client
from services.gateway.api.forwarding import ROUTES
from tests.flows.conftest import System
from tests.flows.receiver import api_client

LEAVING = "/auth/logout"
"""Ends a session, whoever's it is."""
CLIENTS = ("/event-feed", "/events", "/webhooks")
GRANT = {"grant_type": "client_credentials"}


async def closed_calls(http: httpx.AsyncClient) -> set[tuple[str, str]]:
    """List every call, the gateway's own and those passed on, that is for people only."""
    paths = (await http.get("/openapi.json")).json()["paths"]
    calls = {
        (method.upper(), path.removeprefix(API))
        for path, found in paths.items()
        for method, call in found.items()
        if call.get("security") != []
    }
    calls |= {(route.method, route.path) for route in ROUTES if not route.is_open}
    return {
        (method, path) for method, path in calls if path != LEAVING and not path.startswith(CLIENTS)
    }


async def test_a_client_reads_events_and_is_refused_everywhere_else(system: System) -> None:
    """Every call of every service, one by one; as anybody else without a token, too."""
    client = await api_client(system)
    assert (await client.get("/event-feed"))["items"] is not None
    calls = await closed_calls(system.http)
    assert len(calls) > 40
    bearer = {"Authorization": f"Bearer {client.token}", "Idempotency-Key": "x"}
    async with httpx.AsyncClient(base_url=system.address) as nobody:
        for method, path in sorted(calls):
            place = API + re.sub(r"\{.*?\}", "1", path)
            answer = await system.http.request(method, place, headers=bearer)
            assert answer.status_code == 403, f"{method} {path}: {answer.text}"
            answer = await nobody.request(method, place)
            assert answer.status_code == 401, f"{method} {path}: {answer.text}"


async def test_people_cannot_subscribe(system: System) -> None:
    """Webhooks are for systems; the screen has its own live updates."""
    for name in ("operator", "office", "administrator"):
        with pytest.raises(ApiError) as refusal:
            await (await system.client(name)).get("/webhooks")
        assert refusal.value.status == 403


async def test_a_client_sees_its_own_office_only(system: System) -> None:
    """Of another office it sees nothing."""
    await (await system.client("operator2")).draft(YWSH_20=1)
    assert (await (await api_client(system, "外地系统", "0099")).get("/event-feed"))["items"] == []


async def test_wrong_credentials_are_answered_as_the_standard_says(system: System) -> None:
    """RFC 6749: codes, status, challenge; nothing may be stored."""
    client = await api_client(system)
    good = client.account
    for form, basic, status, error in (
        ({**GRANT, **good, "client_secret": "x"}, None, 401, "invalid_client"),
        ({**GRANT, "client_id": "nobody", "client_secret": "x"}, None, 401, "invalid_client"),
        ({**GRANT, "client_id": "\u0000", "client_secret": "x"}, None, 401, "invalid_client"),
        (GRANT, None, 401, "invalid_client"),
        (GRANT, (good["client_id"], "wrong"), 401, "invalid_client"),
        ({**GRANT, **good}, (good["client_id"], good["client_secret"]), 400, "invalid_request"),
        (good, None, 400, "invalid_request"),
        ({**good, "grant_type": "password"}, None, 400, "unsupported_grant_type"),
    ):
        auth = httpx.BasicAuth(*basic) if basic else httpx.USE_CLIENT_DEFAULT
        answer = await system.http.post(f"{API}/oauth/token", data=form, auth=auth)
        assert (answer.status_code, answer.json()["error"]) == (status, error)
        assert answer.headers["cache-control"] == "no-store"
        assert ("www-authenticate" in answer.headers) == (status == 401)
    answer = await system.http.post(
        f"{API}/oauth/token", data=GRANT, auth=(good["client_id"], good["client_secret"])
    )
    assert answer.json().keys() == {"access_token", "token_type", "expires_in"}
    assert answer.json()["token_type"] == "Bearer"
    assert 3590 <= answer.json()["expires_in"] <= 3600


async def test_guessing_a_secret_ends_after_five_tries(system: System) -> None:
    """As at sign-in; the right one is refused too, for a while."""
    good = (await api_client(system, "被猜系统")).account
    for _ in range(5):
        wrong = {**GRANT, **good, "client_secret": "wrong"}
        assert (await system.http.post(f"{API}/oauth/token", data=wrong)).status_code == 401
    answer = await system.http.post(f"{API}/oauth/token", data={**GRANT, **good})
    assert (answer.status_code, answer.json()["error"]) == (429, "slow_down")
    assert answer.headers["retry-after"]


async def test_a_client_may_ask_for_many_tokens_at_once(system: System) -> None:
    """Its processes all start together, say: only failures are counted."""
    good = (await api_client(system, "齐启系统")).account
    answers = await asyncio.gather(
        *(system.http.post(f"{API}/oauth/token", data={**GRANT, **good}) for _ in range(12))
    )
    assert [answer.status_code for answer in answers] == [200] * 12


async def test_people_and_clients_have_doors_of_their_own(system: System) -> None:
    """A password opens no token, a client's secret no session."""
    good = (await api_client(system)).account
    with pytest.raises(ApiError) as refusal:
        await Client.sign_in(system.http, good["client_id"], good["client_secret"], "2468")
    assert refusal.value.code == "credentials_wrong"
    office = {**GRANT, "client_id": "agency3", "client_secret": system.passwords["agency3"]}
    assert (await system.http.post(f"{API}/oauth/token", data=office)).status_code == 401


async def test_a_revoked_client_is_out_at_once(system: System) -> None:
    """Its token too; the list says so."""
    client = await api_client(system, "停用系统")
    client_id = client.account["client_id"]
    await system.command("clients", "revoke", client_id)
    with pytest.raises(ApiError) as refusal:
        await client.get("/event-feed")
    assert refusal.value.status == 401
    listed = (await system.command("clients", "list")).splitlines()
    assert [line.split()[2] for line in listed if client_id in line] == ["revoked"]
