"""How far a process knows that its service has consumed the aggregates of others."""

from collections.abc import Mapping
from time import monotonic

from shared.bus.inbox.sequence import Aggregate, Positions
from shared.runtime.bell import SubjectBells

MOST_KNOWN = 10_000
"""Aggregates that a process remembers, those that were noted last."""


class Consumed:
    """What was found in the database, where positions never go back, or was just committed there.

    So whoever asks for what is known need not look.
    """

    def __init__(self) -> None:
        self.here = False
        """Whether this process consumes, so that it is the first to know."""
        self._known: Positions = {}
        self._bells = SubjectBells()

    def note(self, positions: Mapping[Aggregate, int]) -> None:
        """Remember positions that are committed; wake those who wait for their subjects."""
        for aggregate, sequence in positions.items():
            known = self._known.pop(aggregate, 0)
            self._known[aggregate] = max(known, sequence)
            self._bells.ring(aggregate[1])
        while len(self._known) > MOST_KNOWN:
            del self._known[next(iter(self._known))]

    def lacks(self, wanted: Mapping[Aggregate, int]) -> Positions:
        """Return those of the wanted positions that are not known to be reached."""
        return {
            aggregate: sequence
            for aggregate, sequence in wanted.items()
            if self._known.get(aggregate, 0) < sequence
        }

    async def wait(self, wanted: Mapping[Aggregate, int], seconds: float) -> Positions:
        """Return what is lacking, as soon as nothing is, at the latest after so many seconds."""
        until = monotonic() + seconds
        while True:
            lacking = self.lacks(wanted)
            left = until - monotonic()
            if not lacking or left <= 0:
                return lacking
            bell = self._bells.of(next(iter(lacking))[1])
            await bell.wait(bell.listen(), left)
