"""The client's address and scheme as a trusted proxy reports them; others are not believed."""

from collections.abc import Collection, MutableMapping
from typing import Any

from services.gateway.domain.client_address import Network, client_address, is_trusted

Scope = MutableMapping[str, Any]
SCHEMES = frozenset({b"http", b"https"})


class BehindProxy:
    """Replaces the proxy's address and scheme by the client's."""

    def __init__(self, app: Any, trusted: Collection[Network]) -> None:  # noqa: ANN401 - ASGI's
        """Wrap the gateway; `trusted` are the proxies before it."""
        self._app = app
        self._trusted = trusted

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's
        """Read X-Forwarded-For and X-Forwarded-Proto."""
        peer = scope["client"][0] if scope.get("client") else ""
        if scope["type"] == "http" and is_trusted(peer, self._trusted):
            values = _header(scope, b"x-forwarded-for")
            forwarded = [value.decode("latin-1") for value in values]
            scope["client"] = (client_address(peer, forwarded, self._trusted), 0)
            for scheme in _header(scope, b"x-forwarded-proto"):
                if scheme in SCHEMES:
                    scope["scheme"] = scheme.decode()
        await self._app(scope, receive, send)


class HttpsOnly:
    """Tells browsers that use https to use nothing else (HSTS, RFC 6797)."""

    def __init__(self, app: Any, seconds: int) -> None:  # noqa: ANN401 - ASGI's
        """Wrap the gateway; `seconds` is how long they remember it."""
        self._app = app
        self._header = (b"strict-transport-security", f"max-age={seconds}".encode())

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's
        """Add the header to answers over https; browsers ignore it over http."""

        async def secured(message: Scope) -> None:
            if message["type"] == "http.response.start":
                message["headers"].append(self._header)
            await send(message)

        await self._app(scope, receive, secured if scope.get("scheme") == "https" else send)


def _header(scope: Scope, name: bytes) -> list[bytes]:
    return [value for header, value in scope["headers"] if header == name]
