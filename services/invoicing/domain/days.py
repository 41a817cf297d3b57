"""When a payment may be confirmed (docs/domain.md, Payment days)."""

from datetime import date

LAST_OPEN_DAY = 25


def confirmable_on(received_on: date) -> date:
    """Return the first day to confirm: that day until the 25th, else the 1st of the next month."""
    if received_on.day <= LAST_OPEN_DAY:
        return received_on
    if received_on.month == 12:  # noqa: PLR2004 - December
        return date(received_on.year + 1, 1, 1)
    return date(received_on.year, received_on.month + 1, 1)
