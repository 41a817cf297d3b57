"""How long a message waits before it is tried again, and when it is given up."""

from datetime import timedelta

import pytest

from shared.bus.retry_policy import RetryPolicy
from tests.published import page


def _waits(policy: RetryPolicy) -> list[float]:
    return [policy.after_failure(tries).total_seconds() for tries in range(1, policy.tries)]


def test_whoever_is_down_for_two_hours_finds_the_message_still_waiting() -> None:
    """Even when every wait is as short as it can be; nobody waits for half a day."""
    assert timedelta(hours=2) < timedelta(seconds=sum(_waits(RetryPolicy(jitter=min))))
    assert timedelta(hours=4) > timedelta(seconds=sum(_waits(RetryPolicy(jitter=max))))


def test_waits_double_from_half_a_second_to_five_minutes() -> None:
    """As the page on operations says, with the number of tries."""
    assert _waits(RetryPolicy(jitter=lambda *_: 1.0)) == [
        *(0.5, 1, 2, 4, 8, 16, 32, 64, 128, 256),
        *[300] * 29,
    ]
    assert "0.5 s, doubled up to 5 minutes, dead after 40 tries" in page("operations")


def test_waits_are_spread_by_a_fifth() -> None:
    """Messages that failed together do not come back together."""
    shortest, longest = (RetryPolicy(jitter=one).after_failure(3) for one in (min, max))
    assert (shortest, longest) == (timedelta(seconds=1.6), timedelta(seconds=2.4))
    waits = {RetryPolicy().after_failure(3) for _ in range(20)}
    assert len(waits) > 1
    assert shortest <= min(waits) <= max(waits) <= longest


@pytest.mark.parametrize(
    ("age", "wait"), [(0.0, 0.05), (0.1, 0.05), (1.0, 0.5), (10.0, 5.0), (3600.0, 5.0)]
)
def test_an_early_message_waits_half_as_long_as_it_has_waited(age: float, wait: float) -> None:
    """Soon at first, every five seconds in the end."""
    assert RetryPolicy().after_early(timedelta(seconds=age)) == timedelta(seconds=wait)
