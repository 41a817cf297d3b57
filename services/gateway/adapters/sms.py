"""Text messages: by a provider over HTTP, or into a folder for development and for an agent."""

import asyncio
import hashlib
import hmac
import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

import httpx

from services.gateway.domain.messages import ACCEPTED, Content, Outcome, Result
from shared.runtime.clock import Clock
from shared.runtime.files import write_whole
from shared.runtime.settings import Settings

TIMEOUT_SECONDS = 10.0
"""For each of connecting, sending and receiving; a third of the lease of an attempt at most."""
CODE = re.compile(r"(?!.*\d{7})[A-Za-z0-9][A-Za-z0-9_.:-]{0,59}")
"""A provider's code of a refusal, as it is kept: no sentence, which could name a person."""
LONGEST_ANSWER = 10_000


class Sms(Protocol):
    """Sends text messages."""

    async def send(self, message_id: UUID, content: Content) -> Outcome:
        """Send one; return what came of it, errors of the network included."""


class FolderSms:
    """Writes each message into a file that only its owner may read."""

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder) / "sms"

    async def send(self, message_id: UUID, content: Content) -> Outcome:
        """Write one; the same id twice is one file."""
        body = {"kind": content.kind, "mobile": content.to, "text": content.text}
        written = json.dumps(body, ensure_ascii=False).encode()
        try:
            await asyncio.to_thread(write_whole, self._folder / f"{message_id}.json", written)
        except OSError:
            return Outcome(Result.LATER, "folder")
        return ACCEPTED


class HttpSms:
    """A provider that takes template and values as JSON, signed (docs/operations.md)."""

    def __init__(self, client: httpx.AsyncClient, settings: Settings, clock: Clock) -> None:
        """Take a client of `open_sms`."""
        assert settings.sms_url is not None
        assert settings.sms_secret is not None
        self._client = client
        self._url = settings.sms_url
        self._key = settings.sms_key
        self._secret = settings.sms_secret.get_secret_value()
        self._signature = settings.sms_signature
        self._templates: Mapping[str, str] = settings.sms_templates
        self._clock = clock

    async def send(self, message_id: UUID, content: Content) -> Outcome:
        """Send one under its id, which the provider takes once."""
        body = {
            "id": str(message_id),
            "mobile": content.to,
            "signature": self._signature,
            "template": self._templates.get(content.kind, content.kind.value),
            "values": dict(content.values),
        }
        written = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        try:
            async with asyncio.timeout(3 * TIMEOUT_SECONDS):
                answer = await self._client.post(
                    self._url,
                    content=written,
                    headers=self._headers(message_id, written),
                )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            return Outcome(Result.LATER, _named(error))
        except (httpx.HTTPError, TimeoutError) as error:
            return Outcome(Result.UNKNOWN, _named(error))
        return outcome_of(answer)

    def _headers(self, message_id: UUID, body: bytes) -> dict[str, str]:
        timestamp = str(int(self._clock().timestamp()))
        return {
            "Content-Type": "application/json",
            "Idempotency-Key": str(message_id),
            "X-Key": self._key,
            "X-Timestamp": timestamp,
            "X-Signature": signature(self._secret, timestamp, body),
        }


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Return the hexadecimal HMAC-SHA256 of `timestamp`, a full stop and the body."""
    return hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()


def outcome_of(answer: httpx.Response) -> Outcome:
    """Return what a provider's answer means; unknown where it does not say that it refuses."""
    status = answer.status_code
    if answer.is_success or status == HTTPStatus.CONFLICT:  # 409: it has taken this id before
        return ACCEPTED
    code = _code(answer)
    wait = answer.headers.get("Retry-After", "")
    if status == HTTPStatus.TOO_MANY_REQUESTS or (
        status == HTTPStatus.SERVICE_UNAVAILABLE and wait
    ):
        return Outcome(Result.LATER, code, _seconds(wait))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.REQUEST_TIMEOUT:
        return Outcome(Result.UNKNOWN, code)
    return Outcome(Result.REFUSED, code)


def _code(answer: httpx.Response) -> str:
    try:
        said: Any = answer.json() if len(answer.content) <= LONGEST_ANSWER else None
    except ValueError:
        said = None
    code = said.get("code") if isinstance(said, dict) else None
    if isinstance(code, str) and CODE.fullmatch(code):
        return code
    return f"http_{answer.status_code}"


def _seconds(written: str) -> timedelta:
    """Return the pause that Retry-After asks for; none when it is a date or too long."""
    return timedelta(seconds=int(written)) if re.fullmatch(r"\d{1,5}", written) else timedelta()


def _named(error: Exception) -> str:
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
        return "unreachable"
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        return "timeout"
    return "cut_off"


@asynccontextmanager
async def open_sms(
    settings: Settings, clock: Clock, seconds: float = TIMEOUT_SECONDS
) -> AsyncIterator[Sms]:
    """Open the provider that the settings name; without one, the folder."""
    if settings.sms_url is None:
        yield FolderSms(settings.outgoing_folder)
        return
    async with httpx.AsyncClient(
        timeout=seconds,
        follow_redirects=False,
        trust_env=False,
        # A connection that was closed just as it is used again would make an outcome unknown.
        limits=httpx.Limits(max_keepalive_connections=0),
    ) as client:
        yield HttpSms(client, settings, clock)
