"""Ending tasks that would run for ever."""

import asyncio
from collections.abc import Iterable
from typing import Any


async def end(tasks: Iterable[asyncio.Task[Any]], again: float = 5.0) -> None:
    """Cancel tasks and return when all of them have ended, however they did.

    Once more after each `again` seconds, should a library have lost the first one.
    """
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=again)
