"""Rules of webhooks: signatures, topics, retries, pausing."""

import hashlib
import hmac
import re
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from shared.errors import Invalid

SECRET_PREFIX = "whsec_"  # noqa: S105 - the standard's mark, not a secret
SECRET_BYTES = 32
OLD_SECRET_LIFE = timedelta(hours=24)
MOST_SECRETS = 5
"""Valid at the same time: each signs, and the header must stay short."""
MOST_WEBHOOKS = 20
MOST_TOPICS = 50

PAUSES = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 30, 120, 600, 1800, 3600, 3 * 3600, 6 * 3600, 12 * 3600)
)
"""Before the second try, the third, and so on; the last one from then on."""
SPREAD = 0.2

ALL = "*"
TOPIC = re.compile(r"[a-z_]+(\.[a-z_]+)*(\.\*|\.v[1-9]\d{0,3})")


BY_HAND = "已手动暂停。"


@dataclass
class WebhookSubscription:
    """An API client's subscription; what comes after `position` of the log is still to be read."""

    webhook_id: UUID
    account_id: str
    url: str
    topics: list[str]
    description: str
    created_at: datetime
    position: int
    failing_since: datetime | None = None
    paused_at: datetime | None = None
    paused_because: str | None = None

    def pause(self, at: datetime) -> None:
        """Send nothing until it is resumed; one that is paused stays so, for its reason."""
        if self.paused_at is None:
            self.paused_at, self.paused_because = at, BY_HAND

    def resume(self) -> None:
        """Go on where it stopped."""
        self.paused_at = self.paused_because = self.failing_since = None

    def rewind(self, first: int) -> None:
        """Read the log from this position on again, if that is earlier than where it is."""
        self.position = min(self.position, first - 1)

    def succeed(self) -> None:
        """Record that the receiver took an event."""
        self.failing_since = None

    def fail(self, at: datetime, days: int) -> bool:
        """Record a failure; return whether it pauses now, after `days` without one success."""
        self.failing_since = self.failing_since or at
        if self.paused_at is not None or not must_pause(self.failing_since, at, days):
            return False
        self.paused_at = at
        self.paused_because = f"连续{days}天投递全部失败，已自动暂停。请修复接收端后恢复订阅。"
        return True


def new_secret() -> str:
    """Return a new signing secret in the form of Standard Webhooks 1.0."""
    return SECRET_PREFIX + b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """Return the signature of a message under one secret (Standard Webhooks 1.0, symmetric)."""
    key = b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def headers(keys: Iterable[str], message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Return the headers of a message: one signature per valid secret."""
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signature(key, message_id, timestamp, body) for key in keys),
    }


def pause_after(tries: int, chance: float) -> timedelta:
    """Return how long to wait after so many failures; `chance`, 0 to 1, spreads it by a fifth."""
    pause = PAUSES[min(tries, len(PAUSES)) - 1]
    return pause * (1 - SPREAD + 2 * SPREAD * chance)


def must_pause(failing_since: datetime, now: datetime, days: int) -> bool:
    """Return whether a subscription has failed long enough without one success."""
    return now - failing_since >= timedelta(days=days)


def require_topics(patterns: Sequence[str], known: Iterable[str]) -> None:
    """Raise Invalid unless a pattern is a known topic, a prefix of one with `.*`, or `*`."""
    known = list(known)
    for pattern in patterns:
        if pattern == ALL:
            continue
        begins = pattern.removesuffix(ALL)
        if not TOPIC.fullmatch(pattern) or not any(
            topic == pattern or (begins != pattern and topic.startswith(begins)) for topic in known
        ):
            raise Invalid(
                "topic_unknown",
                f"没有主题“{pattern[:100]}”，请用事件主题全名，或以.*结尾的前缀。",
                field="topics",
            )
