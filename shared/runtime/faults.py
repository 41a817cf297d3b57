"""What can be wrong that is nobody's message's fault, and how errors are named in logs."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from shared.runtime.log import get_logger

log = get_logger(__name__)
T = TypeVar("T")
R = TypeVar("R")

DATA_EXCEPTION = "22"
"""PostgreSQL's class of errors about values."""

RETRY_ALL = frozenset({"40001", "40P01"})
"""PostgreSQL's serialization failure and deadlock: nobody's fault, tried again."""

AWAY = ("08", "53", "57P")
"""PostgreSQL's classes of lost connections, want of resources, and coming up or going down."""


def is_bad_value(error: BaseException) -> bool:
    """Return whether PostgreSQL cannot hold a value that a client sent, a NUL in a text say."""
    state = getattr(getattr(error, "orig", None), "sqlstate", None)
    return isinstance(state, str) and state.startswith(DATA_EXCEPTION)


def describe(error: BaseException) -> str:
    """Name an error by type and place; its message may hold personal data and is left out."""
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
    """Return whether the database, not the message, is the reason; deadlocks count as that.

    Being refused by it (password, name of the database) is not: that is for an operator to mend.
    """
    # What is said as a connection is set up comes as the driver's own.
    state = getattr(getattr(error, "orig", error), "sqlstate", None)
    if isinstance(state, str) and (state in RETRY_ALL or state.startswith(AWAY)):
        return True
    if isinstance(error, DBAPIError):
        return isinstance(error, OperationalError | InterfaceError) or error.connection_invalidated
    return isinstance(error, NoConnectionFree)


async def until_database_answers(
    act: Callable[[T], Awaitable[R]], argument: T, *, pause: float = 0.2
) -> R:
    """Repeat `act` for as long as the database is away; whatever else it raises goes on."""
    while True:
        try:
            return await act(argument)
        except Exception as error:
            if not is_database_down(error):
                raise
            log.warning("database_away", reason=describe(error))
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5.0)
