"""A TCP proxy before RabbitMQ that can cut connections, also between a publish and its confirm."""

import asyncio
from contextlib import suppress

CHUNK = 64 * 1024


class Proxy:
    """Forwards every connection to a port of this machine; `lost` counts those that it cut."""

    def __init__(self, port: int) -> None:
        self._upstream = port
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._answers = asyncio.Event()
        self._answers.set()
        self.lost = 0

    async def start(self) -> int:
        """Listen on a free port and return it."""
        self._server = await asyncio.start_server(self._pass, "127.0.0.1", 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def stop(self) -> None:
        """Cut all connections and stop listening."""
        assert self._server is not None
        self._server.close()
        self.cut()
        await self._server.wait_closed()

    def cut(self) -> None:
        """Cut all connections."""
        self.lost += len(self._writers) // 2
        for writer in self._writers:
            writer.transport.abort()

    async def cut_before_answers(self, seconds: float) -> None:
        """Hold back RabbitMQ's responses for `seconds`, then cut all connections."""
        self._answers.clear()
        await asyncio.sleep(seconds)
        self.cut()
        self._answers.set()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            upstream_reader, upstream_writer = await asyncio.open_connection(
                "127.0.0.1", self._upstream
            )
        except OSError:
            writer.transport.abort()
            return
        both = {writer, upstream_writer}
        self._writers |= both
        try:
            await asyncio.gather(
                self._pump(reader, upstream_writer, answers=False),
                self._pump(upstream_reader, writer, answers=True),
            )
        finally:
            self._writers -= both
            for one in both:
                one.transport.abort()

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, answers: bool
    ) -> None:
        with suppress(OSError):
            while data := await reader.read(CHUNK):
                if answers:
                    await self._answers.wait()
                writer.write(data)
                await writer.drain()
        writer.transport.abort()
