"""Strangers read at the gateway which events there are, without signing in."""

import json
import re
from typing import Any

import httpx
from jsonschema import Draft202012Validator

from services.host.apidocs import FOLDER
from shared.contracts.events import all_events, public_events
from tests.flows.conftest import System

OUTSIDE = re.compile(r"(?:src|srcset|action)=|url\(|@import|<link|<script", re.IGNORECASE)


def _written(name: str) -> Any:  # noqa: ANN401 - any JSON
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


async def _get(system: System, path: str) -> httpx.Response:
    """Ask as someone whom nobody knows."""
    async with httpx.AsyncClient(base_url=system.address) as stranger:
        return await stranger.get(path)


async def test_the_page_names_every_public_event_and_what_is_promised(system: System) -> None:
    """With the meaning of each field, an example and a link to the schema that answers."""
    answer = await _get(system, "/events/docs")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    page = answer.text
    for event in public_events():
        assert f'<article id="{event.topic}">' in page
        assert f'href="schemas/{event.topic}.json"' in page
        assert f"&#34;type&#34;: &#34;{event.topic}&#34;" in page
    for event in all_events():
        assert event.public or event.topic not in page
    for promise in ("At least once", "sequence", "union.events.log", "400 days", "至少送达一次"):
        assert promise in page
    assert "统一社会信用代码" in page


async def test_the_page_needs_nothing_from_elsewhere(system: System) -> None:
    """No script, style, picture or font of another place; the policy refuses them too."""
    answer = await _get(system, "/events/docs")
    assert OUTSIDE.findall(answer.text) == []
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


async def test_links_of_the_page_lead_somewhere(system: System) -> None:
    """Every place of the page that it refers to exists."""
    page = (await _get(system, "/events/docs")).text
    places = set(re.findall(r'id="([^"]+)"', page))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= places
    for path in set(re.findall(r'href="([a-z/.]+\.json)"', page)):
        assert (await _get(system, f"/events/{path}")).status_code == 200, path


async def test_machines_read_the_same_documents_as_in_the_repository(system: System) -> None:
    """AsyncAPI and a JSON Schema per event, word by word."""
    answer = await _get(system, "/events/asyncapi.json")
    assert answer.json() == _written("events.asyncapi.json")
    for event in public_events():
        answer = await _get(system, f"/events/schemas/{event.topic}.json")
        assert answer.headers["content-type"] == "application/schema+json"
        assert answer.json() == _written(f"events/{event.topic}.schema.json")
        Draft202012Validator.check_schema(answer.json())


async def test_what_is_not_public_has_no_schema(system: System) -> None:
    """Work events and made-up topics alike, with a sentence that says where to look."""
    for topic in ("documents.document.render_requested.v1", "nothing.v1"):
        answer = await _get(system, f"/events/schemas/{topic}.json")
        assert answer.status_code == 404
        assert "/events/docs" in answer.json()["detail"]
