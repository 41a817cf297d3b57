"""A job: what it reads, its effect, and what guards it."""

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.bus.inbox import job_consumer, store
from shared.bus.inbox.failing import record_failure
from shared.bus.inbox.job import Job
from shared.bus.retry_policy import NotAgain, RetryPolicy
from shared.bus.subscriptions import work
from shared.bus.transaction import Transaction, Transactions
from shared.contracts.base import Envelope
from tests.bus.conftest import Asked, Make, effects, write_effect


class _Base(DeclarativeBase):
    """Of the mapping below."""


class Effect(_Base):
    """A row of effects as an object, of which a session keeps one."""

    __tablename__ = "effects"
    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str]
    number: Mapped[int]


async def test_the_effect_is_made_of_what_is_there_then(pair: Make) -> None:
    """Others may change what the job has read while it works."""

    async def copy(event: Asked, job: Job) -> None:
        query = select(Effect).where(Effect.subject == "source")
        with job.reading() as tx:
            before = (await tx.session.scalars(query)).one()
        async with job.transaction() as tx:
            await tx.session.execute(text("UPDATE effects SET number = 2 WHERE subject = 'source'"))
        async with job.finish() as tx:
            now = (await tx.session.scalars(query)).one()
            assert before.number == 1
            await write_effect(event.model_copy(update={"number": now.number}), tx)

    async with pair(work("copy", Asked, copy)) as p:
        async with p.subscriber.transactions.begin() as tx:
            await tx.session.execute(insert(effects).values(subject="source", number=1))
        await p.tell(Asked(about="s", number=0))
        await p.until_numbers("s", [2])


NEVER_TWICE = "CREATE TABLE IF NOT EXISTS once (number int UNIQUE DEFERRABLE INITIALLY DEFERRED)"
TWICE = "INSERT INTO once VALUES (1), (1)"
"""Is refused when it is committed."""


@pytest.mark.parametrize("trouble", ["", "SELECT 1 / 0", TWICE])
async def test_an_effect_that_fails_leaves_nothing(pair: Make, trouble: str) -> None:
    """Neither a row nor an announcement, wherever it fails; the next try begins anew."""
    tries: list[int] = []

    async def fail_once(event: Asked, job: Job) -> None:
        async with job.finish() as tx:
            await write_effect(event, tx)
            tx.after_commit.append(lambda: tries.append(0))
            if len(tries) < 1:
                tries.append(1)
                if not trouble:
                    raise ValueError("once")
                await tx.session.execute(text(trouble))

    async with pair(work("dig", Asked, fail_once)) as p:
        async with p.subscriber.transactions.begin() as tx:
            await tx.session.execute(text(NEVER_TWICE))
        await p.tell(Asked(about="s", number=1))
        await p.until_numbers("s", [1])
        assert tries == [1, 0]
        assert await p.states("subscriber.dig") == {"done": 1}


async def test_who_has_failed_keeps_the_job_until_that_is_recorded(
    pair: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else another worker would do what this one is about to give up, and tell so."""
    taken: list[bool | None] = []

    async def looked(
        transactions: Transactions,
        consumer: str,
        policy: RetryPolicy,
        envelope: Envelope,
        error: Exception,
        give_up: None,
    ) -> float:
        async with transactions.sessions() as other:
            names = [f"{consumer}/{envelope.id}"]
            taken.append(await store.lock_names(other, consumer, names))
        return await record_failure(transactions, consumer, policy, envelope, error, give_up)

    async def fail_once(event: Asked, job: Job) -> None:
        async with job.finish() as tx:
            await write_effect(event, tx)
            if not taken:
                raise ValueError("once")

    monkeypatch.setattr(job_consumer, record_failure.__name__, looked)
    async with pair(work("dig", Asked, fail_once)) as p:
        await p.tell(Asked(about="s", number=1))
        await p.until_numbers("s", [1])
    assert taken == [False]


async def test_a_read_that_fails_is_a_failure_of_the_job(pair: Make) -> None:
    """It is recorded, although PostgreSQL has given up the transaction that guards the job."""

    async def read_wrongly(_: Asked, job: Job) -> None:
        with job.reading() as tx:
            try:
                await tx.session.execute(text("SELECT 1 / 0"))
            except Exception as error:
                raise NotAgain from error

    async def tell(event: Asked, tx: Transaction) -> None:
        await write_effect(event, tx)

    async with pair(work("dig", Asked, read_wrongly, tell)) as p:
        await p.tell(Asked(about="s", number=1))
        await p.until_numbers("s", [1])
        assert await p.states("subscriber.dig") == {"dead": 1}
