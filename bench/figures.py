"""Medians and percentiles of measured durations."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import quantiles
from time import perf_counter


@dataclass
class Spread:
    """Median and 95th percentile, in milliseconds."""

    p50: float
    p95: float
    count: int


def spread(seconds: Sequence[float]) -> Spread:
    """Return the spread of durations given in seconds."""
    if len(seconds) == 1:
        return Spread(seconds[0] * 1000, seconds[0] * 1000, 1)
    cuts = quantiles(seconds, n=20, method="inclusive")
    return Spread(cuts[9] * 1000, cuts[18] * 1000, len(seconds))


@dataclass
class Stopwatch:
    """Durations in seconds by name, in the order in which names first appear."""

    taken: dict[str, list[float]] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measure the duration of the body."""
        began = perf_counter()
        yield
        self.taken.setdefault(name, []).append(perf_counter() - began)

    def spreads(self) -> dict[str, Spread]:
        """Return the spread of each name."""
        return {name: spread(seconds) for name, seconds in self.taken.items()}
