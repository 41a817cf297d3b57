"""Reasons: why a row is refused, or passes with a warning."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum, auto


class Severity(StrEnum):
    """An error refuses the row; a warning lets it pass and shows."""

    ERROR = auto()
    WARNING = auto()


@dataclass(frozen=True, slots=True)
class Reason:
    """A stable code and what to do, in Chinese; never holds the person's data.

    `column` is the name of the field of `RawRow` that is to be corrected.
    """

    code: str
    message: str
    column: str
    severity: Severity = Severity.ERROR


def refuses(reasons: Iterable[Reason]) -> bool:
    """Return whether one of the reasons is an error."""
    return any(reason.severity is Severity.ERROR for reason in reasons)
