"""Follow an import as a client does: by server-sent events."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from examples.client import API, Client

LONGEST_SECONDS = 600.0
"""After this an import is given up."""
STARTED, FINISHED = "roster.import.started.v1", "roster.import.finished.v1"
Seen = tuple[float, str, dict[str, Any]]
"""When an event came, its topic, its data."""


@dataclass(frozen=True)
class Imported:
    """What an import took from the sending of the file, in seconds, and what it came to."""

    seconds: float
    first_event: float
    """Until the first event that says that work has begun."""
    batch: dict[str, Any]

    @property
    def refusal(self) -> str | None:
        """Return the code with which the file was refused whole; None when it was read."""
        return self.batch["error"] and str(self.batch["error"]["code"])

    def require(self, persons: int) -> None:
        """Raise ValueError unless so many persons came into each line."""
        succeeded = {line["succeeded"] for line in self.batch["lines"]}
        if succeeded != {persons}:
            raise ValueError(f"not everybody came in: {self.batch}")


@asynccontextmanager
async def listening(client: Client) -> AsyncIterator[asyncio.Queue[Seen]]:
    """Hear all events from here on, each with the time at which it came."""
    seen: asyncio.Queue[Seen] = asyncio.Queue()
    headers = {"Authorization": f"Bearer {client.token}"}
    async with client.http.stream("GET", f"{API}/events", headers=headers, timeout=None) as stream:
        stream.raise_for_status()
        lines = stream.aiter_lines()
        await anext(lines)  # its greeting: what happens from now on is told
        listener = asyncio.create_task(_listen(lines, seen))
        try:
            yield seen
        finally:
            listener.cancel()


async def _listen(lines: AsyncIterator[str], seen: asyncio.Queue[Seen]) -> None:
    topic = ""
    async for line in lines:
        kind, _, value = line.partition(": ")
        if kind == "event":
            topic = value
        elif kind == "data":
            seen.put_nowait((perf_counter(), topic, json.loads(value)["data"]))


async def import_file(operator: Client, content: bytes, plans: Sequence[str]) -> Imported:
    """Send a file for a new application with these plans; wait for the event that it has ended."""
    number = await operator.draft(**{plan.replace("-", "_"): 1 for plan in plans})
    await operator.settled(number)
    async with listening(operator) as seen, asyncio.timeout(LONGEST_SECONDS):
        began = perf_counter()
        import_id = await operator.start_import(number, content)
        first = 0.0
        topic = ""
        while topic != FINISHED:
            at, topic, data = await seen.get()
            if data.get("import_id") == import_id and topic != STARTED:
                first = first or at - began
        return Imported(at - began, first, await operator.get(f"/imports/{import_id}"))
