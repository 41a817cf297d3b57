"""Telling an unavailable database from a failure of the work, and naming errors in logs."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from shared.runtime.log import get_logger

log = get_logger(__name__)
R = TypeVar("R")

DATA_EXCEPTION = "22"
"""PostgreSQL's class of errors about values."""

LOCK_NOT_AVAILABLE = "55P03"

RETRY_ALL = frozenset({"40001", "40P01"})
"""PostgreSQL's serialization failure and deadlock: the same work later succeeds."""

AWAY = ("08", "53", "57P")
"""PostgreSQL's classes of lost connections, lack of resources, and starting or stopping."""


def is_bad_value(error: BaseException) -> bool:
    """Return whether PostgreSQL cannot store a value, such as a text with a NUL in it."""
    state = getattr(getattr(error, "orig", None), "sqlstate", None)
    return isinstance(state, str) and state.startswith(DATA_EXCEPTION)


def is_locked(error: BaseException) -> bool:
    """Return whether PostgreSQL waited for a lock as long as it was told to, in vain."""
    return getattr(getattr(error, "orig", None), "sqlstate", None) == LOCK_NOT_AVAILABLE


def describe(error: BaseException) -> str:
    """Return an error's type and place; its message is left out: it may hold personal data."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" at {trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace else ""
    code = getattr(error, "code", None)
    cause = cause_of(error)
    why = "" if cause is error else f" because of {type(cause).__name__}"
    return f"{type(error).__name__}{f' {code}' if isinstance(code, str) else ''}{place}{why}"


def cause_of(error: BaseException) -> BaseException:
    """Return the error that all others were raised from; the error itself when there is none."""
    while error.__cause__ is not None:
        error = error.__cause__
    return error


def is_database_down(error: BaseException) -> bool:
    """Return whether the database is the reason, not the work; deadlocks count.

    Being refused by it (password, name of the database) is not: that is for an operator to mend.
    """
    # While a connection is set up, errors are the driver's own, without `orig`.
    state = getattr(getattr(error, "orig", error), "sqlstate", None)
    if isinstance(state, str) and (state in RETRY_ALL or state.startswith(AWAY)):
        return True
    if isinstance(error, DBAPIError):
        return isinstance(error, OperationalError | InterfaceError) or error.connection_invalidated
    return isinstance(error, NoConnectionFree)


async def until_database_answers(act: Callable[[], Awaitable[R]], *, pause: float = 0.2) -> R:
    """Return what `act` returns; repeat it while the database is unavailable."""
    while True:
        try:
            return await act()
        except Exception as error:
            if not is_database_down(error):
                raise
            log.warning("database_away", reason=describe(error))
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5.0)
