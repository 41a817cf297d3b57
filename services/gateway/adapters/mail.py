"""Mails that tell people what has happened."""

from typing import Protocol
from uuid import UUID

import aiosmtplib

from services.gateway.domain.messages import ACCEPTED, Content, Outcome, Result
from shared.runtime.mail import send_mail
from shared.runtime.settings import Settings

PASSING, PERMANENT = 400, 500
"""Replies of a server from here on: try again later; trying again is of no use."""


class Mail(Protocol):
    """Sends mails."""

    async def send(self, message_id: UUID, content: Content) -> Outcome:
        """Send one; return what came of it, errors of the network included."""


class SmtpMail:
    """Mails by the server that the settings name, or into the folder."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def send(self, message_id: UUID, content: Content) -> Outcome:
        """Send one under its id."""
        try:
            await send_mail(
                self._settings, str(message_id), content.to, content.title, f"{content.text}\n"
            )
        except (aiosmtplib.SMTPException, OSError) as error:
            return _failed(error, to_folder=self._settings.smtp_url is None)
        return ACCEPTED


def _failed(error: Exception, *, to_folder: bool) -> Outcome:
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        error = error.recipients[0]
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return outcome_of(error.code)
    if isinstance(error, aiosmtplib.SMTPConnectError):
        return Outcome(Result.LATER, "unreachable")
    if isinstance(error, aiosmtplib.SMTPNotSupported):
        return Outcome(Result.REFUSED, "smtp_not_supported")
    if to_folder:
        return Outcome(Result.LATER, "folder")
    return Outcome(Result.UNKNOWN, "timeout" if isinstance(error, TimeoutError) else "cut_off")


def outcome_of(reply: int) -> Outcome:
    """Return what a server's reply means that was not a success."""
    code = f"smtp_{reply}"
    if reply >= PERMANENT:
        return Outcome(Result.REFUSED, code)
    if reply >= PASSING:
        return Outcome(Result.LATER, code)
    return Outcome(Result.UNKNOWN, code)
