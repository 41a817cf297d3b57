from datetime import UTC, datetime, timedelta
from time import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples.webhook_receiver import is_genuine
from services.gateway.domain.webhooks import (
    PAUSES,
    SPREAD,
    headers,
    must_pause,
    new_secret,
    pause_after,
    require_topics,
    signature,
)
from shared.errors import Invalid

TOLERANCE, A_MOMENT = 300, 30
"""Seconds that a message may be old, and how far from that edge we look."""
TOPICS = ("enrollment.application.drafted.v1", "invoicing.billing.opened.v1")


def test_the_signature_is_that_of_the_published_example() -> None:
    """Standard Webhooks: secret, id, time and body as its libraries test them."""
    assert (
        signature(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1614265330,
            b'{"test": 2432232314}',
        )
        == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


@given(st.text(max_size=200))
def test_a_receiver_takes_what_is_signed_with_either_secret(text: str) -> None:
    """And nothing that was changed, is too old or from the future, or has no signature."""
    old, new, body, now = new_secret(), new_secret(), text.encode(), int(time())

    def sent(stamp: int = now) -> dict[str, str]:
        return headers([new, old], "id", stamp, body)

    for secret in (old, new):
        assert is_genuine([secret], sent(now - TOLERANCE + A_MOMENT), body)
        assert is_genuine([new_secret(), secret], sent(), body)
    assert not is_genuine([new_secret()], sent(), body)
    assert not is_genuine([new], sent(), body + b" ")
    assert not is_genuine([new], sent() | {"webhook-id": "other"}, body)
    assert not is_genuine([new], sent(now - TOLERANCE - A_MOMENT), body)
    assert not is_genuine([new], sent(now + TOLERANCE + A_MOMENT), body)
    for forged in ("", "v1", "v1,?", "v2,AAAA", "v1,AAAA"):
        assert not is_genuine([new], sent() | {"webhook-signature": forged}, body)


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_a_pause_grows_up_to_twelve_hours_and_is_spread_by_a_fifth(
    tries: int, chance: float
) -> None:
    """Never shorter, never longer than the table says."""
    pause = PAUSES[min(tries, len(PAUSES)) - 1]
    assert pause * (1 - SPREAD) <= pause_after(tries, chance) <= pause * (1 + SPREAD)
    assert list(PAUSES) == sorted(PAUSES)
    assert PAUSES[-1] == timedelta(hours=12)


def test_a_subscription_pauses_after_whole_days_of_failure() -> None:
    """Not a second earlier."""
    since = datetime(2026, 3, 2, tzinfo=UTC)
    assert not must_pause(since, since + timedelta(days=5, seconds=-1), 5)
    assert must_pause(since, since + timedelta(days=5), 5)


@pytest.mark.parametrize(
    "pattern", ["*", "enrollment.*", "enrollment.application.*", "invoicing.billing.opened.v1"]
)
def test_a_topic_or_a_beginning_of_one_may_be_asked_for(pattern: str) -> None:
    """Those that exist."""
    require_topics([pattern], TOPICS)


@pytest.mark.parametrize(
    "pattern",
    ["", "**", ".*", "enrol.*", "enrollment*", "enrollment", "enrollment.application.drafted.v2"],
)
def test_a_topic_that_no_event_has_is_refused(pattern: str) -> None:
    """A slip of the pen would be silence for ever."""
    with pytest.raises(Invalid) as refusal:
        require_topics(["*", pattern], TOPICS)
    assert refusal.value.field == "topics"
