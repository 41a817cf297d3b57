"""How every service is served over HTTP, by uvicorn."""

import asyncio
import gc
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from shared.http.connections import Connection
from shared.runtime.log import get_logger

log = get_logger(__name__)


class _Server(uvicorn.Server):
    """Returns from `serve` when told to stop, so that its caller can close what it opened."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Handle the signals, without raising them again at the end."""
        loop = asyncio.get_running_loop()
        for one in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(one, self.handle_exit, one, None)
        try:
            yield
        finally:
            for one in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(one)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, and say where when that is a port that was free."""
        await super().startup(sockets)
        gc.collect()
        gc.set_threshold(10_000, 20, 20)
        gc.freeze()  # what is loaded stays: collections need not go through it
        if self.config.port == 0 and self.started:
            host, port, *_ = self.servers[0].sockets[0].getsockname()
            log.info("health_served", host=host, port=port)


def server_config(
    app: FastAPI, host: str, port: int, connection: type[Connection] = Connection
) -> uvicorn.Config:
    """Return uvicorn's configuration, the same for every service."""
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        http=connection,
        log_config=None,
        lifespan="off",
        # uvicorn trusts this machine and takes any text for an address; the gateway reads them.
        proxy_headers=False,
        timeout_graceful_shutdown=10,
        # Longer than the gateway's client keeps an idle connection (15 s): one that is closed just
        # as it is used again fails a call that must not be repeated.
        timeout_keep_alive=75,
    )


async def serve(app: FastAPI, host: str, port: int) -> None:
    """Serve until the process is told to stop; finish open requests. Port 0 is a free one."""
    server = _Server(server_config(app, host, port))
    # Streams check this, so that an open one does not delay the end.
    app.state.stopping = lambda: server.should_exit
    await server.serve()


def refuse_taken(host: str, port: int) -> None:
    """End the process at once, not after everything has started, when the port is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            sys.exit(
                f"{host}:{port} cannot be used ({error.strerror}); choose another: --port 8080,"
                ' with make: ARGS="--port 8080"'
            )
