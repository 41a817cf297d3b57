"""A provider of text messages answers late, twice, never, or refuses: each has its outcome."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from stat import S_IMODE
from typing import Any
from uuid import UUID

import pytest

from examples.ports import free_port
from services.gateway.adapters import sms as sms_module
from services.gateway.adapters.sms import FolderSms, HttpSms, open_sms, signature
from services.gateway.domain.message_kinds import MessageKind
from services.gateway.domain.messages import ACCEPTED, LEASE, Content, Outcome, Result
from services.host.maintenance import embedded_settings
from shared.runtime.clock import system_clock
from tests.gateway.provider import SECRET, SmsProvider, provider_settings, providing

CONTENT = Content(MessageKind.CODE, "13800000001", {"code": "246810", "minutes": "10"})
FIRST = UUID(int=1)
NINETY = timedelta(seconds=90)


@pytest.fixture
async def provider() -> AsyncIterator[SmsProvider]:
    """Run a provider."""
    async with providing() as running:
        yield running


async def sent(url: str, folder: Path, seconds: float = 5.0) -> Outcome:
    """Send a message to an address; return what came of it."""
    settings = embedded_settings(folder, **provider_settings(url))
    async with open_sms(settings, system_clock, seconds) as sms:
        assert isinstance(sms, HttpSms)
        return await sms.send(FIRST, CONTENT)


async def test_a_provider_is_sent_template_and_values_signed(
    provider: SmsProvider, tmp_path: Path
) -> None:
    """Under our id, with the template's id and the signature that it has registered."""
    assert await sent(provider.url, tmp_path) == ACCEPTED
    [call] = provider.calls
    assert json.loads(call.body) == {
        "id": str(FIRST),
        "mobile": "13800000001",
        "signature": "青岛职工互助",
        "template": "T0001",
        "values": {"code": "246810", "minutes": "10"},
    }
    assert call.headers["idempotency-key"] == str(FIRST)
    assert call.headers["x-key"] == "office"
    timestamp = call.headers["x-timestamp"]
    assert abs(int(timestamp) - system_clock().timestamp()) < 60
    assert call.headers["x-signature"] == signature(SECRET, timestamp, call.body)
    assert signature("other", timestamp, call.body) != call.headers["x-signature"]


def test_the_signature_is_that_of_the_description() -> None:
    """HMAC-SHA256 of the time, a full stop and the body; a receiver can check it with openssl."""
    # printf '1700000000.{}' | openssl dgst -sha256 -hmac secret
    assert (
        signature("secret", "1700000000", b"{}")
        == "b8569b78799ff9e3cbff0fc2d63a33a2b57f3282abd07c37ae5e8e7d79a5f163"
    )


@pytest.mark.parametrize(
    ("status", "body", "headers", "outcome"),
    [
        (200, {}, {}, ACCEPTED),
        (202, None, {}, ACCEPTED),
        (409, {"code": "seen_before"}, {}, ACCEPTED),
        (400, {"code": "isv.MOBILE_ILLEGAL"}, {}, Outcome(Result.REFUSED, "isv.MOBILE_ILLEGAL")),
        (403, None, {}, Outcome(Result.REFUSED, "http_403")),
        (302, None, {"Location": "/elsewhere"}, Outcome(Result.REFUSED, "http_302")),
        (400, {"code": "号码13800000001有误"}, {}, Outcome(Result.REFUSED, "http_400")),
        (400, {"code": "no-13800000001"}, {}, Outcome(Result.REFUSED, "http_400")),
        (400, {"code": 7}, {}, Outcome(Result.REFUSED, "http_400")),
        (400, ["code"], {}, Outcome(Result.REFUSED, "http_400")),
        (429, None, {}, Outcome(Result.LATER, "http_429")),
        (
            429,
            None,
            {"Retry-After": "90"},
            Outcome(Result.LATER, "http_429", timedelta(seconds=90)),
        ),
        (503, None, {"Retry-After": "5"}, Outcome(Result.LATER, "http_503", timedelta(seconds=5))),
        (503, None, {"Retry-After": "soon"}, Outcome(Result.LATER, "http_503")),
        (503, None, {}, Outcome(Result.UNKNOWN, "http_503")),
        (500, {"code": "oops"}, {}, Outcome(Result.UNKNOWN, "oops")),
        (504, None, {}, Outcome(Result.UNKNOWN, "http_504")),
        (408, None, {}, Outcome(Result.UNKNOWN, "http_408")),
    ],
)
async def test_an_answer_says_whether_it_may_be_sent_again(
    provider: SmsProvider,
    tmp_path: Path,
    status: int,
    body: Any,  # noqa: ANN401 - any JSON
    headers: dict[str, str],
    outcome: Outcome,
) -> None:
    """Only a certain refusal is one; whatever may have been sent is unknown."""
    provider.answers = [(status, body, headers)]
    assert await sent(provider.url, tmp_path) == outcome
    assert len(provider.calls) == 1


async def test_nobody_there_has_certainly_taken_nothing(tmp_path: Path) -> None:
    """It may be tried again."""
    url = f"http://127.0.0.1:{free_port()}/send"
    assert await sent(url, tmp_path) == Outcome(Result.LATER, "unreachable")


async def test_no_answer_in_time_is_unknown(provider: SmsProvider, tmp_path: Path) -> None:
    """The provider has read it and may have sent it."""
    provider.hangs = True
    assert await sent(provider.url, tmp_path, 0.2) == Outcome(Result.UNKNOWN, "timeout")
    assert len(provider.calls) == 1


async def test_an_answer_that_is_a_little_late_counts(
    provider: SmsProvider, tmp_path: Path
) -> None:
    """As long as it comes within the time that an attempt has."""
    provider.seconds = 0.3
    assert await sent(provider.url, tmp_path) == ACCEPTED


@asynccontextmanager
async def raw(answer: bytes) -> AsyncIterator[str]:
    """Serve what is no proper HTTP answer, and hang up."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b'"values"')
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", free_port())
    async with server:
        host, port = server.sockets[0].getsockname()
        yield f"http://{host}:{port}/send"


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{", b"SMTP?\r\n\r\n"]
)
async def test_a_connection_that_is_cut_off_is_unknown(tmp_path: Path, answer: bytes) -> None:
    """Before, within or instead of the answer."""
    async with raw(answer) as url:
        assert await sent(url, tmp_path) == Outcome(Result.UNKNOWN, "cut_off")


async def test_one_id_sent_twice_is_one_message_to_the_provider(
    provider: SmsProvider, tmp_path: Path
) -> None:
    """By hand, after an unknown outcome: a provider that keeps ids sends it once."""
    provider.hangs = True
    assert (await sent(provider.url, tmp_path, 0.2)).result is Result.UNKNOWN
    provider.hangs = False
    assert await sent(provider.url, tmp_path) == ACCEPTED
    assert provider.delivered == {str(FIRST)}
    assert len(provider.calls) == 2


def test_an_attempt_ends_before_its_lease() -> None:
    """However slowly the provider lets every byte through."""
    assert timedelta(seconds=3 * sms_module.TIMEOUT_SECONDS) < LEASE


def files(folder: Path) -> list[tuple[str, int, dict[str, str]]]:
    """Return name, mode and content of what lies below a folder."""
    return [
        (
            str(path.relative_to(folder)),
            S_IMODE(path.stat().st_mode),
            json.loads(path.read_text(encoding="utf-8")),
        )
        for path in folder.rglob("*")
        if path.is_file()
    ]


async def test_without_a_provider_a_message_is_a_file_for_its_owner_alone(tmp_path: Path) -> None:
    """Whole at once; the same id twice is one file."""
    settings = embedded_settings(tmp_path)
    async with open_sms(settings, system_clock) as sms:
        assert isinstance(sms, FolderSms)
        for _ in range(2):
            assert await sms.send(FIRST, CONTENT) == ACCEPTED
    [(name, mode, body)] = files(Path(settings.outgoing_folder))
    assert (name, mode) == (f"sms/{FIRST}.json", 0o600)
    assert body == {
        "kind": "code",
        "mobile": "13800000001",
        "text": CONTENT.text,
    }


async def test_a_folder_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    """A full disk is no message."""
    (tmp_path / "sms").write_text("in the way", encoding="utf-8")
    assert await FolderSms(str(tmp_path)).send(FIRST, CONTENT) == Outcome(Result.LATER, "folder")
