"""Who polls looks soon, then ever more seldom, and once more when the time is up."""

import asyncio
from time import monotonic

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.runtime.bell import Bell
from shared.runtime.polling import pauses, poll


@given(st.floats(0.001, 20), st.floats(0.001, 1), st.floats(0.001, 1))
def test_the_pauses_take_the_time_that_was_given(total: float, first: float, more: float) -> None:
    """To the end of which one looks again."""
    found = list(pauses(total, first, first + more))
    assert sum(found) == pytest.approx(total)
    assert found[-1] == 0
    assert max(found) <= first + more
    assert found[0] == min(first, total)


def test_the_pauses_double() -> None:
    """Up to the longest."""
    assert list(pauses(1.0, 0.1, 0.4)) == pytest.approx([0.1, 0.2, 0.4, 0.3, 0.0])


def test_without_any_time_one_looks_once() -> None:
    """At once."""
    assert list(pauses(0)) == [0]


async def test_who_polls_has_what_is_found_at_once() -> None:
    """Also when it is nothing but False: that is an answer."""
    found = iter([None, None, False, True])

    async def find() -> bool | None:
        return next(found)

    assert await poll(find, 5.0) is False
    assert next(found) is True


async def test_who_polls_in_vain_is_told_when_the_time_is_up() -> None:
    """After at most as many looks as there are pauses, the last one at the end."""
    looks: list[float] = []

    async def find() -> int | None:
        looks.append(monotonic())
        return None

    began = monotonic()
    assert await poll(find, 0.02) is None
    assert looks[-1] - began >= 0.02
    assert 2 <= len(looks) <= len(list(pauses(0.02)))


async def test_who_polls_looks_again_when_the_bell_rings() -> None:
    """And not before: a pause may be long. Rings that change nothing do not use the time up."""
    bell, found = Bell(), list[int]()

    async def find() -> int | None:
        if len(found) < 50:
            asyncio.get_running_loop().call_soon(bell.ring)
            found.append(1)
            return None
        return len(found)

    async with asyncio.timeout(5):
        assert await poll(find, 1000.0, first=100.0, longest=100.0, bell=bell) == 50
