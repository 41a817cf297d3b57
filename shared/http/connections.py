"""Limits of connections, against clients that are slow on purpose."""

from asyncio import TimerHandle, Transport
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class Connection(HttpToolsProtocol):
    """Closes a connection whose request head takes too long or is too large.

    The time of the first head runs from the connection's beginning, that of the next ones from
    their first byte: between requests uvicorn's keep-alive holds.
    """

    head_seconds = 10.0
    head_bytes = 64 * 1024
    """Of a head, and of chunk sizes and trailers around a body."""

    def __init__(self, *arguments: Any, **more: Any) -> None:  # noqa: ANN401 - uvicorn's
        super().__init__(*arguments, **more)
        self._in_head = True
        self._size = 0
        self._timer: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Expect the first request."""
        super().connection_made(transport)
        self._start_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take a part of a request, or several."""
        if self._in_head:
            # Also for line breaks before a request, which the parser skips.
            self._start_timer()
        self._size += len(data)
        super().data_received(data)
        if self._size <= self.head_bytes:
            return
        if self._in_head:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        else:
            # The application may be answering.
            self.transport.close()

    def on_message_begin(self) -> None:
        """Begin a head, of one that came with the end of another request too."""
        super().on_message_begin()
        self._start_timer()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; not from a trailer, which proxies before us have not looked at."""
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """End a head: what follows is the application's to take or refuse."""
        self._in_head = False
        self._stop_timer()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take a part of a body: how large it may be is the application's to say."""
        self._size = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Expect the next request."""
        super().on_message_complete()
        self._in_head, self._size = True, 0

    def _start_timer(self) -> None:
        if self._timer is None:
            self._timer = self.loop.call_later(self.head_seconds, self._too_slow)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _too_slow(self) -> None:
        self._timer = None
        if self.cycle is not None and not self.cycle.response_complete:
            # An answer is under way, and nothing is read meanwhile.
            self._start_timer()
            return
        if self._size:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT)
        else:
            # Browsers connect in advance, and would show a response to no request.
            self.transport.close()

    def _refuse(self, status: HTTPStatus) -> None:
        if self.transport.is_closing():
            return
        line = f"HTTP/1.1 {status.value} {status.phrase}\r\n"
        self.transport.write(f"{line}connection: close\r\ncontent-length: 0\r\n\r\n".encode())
        self.transport.close()
