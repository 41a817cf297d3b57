import re
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from time import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples.webhook_receiver import is_genuine
from services.gateway.domain.webhooks import (
    MOST_SECRETS,
    MOST_TOPICS,
    MOST_WEBHOOKS,
    OLD_SECRET_LIFE,
    PAUSES,
    headers,
    must_pause,
    new_secret,
    pause_after,
    require_topics,
    signature,
)
from shared.errors import Invalid
from tests.published import page, schema

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
    """From five seconds on; the next one is never shorter by the same chance."""
    pause = pause_after(tries, chance)
    assert timedelta(seconds=4) <= pause <= timedelta(hours=12) * 1.2
    assert pause <= pause_after(tries + 1, chance)
    assert pause_after(tries, 0) <= pause <= pause_after(tries, 1)
    assert pause_after(tries, 1) / pause_after(tries, 0) == pytest.approx(1.2 / 0.8)


def test_the_pauses_are_those_that_receivers_were_told() -> None:
    """The page on events lists them; the last one goes on."""
    [said] = re.findall(r"\*\*Pauses\*\* before the next try: (.*), then (.*) each", page("events"))
    units = {"s": "seconds", "min": "minutes", "h": "hours"}
    listed = [one.split() for one in ", ".join(said).split(", ")]
    assert list(PAUSES) == [timedelta(**{units[unit]: int(count)}) for count, unit in listed]
    assert pause_after(1, 0.5) == timedelta(seconds=5)
    assert pause_after(9, 0.5) == pause_after(10, 0.5) == timedelta(hours=12)
    assert (pause_after(2, 0), pause_after(2, 1)) == (timedelta(seconds=24), timedelta(seconds=36))


def test_the_limits_are_those_that_clients_were_told() -> None:
    """The pages on events and operations name them; the API takes as many topics."""
    assert f"for {OLD_SECRET_LIFE / timedelta(hours=1):g} hours messages carry" in page("events")
    limits = page("operations")
    assert f"| {MOST_WEBHOOKS} webhooks | an API client |" in limits
    assert f"| {MOST_SECRETS} secrets of a webhook that are good at the same time |" in limits
    assert schema("NewWebhook")["properties"]["topics"]["maxItems"] == MOST_TOPICS == 50


def test_a_secret_is_as_long_as_the_standard_wants() -> None:
    """Between 24 and 64 bytes: ours has 32, other ones each time."""
    one, other = new_secret(), new_secret()
    assert one != other
    assert one.startswith("whsec_")
    assert len(b64decode(one.removeprefix("whsec_"))) == 32


def test_a_message_carries_its_id_its_time_and_a_signature_per_secret() -> None:
    """Under the names that the standard gives the headers."""
    sent = headers(["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"] * 2, "msg_1", 1614265330, b"{}")
    assert list(sent) == ["webhook-id", "webhook-timestamp", "webhook-signature"]
    assert (sent["webhook-id"], sent["webhook-timestamp"]) == ("msg_1", "1614265330")
    assert len(set(sent["webhook-signature"].split(" "))) == 1


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
    assert (refusal.value.code, refusal.value.field) == ("topic_unknown", "topics")
    assert f"“{pattern}”" in refusal.value.message


def test_a_refusal_repeats_a_hundred_characters_of_a_topic() -> None:
    """However many were sent."""
    with pytest.raises(Invalid, match=f"“{'a' * 100}”"):
        require_topics(["a" * 1000], TOPICS)
