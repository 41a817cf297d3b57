"""One job as its handler sees it: reads, progress, and its effect with the note that it is done."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from shared.bus.inbox import store
from shared.bus.transaction import Transaction, Transactions
from shared.contracts.base import Envelope
from shared.runtime.resources import Child


class AlreadyDone(Exception):  # noqa: N818 - tells a late worker to stop
    """Another worker finished this job first; this one's effect is rolled back."""


class Job:
    """What the handler of a job works with."""

    def __init__(
        self,
        consumer: str,
        envelope: Envelope,
        transactions: Transactions,
        session: AsyncSession,
        child: Child | None = None,
    ) -> None:
        """Work with the resources of the transactions, or with another child than theirs.

        The session's transaction guards the job: it lasts until the effect commits with it.
        """
        self.envelope = envelope
        self.finished = False
        self._consumer = consumer
        self._transactions = transactions
        self._session = session
        resources = transactions.resources
        self.resources = replace(resources, child=child) if child is not None else resources

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Read before the work, in the transaction that guards the job; nothing is to be locked."""
        yield Transaction(self._session, self.resources)
        self._session.expunge_all()  # the effect reads anew

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """Open a transaction, for progress; the job may be repeated after its commit."""
        return self._transactions.begin()

    @asynccontextmanager
    async def finish(self) -> AsyncIterator[Transaction]:
        """Commit the job's effect and the note that it is done, with what guards the job."""
        async with self._transactions.end(self._session) as tx:
            await self.finish_in(tx)
            yield tx

    async def finish_in(self, tx: Transaction) -> None:
        """Let a transaction that was opened earlier be the last one; its time is now."""
        tx.now = self.resources.clock()
        if not await store.mark_done(tx.session, self._consumer, self.envelope):
            raise AlreadyDone
        tx.after_commit.append(self._note_finished)

    def _note_finished(self) -> None:
        self.finished = True
