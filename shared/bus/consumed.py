"""How far a process knows that its service has consumed the aggregates of others."""

from collections.abc import Mapping

from shared.bus.inbox.sequence import Aggregate, Positions
from shared.runtime.bell import Bell, SubjectBells

MOST_KNOWN = 10_000
"""Aggregates that a process remembers, those that were noted last."""


class Consumed:
    """What was found in the database, where positions never go back, or was just committed there.

    So whoever asks for what is known need not look.
    """

    def __init__(self) -> None:
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

    def bell(self, subject: str) -> Bell:
        """Return the bell that rings when something about a subject was consumed here."""
        return self._bells.of(subject)
