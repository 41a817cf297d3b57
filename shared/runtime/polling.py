"""Looking again, ever more seldom."""

from collections.abc import Iterator


def pauses(total: float, first: float = 0.005, longest: float = 0.1) -> Iterator[float]:
    """Return seconds to wait between looks, doubled from `first` to `longest`, `total` in all."""
    pause = first
    while total > 0:
        yield pause
        total -= pause
        pause = min(pause * 2, longest)
