"""Sends webhooks, to public addresses only, whatever a name resolves to at that moment."""

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from time import monotonic
from typing import Protocol

import aiohttp
from aiohttp.abc import AbstractResolver

from services.gateway.domain.addresses import may_connect

TIMEOUT_SECONDS = 15.0
CONTENT_TYPE = "application/cloudevents+json"
USER_AGENT = "mutual-enrollment-webhooks/1"
CONNECTIONS = 200


@dataclass(frozen=True)
class Outcome:
    """The result of one attempt."""

    outcome: str
    """delivered | status | timeout | unreachable | tls | address_refused"""
    status: int | None
    milliseconds: int

    @property
    def delivered(self) -> bool:
        """Return whether the receiver accepted the message."""
        return self.outcome == "delivered"


class AddressRefused(OSError):  # noqa: N818 - a fate of the message, not a fault
    """The host name resolves to an address that is not public."""


class WebhookClient(Protocol):
    """Sends one message to one receiver."""

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Outcome:
        """Send a message; return the result, network errors included."""


class HttpWebhookClient:
    """The client that speaks HTTP."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        """Take a session of `open_webhook_client`."""
        self._session = session

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Outcome:
        """Send a message; the response's body is not read, redirects are not followed."""
        begun = monotonic()
        status = None
        try:
            async with self._session.post(
                url,
                data=body,
                headers={**headers, "Content-Type": CONTENT_TYPE},
                allow_redirects=False,
            ) as response:
                status = response.status
            good = HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES
            outcome = "delivered" if good else "status"
        except Exception as error:  # noqa: BLE001 - whatever a receiver does is its outcome
            outcome = _named(error)
        return Outcome(outcome, status, int((monotonic() - begun) * 1000))


def _named(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, aiohttp.ClientSSLError):
        return "tls"
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, AddressRefused):
            return "address_refused"
        cause = cause.__cause__ or cause.__context__
    return "unreachable"


@asynccontextmanager
async def open_webhook_client(
    *, loopback: bool, resolver: AbstractResolver | None = None, seconds: float = TIMEOUT_SECONDS
) -> AsyncIterator[HttpWebhookClient]:
    """Open a client; with `loopback` it reaches this machine too."""

    def checked(address: aiohttp.connector.AddrInfoType) -> socket.socket:
        """Create the socket, unless the resolved address is not public."""
        family, kind, protocol, _, place = address
        if not may_connect(str(place[0]), loopback=loopback):
            raise AddressRefused("not a public address")
        return socket.socket(family, kind, protocol)

    connector = aiohttp.TCPConnector(limit=CONNECTIONS, resolver=resolver, socket_factory=checked)
    async with aiohttp.ClientSession(
        connector=connector,
        timeout=aiohttp.ClientTimeout(total=seconds),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"User-Agent": USER_AGENT},
        auto_decompress=False,
        trust_env=False,
    ) as session:
        yield HttpWebhookClient(session)
    # TLS connections close in the next rounds of the event loop.
    await asyncio.sleep(0)
