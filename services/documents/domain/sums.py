"""Checks of every figure: a paper never contradicts itself."""

from collections.abc import Iterable
from decimal import Decimal


def agreed(announced: Decimal, computed: Decimal, what: str) -> Decimal:
    """Return an announced amount; ValueError unless the computed one is the same."""
    if announced != computed:
        message = f"{what}: announced {announced}, computed {computed}"
        raise ValueError(message)
    return announced


def total(amounts: Iterable[Decimal]) -> Decimal:
    """Return the sum of a column; 0.00 when it is empty."""
    return sum(amounts, Decimal("0.00"))
