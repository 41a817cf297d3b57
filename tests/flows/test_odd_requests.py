"""Requests that no client of ours sends: each is answered in words, none breaks anything."""

import asyncio
from urllib.parse import urlsplit

import pytest

from examples.client import API, ApiError, Client
from tests.flows.conftest import System
from tests.flows.stories import Desk, women

ODD = (b"\xe9\xff", b"", b"session=\xff; \x80", b"bytes=\xff-", b"Bearer \xff\x80", b'"\xe9"')
HEADERS = (
    b"Idempotency-Key",
    b"If-Match",
    b"If-None-Match",
    b"Last-Event-ID",
    b"traceparent",
    b"Accept",
    b"Accept-Language",
    b"Range",
    b"Content-Type",
    b"Cookie",
    b"Authorization",
    b"X-Forwarded-For",
    b"Origin",
)


async def status(
    system: System, method: str, target: str, body: bytes = b"", **headers: bytes
) -> int:
    """Send a request as it stands; returns the status, 0 when it was not even let in."""
    place = urlsplit(system.address)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    lines = {b"Host": b"x", b"Content-Length": b"%d" % len(body), b"Connection": b"close"}
    lines |= {name.replace("_", "-").encode(): value for name, value in headers.items()}
    written = b"".join(b"%s: %s\r\n" % line for line in lines.items())
    writer.write(f"{method} {target} HTTP/1.1\r\n".encode() + written + b"\r\n" + body)
    try:
        first = await asyncio.wait_for(reader.readline(), 30)
    finally:
        writer.close()
    return int(first.split()[1])


async def test_a_header_of_any_bytes_breaks_no_call(system: System) -> None:
    """Beyond ASCII, empty, or of another kind: a refusal at most."""
    operator = await system.client("operator2")
    number = await operator.draft(YWSH_20=1)
    usual = {
        "Authorization": f"Bearer {operator.token}".encode(),
        "Content_Type": b"application/json",
        "Idempotency_Key": b"odd",
    }
    for name in HEADERS:
        for value in ODD:
            for method, place in (
                ("POST", "/payments"),
                ("PUT", f"/applications/{number}/staff"),
                ("GET", "/events"),
                ("GET", "/auth/me"),
                ("POST", "/oauth/token"),
            ):
                body = b'{"staff": 3, "women": 1}' if method != "GET" else b""
                odd = usual | {name.decode().replace("-", "_"): value}
                answered = await status(system, method, API + place, body, **odd)
                assert answered < 500, (name, value, method, place)


@pytest.mark.parametrize("place", ["/applications", "/payments", "/webhooks"])
async def test_a_key_is_visible_ascii_or_the_call_is_refused(system: System, place: str) -> None:
    """By the gateway as by the owner, and the sentence says what a key is."""
    operator = await system.client("operator2")
    for key in ("é", "a b", "", "x" * 201):
        with pytest.raises(ApiError) as refusal:
            await operator.send(
                "POST", place, json={}, headers={"Idempotency-Key": key.encode("latin-1")}
            )
        assert refusal.value.status in ({403, 422} if place == "/webhooks" else {422})
        if refusal.value.status == 422:
            assert "ASCII" in refusal.value.detail


@pytest.mark.parametrize(
    "part",
    ["%2e%2e", "%2e", "..%2f..%2fplans", "%00", "%3fa=1", "%23", "%3b", "%5c..", "é", "x" * 300],
)
async def test_no_part_of_an_address_leads_elsewhere(system: System, part: str) -> None:
    """Dots, strokes, signs with a meaning, much too long: no such thing, never another's answer."""
    operator = await system.client("operator2")
    number = await operator.draft(YWSH_20=1)
    bearer = f"Bearer {operator.token}".encode()
    for place in (
        f"/applications/{number}/attachments/{part}",
        f"/imports/{part}/failures",
        f"/units/{part}",
        f"/templates/{part}",
        f"/billings/{number}/invoices/{part}/preview",
        f"/applications/{part}",
    ):
        target = API + place.replace("é", "%C3%A9")
        assert await status(system, "GET", target, Authorization=bearer) in {404, 422}, place


async def test_if_match_names_one_of_several_versions_or_any(system: System) -> None:
    """Any, one of several, one that a proxy made weak; what is no tag is refused."""
    operator = await system.client("operator2")
    path = f"/applications/{await operator.draft(YWSH_20=1)}/staff"
    body = {"staff": 3, "women": 1}

    async def changed(written: str) -> str:
        sent = {"If-Match": written}
        return (await operator.send("PUT", path, json=body, headers=sent)).headers["etag"]

    tag = await changed("*")
    tag = await changed(f'"0", {tag}')
    tag = await changed(f"W/{tag}")
    for written, expected in (('"0", "999"', 412), (tag.strip('"'), 422)):
        with pytest.raises(ApiError) as refusal:
            await changed(written)
        assert refusal.value.status == expected, written
    assert await changed(tag) != tag


async def test_what_is_no_number_is_not_taken_for_one(system: System) -> None:
    """`true` persons, money and days as numbers; told at the field."""
    desk = await Desk.of(system, "2")
    number = await desk.approved(women(2, seed=77), 5, 2, YWSH_20=1)
    line = {"plan": "YWSH-20", "persons": 1, "unit_price": "1.00"}
    payment = {"application_no": number, "amount": "40.00", "received_on": "2026-04-01"}
    invoices = f"/billings/{number}/preview"
    attempts: list[tuple[Client, str, dict[str, object], str]] = [
        (desk.operator, invoices, {"lines": [line | {"persons": True}]}, "lines.0.persons"),
        (desk.operator, invoices, {"lines": [line | {"unit_price": 1}]}, "lines.0.unit_price"),
        (desk.finance, "/payments/preview", payment | {"amount": 40}, "amount"),
        (desk.finance, "/payments/preview", payment | {"received_on": 20260401}, "received_on"),
        (desk.operator, "/applications", {"lines": [], "new_employment": 1}, "new_employment"),
    ]
    for client, place, body, field in attempts:
        with pytest.raises(ApiError) as refusal:
            await client.post(place, body)
        assert (refusal.value.status, refusal.value.field) == (422, field)
    most = {"plan": "YWSH-20", "persons": 10_000_000, "unit_price": "999999999999.99"}
    with pytest.raises(ApiError) as refusal:
        await desk.operator.post(invoices, {"lines": [most], "title": "青岛示例单位"})
    assert (refusal.value.status, refusal.value.code) == (422, "amount_too_large")


async def test_a_body_of_another_media_type_and_another_method_are_refused(system: System) -> None:
    """With what the call takes, and with the methods that the address has."""
    operator = await system.client("operator2")
    with pytest.raises(ApiError) as refusal:
        await operator.send("POST", "/applications", content=b'{"lines": []}')
    assert (refusal.value.status, refusal.value.code) == (415, "unsupported_media_type")
    assert "application/json" in refusal.value.detail
    with pytest.raises(ApiError) as refusal:
        await operator.send("DELETE", "/applications")
    assert refusal.value.status == 405
    assert refusal.value.response.headers["allow"] == "GET, POST"
