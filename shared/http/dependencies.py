"""Dependencies of calls that are made on the event loop."""

from collections.abc import Awaitable, Callable
from inspect import signature
from typing import TypeVar

T = TypeVar("T")


def made(kind: Callable[..., T]) -> Callable[..., Awaitable[T]]:
    """Return a dependency that makes a `kind` of the parameters that it takes.

    FastAPI makes a class that is a dependency itself in a thread, which takes longer than all else.
    """

    async def make(**given: object) -> T:
        return kind(**given)

    make.__signature__ = signature(kind)  # type: ignore[attr-defined] # which FastAPI reads
    return make
