"""Messages to persons: sent once. What has an unknown outcome is sent again by hand only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.gateway.domain.message_kinds import KINDS, Channel, MessageKind, text_of
from shared.errors import Conflict

LEASE = timedelta(minutes=1)
"""Longer than an attempt; what is still being sent then has an unknown outcome."""
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (5, 15, 60, 300, 900))
"""Before the second try, the third, and so on; the last one from then on."""
SPREAD = 0.2
OF_NO_OFFICE = ""
"""The office of messages to strangers, who prove a mobile."""
TOO_LATE = "too_late"
INTERRUPTED = "interrupted"
SENT_ANEW = "sent_anew"
BLANKED = "blanked"


class MessageState(StrEnum):
    """How a message stands; `unknown`: it may have arrived or not."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    UNKNOWN = "unknown"


ENDED = frozenset({MessageState.SENT, MessageState.REFUSED, MessageState.UNKNOWN})


class Result(StrEnum):
    """What came of an attempt; `later`: certainly not accepted, and worth another try."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    LATER = "later"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Outcome:
    """The result of an attempt, with a code unless it was accepted."""

    result: Result
    code: str | None = None
    retry_after: timedelta = timedelta()
    """The least pause that a provider asks for."""


ACCEPTED = Outcome(Result.ACCEPTED)


@dataclass(frozen=True)
class Content:
    """Where a message goes, and the values of its template."""

    kind: MessageKind
    to: str
    values: Mapping[str, str]

    @property
    def title(self) -> str:
        """Return what a mail has as its subject."""
        return KINDS[self.kind].title

    @property
    def text(self) -> str:
        """Return the whole text."""
        return text_of(self.kind, self.values)


@dataclass
class Message:
    """A message to one person; its number `tries` names an attempt."""

    message_id: UUID
    kind: MessageKind
    channel: Channel
    office_id: str
    unit_id: str | None
    account_id: str | None
    subject: str
    masked_to: str
    created_at: datetime
    until: datetime
    """After this it is not sent any more."""
    due_at: datetime | None
    """When it is to be tried, while it is queued."""
    state: MessageState = MessageState.QUEUED
    tries: int = 0
    leased_until: datetime | None = None
    error: str | None = None
    sent_at: datetime | None = None

    @property
    def keeps_values(self) -> bool:
        """Whether its values are still needed: those of a secret one only until it has ended."""
        return not (KINDS[self.kind].secret and self.state in ENDED)

    @property
    def is_resendable(self) -> bool:
        """Whether it may be sent again by hand, as far as its state goes."""
        failed = self.state in (MessageState.REFUSED, MessageState.UNKNOWN)
        return failed and self.error != SENT_ANEW

    def begin(self, now: datetime) -> bool:
        """Begin an attempt; False when it is too late for one, and the message is refused."""
        if self.state is not MessageState.QUEUED:
            raise ValueError("only a queued message can be sent")
        self.due_at = None
        if now >= self.until:
            self._end(MessageState.REFUSED, self.error or TOO_LATE)
            return False
        self.state, self.tries, self.leased_until = (
            MessageState.SENDING,
            self.tries + 1,
            now + LEASE,
        )
        return True

    def settle(self, attempt: int, outcome: Outcome, now: datetime, chance: float) -> bool:
        """Record what came of an attempt; False when that attempt is no longer open.

        An outcome may arrive after the lease has ended: it is known then. `chance`, 0 to 1, spreads
        the pause before the next attempt.
        """
        open_ = self.state in (MessageState.SENDING, MessageState.UNKNOWN)
        if attempt != self.tries or not open_ or self.error == SENT_ANEW:
            return False
        if outcome.result is Result.ACCEPTED:
            self._end(MessageState.SENT, None)
            self.sent_at = now
        elif outcome.result is Result.UNKNOWN:
            self._end(MessageState.UNKNOWN, outcome.code)
        elif outcome.result is Result.LATER and self.keeps_values:
            self._postpone(outcome, now, chance)
        else:
            self._end(MessageState.REFUSED, outcome.code)
        return True

    def lose(self, now: datetime) -> None:
        """Record that nobody will say what came of an attempt whose lease has ended."""
        if self.state is MessageState.SENDING and self.leased_until and self.leased_until <= now:
            self._end(MessageState.UNKNOWN, INTERRUPTED)

    def resend(self, now: datetime) -> None:
        """Queue it once more, by hand; Conflict unless it was refused or its outcome is unknown."""
        self.require_resendable()
        if not self.keeps_values:
            raise Conflict("message_secret", "验证码不能重发，请由本人重新获取。")
        self.state, self.error = MessageState.QUEUED, None
        self.due_at, self.until = now, now + KINDS[self.kind].useful_for

    def replace(self) -> None:
        """Record that another message was made in its place; it cannot be sent again itself."""
        self.require_resendable()
        self._end(self.state, SENT_ANEW)

    def require_resendable(self) -> None:
        """Raise Conflict unless it may be sent again by hand."""
        if self.error == SENT_ANEW:
            raise Conflict("message_sent_anew", "这条消息已经重新发出，请刷新页面查看新的记录。")
        if not self.is_resendable:
            raise Conflict(
                "message_not_resendable", "只有发送失败或结果不明的消息才能重发，请刷新页面。"
            )

    def _postpone(self, outcome: Outcome, now: datetime, chance: float) -> None:
        due_at = now + max(pause_after(self.tries, chance), outcome.retry_after)
        if due_at >= self.until:
            self._end(MessageState.REFUSED, outcome.code)
            return
        self.state, self.due_at = MessageState.QUEUED, due_at
        self.leased_until, self.error = None, outcome.code

    def _end(self, state: MessageState, error: str | None) -> None:
        self.state, self.error, self.leased_until = state, error, None


def queued(  # noqa: PLR0913 - what a message is made of
    message_id: UUID,
    kind: MessageKind,
    channel: Channel,
    masked_to: str,
    now: datetime,
    *,
    office_id: str,
    unit_id: str | None,
    account_id: str | None,
    subject: str,
) -> Message:
    """Return a new message, due now."""
    return Message(
        message_id=message_id,
        kind=kind,
        channel=channel,
        office_id=office_id,
        unit_id=unit_id,
        account_id=account_id,
        subject=subject,
        masked_to=masked_to,
        created_at=now,
        until=now + KINDS[kind].useful_for,
        due_at=now,
    )


def pause_after(tries: int, chance: float) -> timedelta:
    """Return how long to wait after so many tries; `chance`, 0 to 1, spreads it by a fifth."""
    return PAUSES[min(tries, len(PAUSES)) - 1] * (1 - SPREAD + 2 * SPREAD * chance)
