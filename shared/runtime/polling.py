"""Looking again, ever more seldom."""

from collections.abc import Iterator


def pauses(total: float, first: float = 0.005, longest: float = 0.1) -> Iterator[float]:
    """Yield the seconds to wait after each look: doubled from `first` to `longest`, `total` in all.

    The last one is 0: when the time is up, there has been a look at its end.
    """
    pause, left = first, total
    while left > 0:
        yield min(pause, left)
        left -= pause
        pause = min(pause * 2, longest)
    yield 0.0
