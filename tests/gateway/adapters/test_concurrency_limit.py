from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack

import pytest

from services.gateway.adapters.concurrency_limit import CALLS, STREAMS, ConcurrencyLimit
from shared.errors import TooMany

KINDS = [(ConcurrencyLimit.call, CALLS), (ConcurrencyLimit.stream, STREAMS)]
Kind = Callable[[ConcurrencyLimit, str], AbstractContextManager[None]]


@pytest.mark.parametrize(("kind", "most"), KINDS)
def test_an_account_has_so_many_at_once_and_again_when_they_end(kind: Kind, most: int) -> None:
    """One more is refused; other accounts have their own, calls and streams each theirs."""
    limit = ConcurrencyLimit()
    [other] = [one for one, _ in KINDS if one is not kind]
    for _ in range(2):
        with ExitStack() as stack:
            for _ in range(most):
                stack.enter_context(kind(limit, "A1"))
            for _ in range(2):
                with pytest.raises(TooMany) as refusal, kind(limit, "A1"):
                    pytest.fail("it is one too many")
                assert refusal.value.retry_after
            stack.enter_context(kind(limit, "A2"))
            stack.enter_context(other(limit, "A1"))


@pytest.mark.parametrize(("kind", "most"), KINDS)
def test_a_call_that_fails_ends_too(kind: Kind, most: int) -> None:
    """Nothing is left of it, nor of who was refused."""
    limit = ConcurrencyLimit()
    for _ in range(most + 1):
        with pytest.raises(ZeroDivisionError), kind(limit, "A1"):
            raise ZeroDivisionError
    assert not any(counter for counter in (limit._calls, limit._streams))
