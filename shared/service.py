"""What a service is, and how one runs: its consumers, relay, timers and web application."""

from collections.abc import Awaitable, Callable, Collection, Coroutine, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI
from sqlalchemy import ARRAY, MetaData, Table, Text, all_, bindparam

from shared.bus.key_check import FindSealed
from shared.bus.operations.replay import EventSource
from shared.bus.subscriptions import Queue, Subscription, queues_of
from shared.bus.transaction import Transaction, Transactions
from shared.runtime.log import get_logger
from shared.runtime.resources import Resources
from shared.sweeping import Stored

log = get_logger(__name__)

ALL_PARTS = frozenset({"web", "events", "work"})
CONNECTIONS = 8
"""To a service's database, beside one for each job that may run."""


Neighbours = Mapping[str, FastAPI]
"""Applications of the other services in this process; empty when a service runs alone."""


@dataclass(frozen=True)
class Timer:
    """Something that time moves: run now and then, safe with several replicas."""

    seconds: float
    act: Callable[[Transaction], Awaitable[bool]]
    """Gives whether there is more to do at once."""


@dataclass(frozen=True)
class Copies:
    """What a service has from others' sequenced events alone: the event log can make it anew."""

    tables: tuple[Table, ...]
    subject: str
    """The column of each that names the aggregate it is about, as their events do."""
    restore: Callable[[Transaction], Awaitable[None]]
    """Puts back into these tables what the service itself had added, and can find elsewhere."""

    async def empty(self, tx: Transaction, kept: Collection[str]) -> None:
        """Delete the copies, but of the subjects `kept`."""
        others = bindparam("kept", sorted(kept), ARRAY(Text))
        for table in self.tables:
            await tx.session.execute(table.delete().where(table.c[self.subject] != all_(others)))


@dataclass(frozen=True)
class Service:
    """All that makes one service; each `app.py` states one."""

    name: str
    title: str
    metadata: MetaData
    migrations: Path
    router: APIRouter
    subscriptions: tuple[Subscription, ...]
    timers: tuple[Timer, ...] = ()
    seed: Callable[[dict[str, Any], Transaction], Awaitable[None]] | None = None
    equip: Callable[[Resources, Neighbours], AbstractAsyncContextManager[Resources]] | None = None
    extend: Callable[[FastAPI], None] | None = None
    copies: Copies | None = None
    sealed: FindSealed | None = None
    """Finds the oldest of what the service seals in its database; absent when it seals nothing."""
    stores: tuple[Stored, ...] = ()
    """What it owns in the object store; nobody else deletes there."""
    event_source: Callable[[Transactions], EventSource] | None = None
    """Reads the log of all events; the gateway's alone."""
    background: tuple[Callable[[Transactions], Coroutine[Any, Any, None]], ...] = ()
    """What never ends; stopped with the process, safe with several replicas."""

    def queues(self) -> list[Queue]:
        """Return the queues that follow from the subscriptions."""
        return queues_of(self.name, self.subscriptions)
