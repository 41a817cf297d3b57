"""Clients that are slow on purpose, over raw sockets."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import pytest
import uvicorn
from fastapi import FastAPI, Request

from services.host.server import server_config
from shared.http.connections import Connection

REQUEST = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"
TIMEOUT_SECONDS = 30.0
"""Seconds after which a test gives up."""


class Hasty(Connection):
    """With a limit that a test can wait for."""

    head_seconds = 0.3


class Patient(Connection):
    """With a limit that no test reaches: what is refused is refused for another reason."""

    head_seconds = 600.0


class Wire:
    """A connection to the server, byte by byte."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def send(self, data: bytes) -> None:
        """Send it; the other side may be gone."""
        with suppress(ConnectionError):
            self._writer.write(data)
            await self._writer.drain()

    async def answer(self) -> bytes:
        """Read one answer with its body."""
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        return head + await self._reader.readexactly(length)

    async def rest(self) -> bytes:
        """Read until the server closes."""
        with suppress(ConnectionError):
            return await self._reader.read()
        return b""

    @property
    def is_closed(self) -> bool:
        """Return whether the server has closed."""
        return self._reader.at_eof() or self._reader.exception() is not None


app = FastAPI()


@app.api_route("/", methods=["GET", "POST"])
async def _root(request: Request) -> int:
    return len(await request.body())


@app.post("/headers")
async def _headers(request: Request) -> int:
    await request.body()
    return int("x-forwarded-for" in request.headers)


@app.get("/held")
async def _held(request: Request) -> int:
    await request.app.state.released.wait()
    return 1


@asynccontextmanager
async def opened(connection: type[Connection]) -> AsyncIterator[Callable[[], asyncio.Future[Wire]]]:
    """Serve; returns how to connect."""
    listening = socket.create_server(("127.0.0.1", 0))
    host, port = listening.getsockname()
    server = uvicorn.Server(server_config(app, host, port, connection))
    serving = asyncio.create_task(server.serve([listening]))
    writers: list[asyncio.StreamWriter] = []

    async def connect() -> Wire:
        reader, writer = await asyncio.open_connection(host, port)
        writers.append(writer)
        return Wire(reader, writer)

    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            yield lambda: asyncio.ensure_future(connect())
    finally:
        for writer in writers:
            writer.close()
        server.should_exit = True
        await serving


async def trickle(wire: Wire, text: bytes, pause: float) -> None:
    """Send a text again and again until the server closes."""
    while not wire.is_closed:
        await wire.send(text)
        await asyncio.sleep(pause)


@pytest.mark.parametrize(
    ("first", "then"),
    [(b"GET / HTTP/1.1\r\n", b"X-Slow: 1\r\n"), (b"", b"\r\n"), (b"G", b"")],
    ids=["headers one by one", "empty lines", "a letter and silence"],
)
async def test_a_head_that_does_not_end_is_closed(first: bytes, then: bytes) -> None:
    """However often something comes: the time counts from its beginning."""
    async with opened(Hasty) as connect:
        wire = await connect()
        await wire.send(first)
        sending = asyncio.create_task(trickle(wire, then, Hasty.head_seconds / 10))
        assert (await wire.rest()).startswith(b"HTTP/1.1 408 ")
        await sending


async def test_a_connection_that_asks_nothing_is_closed() -> None:
    """Without a word: browsers connect beforehand, and would show an answer to their user."""
    async with opened(Hasty) as connect:
        assert await (await connect()).rest() == b""


async def test_between_requests_a_connection_stays_open() -> None:
    """Longer than a head may take: the gateway itself keeps its connections."""
    async with opened(Hasty) as connect:
        wire, witness = await connect(), await connect()
        await wire.send(REQUEST)
        assert (await wire.answer()).endswith(b"\r\n\r\n0")
        await witness.rest()
        assert not wire.is_closed
        await wire.send(REQUEST)
        assert (await wire.answer()).endswith(b"\r\n\r\n0")


@pytest.mark.parametrize("then", [b"GET / HTTP/1.1\r\nX-Slow:", b"\r\n"])
async def test_the_next_head_has_its_own_time(then: bytes) -> None:
    """A good request first does not open the door."""
    async with opened(Hasty) as connect:
        wire = await connect()
        await wire.send(REQUEST)
        await wire.answer()
        sending = asyncio.create_task(trickle(wire, then, Hasty.head_seconds / 10))
        assert (await wire.rest()).startswith(b"HTTP/1.1 408 ")
        await sending


async def test_a_body_may_take_longer_than_a_head() -> None:
    """An upload over a slow line is no attack."""
    async with opened(Hasty) as connect:
        wire, witness = await connect(), await connect()
        await wire.send(b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 4\r\n\r\nab")
        await witness.rest()
        await wire.send(b"cd")
        assert (await wire.answer()).endswith(b"\r\n\r\n4")


async def test_requests_that_come_together_are_all_answered() -> None:
    """The second one's head ends with the first's body, and has no time to run out."""
    async with opened(Hasty) as connect:
        wire, witness = await connect(), await connect()
        await wire.send(REQUEST + REQUEST)
        for _ in range(2):
            assert (await wire.answer()).startswith(b"HTTP/1.1 200 ")
        await witness.rest()
        assert not wire.is_closed


async def test_a_head_that_begins_with_another_request_has_its_time_too() -> None:
    """It came in one piece with the one before it; that one is answered, however long it takes."""
    app.state.released = asyncio.Event()
    async with opened(Hasty) as connect:
        wire, witness = await connect(), await connect()
        await wire.send(REQUEST.replace(b"/ ", b"/held ", 1) + REQUEST[:7])
        await witness.rest()
        await (await connect()).rest()
        assert not wire.is_closed
        app.state.released.set()
        assert (await wire.answer()).endswith(b"\r\n\r\n1")
        assert await wire.rest() == b""


@pytest.mark.parametrize("before", [0, 1])
async def test_a_head_that_grows_without_end_is_refused(before: int) -> None:
    """In a while it would be all memory; the next one on the same connection too."""
    begin = b"GET / HTTP/1.1\r\nX-Large: "
    async with opened(Patient) as connect:
        wire = await connect()
        for _ in range(before):
            await wire.send(REQUEST)
            await wire.answer()
        await wire.send(begin + b"x" * (Patient.head_bytes - len(begin)))
        assert not wire.is_closed
        await wire.send(b"x")
        assert (await wire.rest()).startswith(b"HTTP/1.1 431 ")


async def test_a_large_but_usual_head_is_served() -> None:
    """Cookies of others come along."""
    async with opened(Patient) as connect:
        wire = await connect()
        await wire.send(REQUEST[:-2] + b"Cookie: " + b"x" * (32 * 1024) + b"\r\n\r\n")
        assert (await wire.answer()).startswith(b"HTTP/1.1 200 ")


IN_PARTS = b"POST / HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("before", "without_end"),
    [(b"1\r\nx\r\n0\r\n", b"X-More: 1\r\n"), (b"0\r\nX-Large: ", b"x"), (b"1;", b"x")],
    ids=["trailers", "one long trailer", "the size of a part"],
)
async def test_what_stands_around_a_body_does_not_grow_without_end(
    before: bytes, without_end: bytes
) -> None:
    """In a while it would be all memory: it is closed, and nobody has been asked who this is."""
    async with opened(Patient) as connect:
        wire = await connect()
        await wire.send(IN_PARTS + before)
        sent = 0
        while not wire.is_closed and sent < 100 * Patient.head_bytes:
            piece = without_end * (4096 // len(without_end))
            await wire.send(piece)
            sent += len(piece)
        assert await wire.rest() == b""
        assert sent < 100 * Patient.head_bytes


async def test_a_trailer_is_no_header() -> None:
    """Though it comes before the application looks at them."""
    async with opened(Patient) as connect:
        wire = await connect()
        sent = (
            IN_PARTS.replace(b"/ ", b"/headers ", 1) + b"0\r\nX-Forwarded-For: 203.0.113.7\r\n\r\n"
        )
        await wire.send(sent)
        assert (await wire.answer()).endswith(b"\r\n\r\n0")


async def test_a_body_may_come_in_as_many_parts_as_it_likes() -> None:
    """What stands around all of them is more than a head may be; around one it is little."""
    count = 2 * Patient.head_bytes // len(b"1\r\nx\r\n")
    async with opened(Patient) as connect:
        wire = await connect()
        await wire.send(IN_PARTS)
        for _ in range(count):
            await wire.send(b"1\r\nx\r\n")
        await wire.send(b"0\r\nX-Digest: 1\r\n\r\n")
        assert (await wire.answer()).endswith(f"\r\n\r\n{count}".encode())
