"""What comes before a call: its caller is recognised, its entry in the audit trail is made."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.params import Depends as Dependency

from shared.bus import Transaction, Transactions
from shared.http.commands import transactions_of


@dataclass(frozen=True)
class Audited(Dependency):
    """The action of a route's entries; stands in the route's `dependencies`."""

    action: str = ""


class Entering:
    """The transaction of what comes before a call: one for all of it, committed before the call.

    Between its two parts nothing is waited for but PostgreSQL.
    """

    def __init__(self, transactions: Transactions, stack: AsyncExitStack, *, audited: bool) -> None:
        self._transactions = transactions
        self._stack = stack
        self._tx: Transaction | None = None
        self._entry_follows = audited

    async def transaction(self) -> Transaction:
        """Return the transaction; it is opened when it is needed first."""
        if self._tx is None:
            self._tx = await self._stack.enter_async_context(self._transactions.begin())
        return self._tx

    async def recognised(self) -> None:
        """Commit, unless the entry follows."""
        if not self._entry_follows:
            await self._commit()

    async def entered(self) -> None:
        """Commit: the entry is made, or there is to be none."""
        self._entry_follows = False
        await self._commit()

    async def _commit(self) -> None:
        self._tx = None
        await self._stack.aclose()


async def entering(request: Request) -> AsyncIterator[Entering]:
    """Give a call the transaction of what comes before it; what is refused is rolled back."""
    route = request.scope["route"]
    audited = any(isinstance(one, Audited) for one in route.dependencies)
    async with AsyncExitStack() as stack:
        yield Entering(transactions_of(request), stack, audited=audited)


EnteringOf = Annotated[Entering, Depends(entering)]
