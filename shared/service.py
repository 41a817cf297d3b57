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


FindNamed = Callable[[AsyncSession, Sequence[str]], Awaitable[Collection[str]]]
"""Gives those of some keys that rows name, whether anything locks these rows or not."""


@dataclass(frozen=True)
class Stored:
    """The objects below a prefix, which one service owns."""

    prefix: Prefix
    named: FindNamed | None = None
    """Absent when nothing names them: each is fetched at once, and made anew when asked again."""

    async def named_of(self, session: AsyncSession, keys: Sequence[str]) -> Collection[str]:
        """Return those of some keys that rows name."""
        return await self.named(session, keys) if self.named and keys else ()


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
