"""The client against a receiver on this machine, and against names that lead inside."""

import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from services.gateway.adapters.webhook_client import open_webhook_client

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Rebound(AbstractResolver):
    """A name server that says whatever an attacker likes."""

    def __init__(self, *addresses: str) -> None:
        self._addresses = addresses

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Say it."""
        return [
            ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=0)
            for address in self._addresses
        ]

    async def close(self) -> None:
        """Have nothing to close."""


@asynccontextmanager
async def answering(answer: Answer) -> AsyncIterator[int]:
    """Run a receiver; returns its port."""
    app = web.Application()
    app.router.add_post("/hook", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield int(runner.addresses[0][1])
    await runner.cleanup()


async def test_a_name_is_checked_by_the_address_that_it_leads_to() -> None:
    """At the moment of connecting, every time: a name that was public a second ago is no help."""
    asked: list[str] = []

    async def note(request: web.Request) -> web.Response:
        asked.append(request.host)
        return web.Response()

    async with answering(note) as port:
        for address in ("127.0.0.1", "10.0.0.1", "169.254.169.254"):
            async with open_webhook_client(loopback=False, resolver=Rebound(address)) as client:
                outcome = await client.post(f"http://receiver.example:{port}/hook", {}, b"{}")
                assert outcome.outcome == "address_refused"
        async with open_webhook_client(loopback=False) as client:
            for host in ("127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]"):
                outcome = await client.post(f"http://{host}:{port}/hook", {}, b"{}")
                assert outcome.outcome == "address_refused", host
            outcome = await client.post(f"http://2130706433:{port}/hook", {}, b"{}")
            assert not outcome.delivered
        assert asked == []
        both = Rebound("10.0.0.1", "127.0.0.1")
        async with open_webhook_client(loopback=True, resolver=both) as client:
            assert (await client.post(f"http://x.example:{port}/hook", {}, b"{}")).delivered
        assert asked == [f"x.example:{port}"]


@pytest.mark.parametrize("status", [200, 204, 299, 301, 302, 307, 404, 410, 500, 503])
async def test_only_a_status_of_200_to_299_is_a_delivery(status: int) -> None:
    """A redirect is not followed."""
    calls: list[int] = []

    async def answer(_: web.Request) -> web.Response:
        calls.append(1)
        return web.Response(status=status, headers={"Location": "/hook"})

    async with answering(answer) as port, open_webhook_client(loopback=True) as client:
        outcome = await client.post(f"http://127.0.0.1:{port}/hook", {}, b"{}")
    assert (outcome.status, outcome.delivered, len(calls)) == (status, status < 300, 1)


async def test_a_receiver_that_never_ends_its_answer_is_not_listened_to() -> None:
    """The status counts; what follows is not read, however much it is."""

    async def pour(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while request.transport is not None:
            await response.write(b"x" * 65536)
        return response

    async with answering(pour) as port, open_webhook_client(loopback=True) as client:
        outcome = await client.post(f"http://127.0.0.1:{port}/hook", {}, b"{}")
    assert outcome.delivered


async def test_who_does_not_answer_in_time_or_at_all_is_said_so() -> None:
    """Timeout, refused connection, a port that speaks no TLS."""
    let_go = []

    async def hang(request: web.Request) -> web.Response:
        let_go.append(await request.content.read(100))
        raise ConnectionResetError

    async with answering(hang) as port, open_webhook_client(loopback=True, seconds=2) as client:
        broken = await client.post(f"http://127.0.0.1:{port}/hook", {}, b"{}")
        plain = await client.post(f"https://127.0.0.1:{port}/hook", {}, b"{}")
    assert broken.outcome in ("status", "unreachable")
    assert plain.outcome == "tls"
    async with open_webhook_client(loopback=True) as client:
        gone = await client.post(f"http://127.0.0.1:{port}/hook", {}, b"{}")
    assert (gone.outcome, gone.status) == ("unreachable", None)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        place = f"http://127.0.0.1:{silent.getsockname()[1]}/hook"
        async with open_webhook_client(loopback=True, seconds=0.2) as client:
            assert (await client.post(place, {}, b"{}")).outcome == "timeout"
