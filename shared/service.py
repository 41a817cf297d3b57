"""What a service is: declarations, which the host binds and runs."""

from collections.abc import Awaitable, Callable, Collection, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI
from sqlalchemy import ARRAY, MetaData, Table, Text, all_, bindparam
from sqlalchemy.ext.asyncio import AsyncSession

from shared.bus.key_check import FindSealed
from shared.bus.operations.replay import EventSource
from shared.bus.subscriptions import Queue, Subscription, queues_of
from shared.bus.transaction import Transaction, Transactions
from shared.contracts.files import Prefix
from shared.runtime.resources import Resources

Neighbours = Mapping[str, FastAPI]
"""Applications of the other services in this process; empty when a service runs alone."""


@dataclass(frozen=True)
class Timer:
    """Something done at intervals, safe with several replicas."""

    seconds: float
    act: Callable[[Transaction], Awaitable[bool]]
    """Returns whether there is more to do at once."""


@dataclass(frozen=True)
class Copies:
    """Tables made of others' sequenced events alone: the event log can rebuild them."""

    tables: tuple[Table, ...]
    subject: str
    """The column of each that names the aggregate it is about, as their events do."""
    restore: Callable[[Transaction], Awaitable[None]]
    """Restores in these tables what the service itself had added, from its other tables."""

    async def empty(self, tx: Transaction, kept: Collection[str]) -> None:
        """Delete the copies, but of the subjects `kept`."""
        others = bindparam("kept", sorted(kept), ARRAY(Text))
        for table in self.tables:
            await tx.session.execute(table.delete().where(table.c[self.subject] != all_(others)))


FindNamed = Callable[[AsyncSession, Sequence[str]], Awaitable[Collection[str]]]
"""Returns those of some keys that rows name; locked rows count too."""


@dataclass(frozen=True)
class Stored:
    """The objects below a prefix, which one service owns."""

    prefix: Prefix
    named: FindNamed | None = None
    """Absent when no row names them: each is read at once, and made anew on demand."""

    async def named_of(self, session: AsyncSession, keys: Sequence[str]) -> Collection[str]:
        """Return those of some keys that rows name."""
        return await self.named(session, keys) if self.named and keys else ()


@dataclass(frozen=True)
class Service:
    """All that makes a service; each `app.py` has one."""

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
    """Returns the oldest sealed value of the database; absent when the service seals nothing."""
    stores: tuple[Stored, ...] = ()
    """Its prefixes of the object store; no other service deletes there."""
    event_source: Callable[[Transactions], EventSource] | None = None
    """Reads the log of all events; the gateway's alone."""
    background: tuple[Callable[[Transactions], Coroutine[Any, Any, None]], ...] = ()
    """Loops, cancelled when the process stops; safe with several replicas."""

    def queues(self) -> list[Queue]:
        """Return the queues that follow from the subscriptions."""
        return queues_of(self.name, self.subscriptions)
