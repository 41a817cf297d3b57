"""The other services over HTTP: one pooled client each, time-outs, retries only where safe."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NewType
from urllib.parse import quote

import httpx

from shared.errors import NotFound, Refusal
from shared.identity.caller import Caller
from shared.identity.token import TokenIssuer
from shared.runtime.log import get_logger, traceparent

log = get_logger(__name__)

TIMEOUT_SECONDS = 30.0
PASSED_ON = frozenset({"cache-control", "etag", "location", "retry-after"})
LONGEST_PART = 200
FOLDED = frozenset({"", ".", ".."})
"""Parts of a path that clients and proxies resolve."""

Address = NewType("Address", str)
"""A path at a service; only `address` makes one of what clients sent."""


def address(template: str, **parts: object) -> Address:
    """Return a path with its parts filled in; NotFound for a part that would change the path.

    Other characters are quoted, so that a part stays one part.
    """
    return Address(template.format(**{name: _part(str(one)) for name, one in parts.items()}))


def _part(text: str) -> str:
    if text in FOLDED or "/" in text or len(text) > LONGEST_PART:
        raise NotFound
    return quote(text, safe="")


class ServiceAway(Refusal):
    """A service does not answer."""

    status = 503
    retry_after = 1

    def __init__(self, name: str) -> None:
        super().__init__("service_away", "系统部分功能暂时不可用，请稍后重试。")
        self.name = name


@dataclass(frozen=True)
class ServiceResponse:
    """The response of a service; `body` is its JSON, as bytes."""

    status: int
    body: bytes
    headers: dict[str, str]
    json: Any = None

    @property
    def ok(self) -> bool:
        """Return whether the call succeeded."""
        return self.status < httpx.codes.BAD_REQUEST


class Services:
    """Calls the other services with a token of the caller."""

    def __init__(self, clients: Mapping[str, httpx.AsyncClient], issuer: TokenIssuer) -> None:
        self._clients = clients
        self._issuer = issuer

    @property
    def names(self) -> list[str]:
        """Return the names of the services that can be called."""
        return list(self._clients)

    async def call(
        self,
        name: str,
        method: str,
        path: Address,
        caller: Caller,
        *,
        query: str = "",
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> ServiceResponse:
        """Return the response; ServiceAway when there is none in time. Reads are tried twice."""
        request = {
            "Authorization": f"Bearer {self._issuer.issue(caller)}",
            "traceparent": traceparent(),
            **(headers or {}),
        }
        if content is not None:
            request["Content-Type"] = "application/json"
        for last in (method != "GET", True):
            try:
                # httpx applies no time-outs to ASGITransport.
                async with asyncio.timeout(TIMEOUT_SECONDS):
                    response = await self._clients[name].request(
                        method,
                        f"{path}?{query}" if query else path,
                        content=content,
                        headers=request,
                    )
            except (httpx.TransportError, TimeoutError) as error:
                log.warning("service_away", upstream=name, reason=type(error).__name__)
                if last:
                    raise ServiceAway(name) from error
                continue
            return _answer(response)
        raise ServiceAway(name)

    async def openapi(self, name: str) -> dict[str, Any]:
        """Return a service's OpenAPI document; ServiceAway when there is no response."""
        try:
            response = await self._clients[name].get("/openapi.json")
        except httpx.TransportError as error:
            raise ServiceAway(name) from error
        found: dict[str, Any] = response.json()
        return found


def _answer(response: httpx.Response) -> ServiceResponse:
    kind = response.headers.get("content-type", "")
    passed = {name: value for name, value in response.headers.items() if name in PASSED_ON}
    if kind and response.content:
        passed["content-type"] = kind
    json = response.json() if "json" in kind and response.content else None
    return ServiceResponse(response.status_code, response.content, passed, json)
