"""How much one account may have under way, and that nothing of it stays when a client is gone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from time import monotonic

import httpx
import pytest

from examples.client import API, Client
from services.gateway.adapters.concurrency_limit import CALLS, STREAMS
from tests.flows.conftest import System
from tests.flows.test_audit import newcomer
from tests.processes import CAPTCHA

TIMEOUT_SECONDS = 30.0
LONG = 20.0
"""Seconds for which a call waits for an event that does not come."""


@pytest.fixture
async def account(system: System, request: pytest.FixtureRequest) -> AsyncIterator[Client]:
    """Return an account that nobody else uses, over connections of its own."""
    username, password = await newcomer(
        system, 7300 + request.node.session.items.index(request.node)
    )
    async with httpx.AsyncClient(base_url=system.address, timeout=60) as http:
        client = await Client.sign_in(http, username, password, CAPTCHA)
        http.headers["Authorization"] = f"Bearer {client.token}"
        yield client


@asynccontextmanager
async def following(client: Client) -> AsyncIterator[httpx.Response]:
    """Follow a stream."""
    async with client.http.stream("GET", f"{API}/events") as response:
        # Kept until the end: a stream that nobody reads from any more is closed.
        lines = response.aiter_lines()
        if response.is_success:
            assert await anext(lines)
        else:
            await response.aread()
        yield response
        del lines


@asynccontextmanager
async def waiting(client: Client, count: int) -> AsyncIterator[list[asyncio.Task[httpx.Response]]]:
    """Have so many calls under way, which wait for events; they are broken off at the end."""
    feed = (await client.get("/event-feed"))["next"]
    calls = [
        asyncio.create_task(client.http.get(f"{API}/event-feed?after={feed}&wait={LONG}"))
        for _ in range(count)
    ]
    try:
        yield calls
    finally:
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)


async def until_answered(client: Client, status: int) -> httpx.Response:
    """Call until the answer is of that status."""
    end = monotonic() + TIMEOUT_SECONDS
    while True:
        answer = await client.http.get(f"{API}/auth/me")
        if answer.status_code == status:
            return answer
        assert monotonic() < end, f"still {answer.status_code}"
        await asyncio.sleep(0.05)


async def until_all_have_room(client: Client) -> None:
    """Return when as many calls as there may be are under way, and none of them was refused."""
    end = monotonic() + TIMEOUT_SECONDS
    while True:
        await until_answered(client, 200)
        # The server may not know yet that the clients of earlier calls are gone.
        async with waiting(client, CALLS - 1) as calls:
            for _ in range(3):
                # A call counts until the server has seen to its end, just after the answer.
                await until_answered(client, 200)
            if not any(one.done() for one in calls):
                return
        assert monotonic() < end
        await asyncio.sleep(0.5)


async def test_the_seventh_stream_is_refused_and_the_others_go_on(account: Client) -> None:
    """A problem that says what to do; when one of the six ends there is room."""
    async with AsyncExitStack() as stack:
        for _ in range(STREAMS - 1):
            assert (await stack.enter_async_context(following(account))).status_code == 200
        async with following(account) as sixth:
            assert sixth.status_code == 200
            async with following(account) as seventh:
                assert seventh.status_code == 429
                assert seventh.json()["code"] == "too_many_streams"
                assert "请" in seventh.json()["detail"]
                assert seventh.headers["content-type"] == "application/problem+json"
                assert int(seventh.headers["retry-after"]) > 0
            assert (await account.http.get(f"{API}/auth/me")).status_code == 200
        end = monotonic() + TIMEOUT_SECONDS
        while True:
            async with following(account) as another:
                if another.status_code == 200:
                    break
            assert monotonic() < end
            await asyncio.sleep(0.05)


async def test_the_twenty_first_call_is_refused_and_streams_are_not_among_them(
    account: Client,
) -> None:
    """Before it does anything; when the clients go away, their calls count no more."""
    async with AsyncExitStack() as stack:
        for _ in range(STREAMS):
            await stack.enter_async_context(following(account))
        async with waiting(account, CALLS):
            refused = await until_answered(account, 429)
            assert refused.json()["code"] == "too_many_requests"
            assert "请" in refused.json()["detail"]
            assert refused.headers["retry-after"] == "1"
            draft = await account.http.post(
                f"{API}/applications",
                json={"lines": [{"plan": "YWSH-20", "shares": 1}]},
                headers={"Idempotency-Key": "refused"},
            )
            assert draft.status_code == 429
        await until_answered(account, 200)
    assert (await account.get("/applications"))["items"] == []
    await until_all_have_room(account)


async def test_calls_that_fail_or_are_refused_are_not_counted_on(account: Client) -> None:
    """However many were."""
    for _ in range(CALLS + 1):
        assert (await account.http.get(f"{API}/applications/PRT9999999999")).status_code == 404
        assert (await account.http.get(f"{API}/audit")).status_code == 403
        assert (await account.http.get(f"{API}/applications?limit=x")).status_code == 422
    assert (await account.http.get(f"{API}/auth/me")).status_code == 200


async def test_one_account_does_not_take_the_others_share(system: System, account: Client) -> None:
    """And whoever has too much under way can still sign out."""
    async with waiting(account, CALLS):
        await until_answered(account, 429)
        other = await system.client("operator2")
        assert (await other.get("/auth/me"))["account_id"] == other.account["account_id"]
        assert (await account.http.post(f"{API}/auth/logout")).status_code == 204
