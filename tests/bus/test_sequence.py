"""The order of one aggregate's events, whatever way they come."""

from datetime import UTC, datetime
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from shared.bus.inbox.sequence import Order, Positions, order_of, position_of
from shared.contracts.base import Envelope

POSITION = st.integers(0, 10**9)


def _event(sequence: int | None, stream: str | None = "publisher.thing") -> Envelope:
    return Envelope(
        id=uuid4(),
        source="publisher",
        type="publisher.thing.told.v1",
        subject="s1",
        time=datetime(2026, 1, 31, tzinfo=UTC),
        stream=stream,
        sequence=sequence,
        correlationid="c",
        data={},
    )


@given(POSITION)
def test_only_the_one_right_behind_is_next(position: int) -> None:
    """What was consumed is old, what others have to come before is early."""
    consumed = {("publisher.thing", "s1"): position}
    assert order_of(_event(position + 1), consumed) is Order.NEXT
    assert order_of(_event(position + 2), consumed) is Order.EARLY
    assert position == 0 or order_of(_event(position), consumed) is Order.OLD


def test_an_aggregate_begins_with_one() -> None:
    """Also where others have come further."""
    others = {("publisher.thing", "s2"): 7, ("other.thing", "s1"): 7}
    assert order_of(_event(1), others) is Order.NEXT
    assert order_of(_event(2), others) is Order.EARLY


@given(POSITION)
def test_what_has_no_sequence_is_always_next(position: int) -> None:
    """And leads to no position."""
    consumed = {("publisher.thing", "s1"): position}
    for event in (_event(None), _event(1, stream=None)):
        assert order_of(event, consumed) is Order.NEXT
        assert position_of(event) == {}


@given(st.permutations(range(1, 8)), st.integers(1, 3))
def test_however_they_come_each_is_next_once_and_in_order(order: list[int], times: int) -> None:
    """Those that were early are offered again, those that were consumed are old."""
    consumed: Positions = {}
    handled = []
    for sequence in order * (len(order) * times):
        event = _event(sequence)
        if order_of(event, consumed) is Order.NEXT:
            handled.append(sequence)
            consumed |= position_of(event)
    assert handled == [1, 2, 3, 4, 5, 6, 7]
