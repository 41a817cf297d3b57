"""Where the outside begins: proxies, what browsers may keep, and how they come back."""

import asyncio
import re

import httpx
import pytest

from examples.client import API, ApiError, Client
from tests.flows.behind_proxy import by_itself, through_proxy
from tests.flows.conftest import System
from tests.flows.test_audit import newcomer, trail
from tests.processes import CAPTCHA, HSTS_SECONDS

HSTS = "strict-transport-security"
DISTRICTS = "/api/v1/districts"
MAY_BE_KEPT = {
    DISTRICTS,
    "/assets/none.js",
    "/events/docs",
    "/events/asyncapi.json",
    "/openapi.json",
    "/api/docs",
    "/",
}
"""The web UI, descriptions and the districts of the country, which are about nobody."""


async def came(http: httpx.AsyncClient, username: str, password: str) -> str:
    """Sign in; returns the refusal's code, or `in`."""
    try:
        await Client.sign_in(http, username, password, CAPTCHA)
    except ApiError as refusal:
        return refusal.code
    return "in"


async def test_behind_a_trusted_proxy_the_trail_has_the_clients_address(system: System) -> None:
    """The nearest that is no proxy's; what the client itself wrote before counts for nothing."""
    username, password = await newcomer(system, 7201)
    for forwarded, address in (
        ("203.0.113.7", "203.0.113.7"),
        ("198.51.100.1, 203.0.113.8", "203.0.113.8"),
        ("[2001:db8::7]:4711", "2001:db8::7"),
        ("nonsense", "127.0.0.2"),
    ):
        async with through_proxy(system, x_forwarded_for=forwarded) as http:
            await Client.sign_in(http, username, password, CAPTCHA)
        assert (await trail(system, actor=username))[-1]["address"] == address


async def test_who_is_no_trusted_proxy_is_the_client(system: System) -> None:
    """Whatever it says of others, from this machine too."""
    username, password = await newcomer(system, 7202)
    async with by_itself(system, x_forwarded_for="203.0.113.7") as http:
        await Client.sign_in(http, username, password, CAPTCHA)
    assert (await trail(system, actor=username))[-1]["address"] == "127.0.0.3"


async def test_clients_behind_one_proxy_do_not_share_their_tries(system: System) -> None:
    """One guesses until it is refused; the other comes in with the right password."""
    username, password = await newcomer(system, 7203)
    async with through_proxy(system, x_forwarded_for="203.0.113.21") as guesser:
        codes = [await came(guesser, username, "wrong") for _ in range(5)]
        assert codes == ["credentials_wrong"] * 5
        assert await came(guesser, username, password) == "too_many_tries"
    async with through_proxy(system, x_forwarded_for="203.0.113.22") as colleague:
        assert await came(colleague, username, password) == "in"


async def test_a_guesser_gets_no_more_tries_by_forging_addresses(system: System) -> None:
    """Neither by itself nor behind a trusted proxy, which adds where it really comes from."""
    username, _ = await newcomer(system, 7204)
    by_proxy = "198.51.100.{}, 203.0.113.23"
    for guesser, forwarded in ((by_itself, "198.51.100.{}"), (through_proxy, by_proxy)):
        codes = []
        for number in range(6):
            async with guesser(system, x_forwarded_for=forwarded.format(number)) as http:
                codes.append(await came(http, username, "wrong"))
        assert codes == ["credentials_wrong"] * 5 + ["too_many_tries"]


async def test_a_name_that_is_tried_from_everywhere_lets_its_owner_in(system: System) -> None:
    """At home at once; at a new address after the wait that the refusal says."""
    username, password = await newcomer(system, 7205)
    async with through_proxy(system, x_forwarded_for="203.0.113.31") as home:
        assert await came(home, username, password) == "in"
        for number in range(10):
            forwarded = f"198.51.100.{number}"
            async with through_proxy(system, x_forwarded_for=forwarded) as attacker:
                assert await came(attacker, username, "wrong") == "credentials_wrong"
        assert await came(home, username, password) == "in"
    async with through_proxy(system, x_forwarded_for="203.0.113.32") as travelling:
        with pytest.raises(ApiError) as refusal:
            await Client.sign_in(travelling, username, password, CAPTCHA)
        problem = refusal.value
        assert (problem.status, problem.code) == (429, "turn_not_come")
        assert "秒" in problem.detail
        await asyncio.sleep(int(problem.response.headers["retry-after"]))
        assert await came(travelling, username, password) == "in"


async def test_captchas_are_given_sixty_a_minute(system: System) -> None:
    """Then 429 with Retry-After; other clients of the proxy get theirs."""
    async with through_proxy(system, x_forwarded_for="203.0.113.41") as http:
        answers = await asyncio.gather(*(http.post(f"{API}/auth/captcha") for _ in range(62)))
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(refused) == 2
    for answer in refused:
        assert answer.json()["code"] == "too_many_captchas"
        assert answer.headers["content-type"] == "application/problem+json"
        assert 1 <= int(answer.headers["retry-after"]) <= 60
    async with through_proxy(system, x_forwarded_for="203.0.113.42") as http:
        assert (await http.post(f"{API}/auth/captcha")).status_code == 200


async def test_browsers_that_came_by_https_are_told_to_insist(system: System) -> None:
    """As the proxy says it; over http they would pass it over, and nobody else is believed."""
    for path in ("/", "/api/v1/plans", "/nowhere"):
        async with through_proxy(system, x_forwarded_proto="https") as http:
            assert (await http.get(path)).headers[HSTS] == f"max-age={HSTS_SECONDS}"
        async with through_proxy(system, x_forwarded_proto="http") as http:
            assert HSTS not in (await http.get(path)).headers
        async with by_itself(system, x_forwarded_proto="https") as http:
            assert HSTS not in (await http.get(path)).headers


async def test_the_proxys_scheme_is_that_of_where_one_is_sent(system: System) -> None:
    """An address with a stroke too many does not lead from https to http."""
    async with through_proxy(system, x_forwarded_proto="https") as http:
        answer = await http.get("/api/v1/plans/")
        assert answer.status_code == 307
        assert answer.headers["location"].startswith("https://")


@pytest.mark.parametrize("account", [None, "operator2", "finance", "administrator"])
async def test_no_answer_of_the_api_may_be_kept(system: System, account: str | None) -> None:
    """Every call that is described, whatever comes of it; nor is it taken for another kind of file.

    All other flow tests look at this too, on every answer that they get (`conftest`).
    """
    headers = {}
    if account:
        headers["Authorization"] = f"Bearer {(await system.client(account)).token}"
    calls = [
        (method.upper(), re.sub(r"{\w+}", "PRT9999999999", path))
        for path, methods in system.description.document["paths"].items()
        for method in methods
        if (method, path) != ("post", "/api/v1/auth/logout") and path != DISTRICTS
    ]
    assert len(calls) > 50
    async with httpx.AsyncClient(base_url=system.address, headers=headers, timeout=60) as http:
        for method, path in calls:
            async with http.stream(method, path) as answer:
                assert answer.headers["cache-control"] == "no-store", (method, path)
                assert answer.headers["x-content-type-options"] == "nosniff", (method, path)


async def test_what_is_about_nobody_says_itself_how_long_it_may_be_kept(system: System) -> None:
    """Nothing of it is taken for another kind of file either."""
    for path in MAY_BE_KEPT:
        answer = await system.http.get(path)
        assert answer.headers["x-content-type-options"] == "nosniff", path
        if answer.is_success:
            assert answer.headers["cache-control"] != "no-store", path
