"""What the gateway answers beside the API: pages, its documentation, and nothing else."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from examples.demo import ready
from services.gateway.handlers.sessions import admit
from services.host.demo import demo_data
from services.host.embedded import embedded
from services.host.maintenance import embedded_settings, seed
from shared.runtime.embedded_postgres import embedded_postgres
from tests.flows.conftest import System, served
from tests.flows.test_catalogue import OUTSIDE

NOBODYS = (
    "/api",
    "/api/",
    "/api/v1",
    "/api/v1/nothing",
    "/api/v2/applications",
    "/redoc",
    "/.git/config",
    "/.env",
    "/wp-login.php",
    "/favicon.ico",
    "/index.html",
    "/addresses.json",
    "/assets/",
    "/assets/nothing.js",
    "/assets/../index.html",
    "/%2e%2e/pyproject.toml",
    "//applications",
    "/applicationsx",
    "/events/nothing",
    "/docs/oauth2-redirect",
)
OURS = ("/", "/api/docs", "/events/docs")


async def _ask(system: System, method: str, path: str) -> httpx.Response:
    """Ask as someone whom nobody knows, for exactly this address."""
    async with httpx.AsyncClient() as stranger:
        return await stranger.request(method, system.address + path)


@pytest.mark.parametrize("path", NOBODYS)
async def test_what_is_nobodys_address_is_a_404_problem(system: System, path: str) -> None:
    """Not the web UI's page: who looks for holes, and who mistypes an address, is told so."""
    answer = await _ask(system, "GET", path)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"] == "没有这个地址，请检查后重试。"
    head = await _ask(system, "HEAD", path)
    assert (head.status_code, head.content) == (404, b"")


@pytest.mark.parametrize("path", OURS)
async def test_a_page_can_be_asked_for_without_its_content(system: System, path: str) -> None:
    """As monitors do: the same headers, no body."""
    got, head = await _ask(system, "GET", path), await _ask(system, "HEAD", path)
    assert (got.status_code, head.status_code, head.content) == (200, 200, b"")
    assert got.headers["content-type"] == head.headers["content-type"]
    assert head.headers["content-type"].startswith("text/html")
    assert (await _ask(system, "POST", path)).status_code == 405


async def test_where_people_look_for_the_documentation_leads_there(system: System) -> None:
    """FastAPI's own page, which loads scripts from elsewhere, is not served."""
    answer = await _ask(system, "GET", "/docs")
    assert (answer.status_code, answer.headers["location"]) == (307, "/api/docs")


async def test_the_documentation_has_every_call(system: System) -> None:
    """With its parameters, what it takes, what it answers, and the rules for all of them."""
    page = (await _ask(system, "GET", "/api/docs")).text
    for methods in system.description.document["paths"].values():
        for call in methods.values():
            article = page.partition(f'<article id="{call["operationId"]}">')[2]
            article = article.partition("</article>")[0]
            text = re.sub(r"<[^>]*>", "", article)
            assert call["summary"].split("`")[0] in text.replace("&#39;", "'"), call["operationId"]
            for parameter in call.get("parameters", ()):
                assert parameter["name"] in text
            for status in call["responses"]:
                assert status in text or status >= "4", (call["operationId"], status)
    for shape in ("NewPayment", "WholeApplication"):
        assert shape in re.sub(r"<wbr>", "", page)
    for rule in ("Idempotency-Key", "If-Match", "cursor", "95.00", "captcha", "problem+json"):
        assert rule in page


async def test_fields_of_bodies_and_answers_are_documented(system: System) -> None:
    """At any depth, with what OpenAPI says about them."""
    page = (await _ask(system, "GET", "/api/docs")).text.replace("<wbr>", "")
    payment = page.partition('<article id="post_payment">')[2].partition("</article>")[0]
    for name in ("application_no", "amount", "received_on", "payment_id"):
        assert f"<code>{name}</code>" in payment
    assert "decimal string" in payment
    whole = page.partition('<article id="get_application">')[2].partition("</article>")[0]
    for name in ("version", "lines[].fee", "attachments[].attachment_id"):
        assert f"<code>{name}</code>" in whole


async def test_the_documentation_needs_nothing_from_elsewhere(system: System) -> None:
    """No script, style, picture or font of another place; all its places are there."""
    answer = await _ask(system, "GET", "/api/docs")
    assert OUTSIDE.findall(answer.text) == []
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    places = re.findall(r'id="([^"]+)"', answer.text)
    assert len(places) == len(set(places))
    assert set(re.findall(r'href="#([^"]+)"', answer.text)) <= set(places)
    for path in set(re.findall(r'href="(/[^"]+)"', answer.text)):
        assert (await _ask(system, "GET", path)).status_code == 200, path


@asynccontextmanager
async def _in_production(folder: Path) -> AsyncIterator[tuple[httpx.AsyncClient, str]]:
    """Run a system as people depend on it; returns it with the token of an operator."""
    settings = embedded_settings(folder, mode="production")
    data = demo_data(None)
    [password] = [one["password"] for one in data["accounts"] if one["username"] == "operator2"]
    with embedded_postgres(folder / "postgres") as postgres:
        async with embedded(settings, postgres) as host:
            await seed(host.services.values(), data)
            gateway = host.services["gateway"]
            # By the door behind the captcha, whose answer nobody knows here.
            admitted = await admit("operator2", password, gateway.transactions, client=False)
            assert admitted is not None
            async with served(host.app) as address, httpx.AsyncClient(base_url=address) as http:
                await ready(http)
                yield http, admitted[1]


async def test_in_production_the_documentation_is_for_who_is_signed_in(folder: Path) -> None:
    """A problem that says so to others, to programs and browsers alike; then all is there."""
    async with _in_production(folder / "production") as (http, token):
        for path in ("/api/docs", "/openapi.json"):
            for sent in ({}, {"Cookie": "session=made-up"}, {"Authorization": "Bearer made-up"}):
                answer = await http.get(path, headers=sent)
                assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
                assert answer.headers["content-type"] == "application/problem+json"
            for sent in ({"Cookie": f"session={token}"}, {"Authorization": f"Bearer {token}"}):
                answer = await http.get(path, headers=sent)
                assert answer.status_code == 200
                assert "post_payment" in answer.text
                assert "private" in answer.headers["cache-control"]
        assert (await http.get("/events/docs")).status_code == 200
        assert (await http.get("/redoc")).status_code == 404
