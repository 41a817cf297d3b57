"""A mail server's replies: what is certainly refused, worth another try, or unknown."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import pytest

from examples.ports import free_port
from services.gateway.adapters.mail import SmtpMail
from services.gateway.domain.message_kinds import MessageKind
from services.gateway.domain.messages import ACCEPTED, Content, Outcome, Result
from services.host.maintenance import embedded_settings

CONTENT = Content(
    MessageKind.APPLICATION_RETURNED, "a@example.org", {"application_no": "PRT0000000001"}
)
FIRST = UUID(int=1)
GOOD = {
    "": "220 ready",
    "EHLO": "250 here",
    "MAIL": "250 ok",
    "RCPT": "250 ok",
    "DATA": "354 go on",
    ".": "250 taken",
    "QUIT": "221 bye",
}


@asynccontextmanager
async def answering(**replies: str) -> AsyncIterator[str]:
    """Run a mail server that answers commands so, and hangs up where the reply is empty."""
    said = GOOD | {
        name.replace("DOT", ".").replace("GREETING", ""): one for name, one in replies.items()
    }

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reply, in_text = said[""], False
        while reply:
            writer.write(f"{reply}\r\n".encode())
            line = await reader.readline()
            while in_text and line not in (b".\r\n", b""):
                line = await reader.readline()
            word = line.strip().partition(b" ")[0].decode().upper()
            reply = said.get(word, "") if word else ""
            in_text = word == "DATA" and reply.startswith("354")
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", free_port())
    async with server:
        host, port = server.sockets[0].getsockname()
        yield f"smtp://{host}:{port}"


async def sent(url: str, folder: Path) -> Outcome:
    """Send a mail by a server."""
    return await SmtpMail(embedded_settings(folder, smtp_url=url)).send(FIRST, CONTENT)


@pytest.mark.parametrize(
    ("replies", "outcome"),
    [
        ({}, ACCEPTED),
        ({"RCPT": "550 nobody"}, Outcome(Result.REFUSED, "smtp_550")),
        ({"RCPT": "450 busy"}, Outcome(Result.LATER, "smtp_450")),
        ({"MAIL": "500 no"}, Outcome(Result.REFUSED, "smtp_500")),
        ({"DOT": "451 later"}, Outcome(Result.LATER, "smtp_451")),
        ({"DOT": "554 no"}, Outcome(Result.REFUSED, "smtp_554")),
        ({"GREETING": "421 too busy"}, Outcome(Result.LATER, "smtp_421")),
        ({"DOT": ""}, Outcome(Result.UNKNOWN, "cut_off")),
    ],
)
async def test_a_reply_says_whether_it_may_be_sent_again(
    tmp_path: Path, replies: dict[str, str], outcome: Outcome
) -> None:
    """Who hangs up after the text may have taken it."""
    async with answering(**replies) as url:
        assert await sent(url, tmp_path) == outcome


async def test_nobody_there_has_certainly_taken_nothing(tmp_path: Path) -> None:
    """It may be tried again."""
    url = f"smtp://127.0.0.1:{free_port()}"
    assert await sent(url, tmp_path) == Outcome(Result.LATER, "unreachable")


async def test_without_a_server_a_mail_is_a_file(tmp_path: Path) -> None:
    """For an agent; a folder that cannot be written is tried again."""
    settings = embedded_settings(tmp_path)
    assert await SmtpMail(settings).send(FIRST, CONTENT) == ACCEPTED
    folder = Path(settings.outgoing_folder)
    assert await asyncio.to_thread((folder / "mail" / f"{FIRST}.eml").exists)
    blocked = embedded_settings(tmp_path, outgoing_folder=str(tmp_path / "keys.env"))
    await asyncio.to_thread((tmp_path / "keys.env").touch)
    assert await SmtpMail(blocked).send(FIRST, CONTENT) == Outcome(Result.LATER, "folder")
