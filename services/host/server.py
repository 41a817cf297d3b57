"""How every service is served over HTTP, by uvicorn."""

import asyncio
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from shared.http.connections import Connection


class _Server(uvicorn.Server):
    """Ends where it was called when told to stop, so that what is below it is closed too."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take the signals without raising them again at the end."""
        loop = asyncio.get_running_loop()
        for one in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(one, self.handle_exit, one, None)
        try:
            yield
        finally:
            for one in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(one)


def server_config(
    app: FastAPI, host: str, port: int, connection: type[Connection] = Connection
) -> uvicorn.Config:
    """Say how every service is served."""
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        http=connection,
        log_config=None,
        lifespan="off",
        # It believes this machine, and takes any text for an address; the gateway reads them.
        proxy_headers=False,
        timeout_graceful_shutdown=10,
        # Longer than the gateway's client keeps an idle connection (15 s): one that is closed just
        # as it is used again fails a call that must not be repeated.
        timeout_keep_alive=75,
    )


async def serve(app: FastAPI, host: str, port: int) -> None:
    """Serve until the process is told to stop; what is in hand is finished."""
    server = _Server(server_config(app, host, port))
    # Streams look at this now and then: an open one is not to hold the end up.
    app.state.stopping = lambda: server.should_exit
    await server.serve()


def refuse_taken(host: str, port: int) -> None:
    """Say at once, not after everything has started, that somebody else listens there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            sys.exit(f"{host}:{port} cannot be used ({error.strerror}); choose another: --port")
