"""How long a message is given before it is given up."""

from datetime import timedelta

from shared.bus.retry_policy import RetryPolicy


def test_whoever_is_down_for_two_hours_finds_the_message_still_waiting() -> None:
    """Even when every pause happens to be short."""
    policy = RetryPolicy()
    waited = sum((policy.after_failure(tries) for tries in range(1, policy.tries)), timedelta(0))
    assert waited > timedelta(hours=2)
