"""What the messages of one transaction ask for together is asked once, at its end."""

from collections.abc import Iterator, Sequence

from sqlalchemy import func, select

from shared.bus.inbox.job import Job
from shared.bus.subscriptions import on, work
from shared.bus.tables import outbox
from shared.bus.transaction import Transaction
from tests.bus.conftest import Asked, Hinted, Make, write_effect

MOST = 3


def asked(numbers: Sequence[int]) -> Iterator[Asked]:
    """Ask for so many at a time."""
    for start in range(0, len(numbers), MOST):
        yield Asked(about=",".join(map(str, numbers[start : start + MOST])), number=0)


async def gather(event: Hinted, tx: Transaction) -> None:
    """Ask for it, with the others."""
    await write_effect(event, tx)
    tx.gather(asked, event.number)


async def test_messages_that_share_a_transaction_ask_together(pair: Make) -> None:
    """In their order, as many at a time as the rule says; none is left out."""
    asked_for: list[str] = []

    async def dig(event: Asked, _job: Job) -> None:
        asked_for.append(event.about)

    async with pair(on(Hinted, gather), work("dig", Asked, dig)) as p:
        async with p.subscriber.transactions.begin() as tx:
            for number in range(7):
                await gather(Hinted(about="s", number=number), tx)

        async def all_asked() -> bool:
            return len(asked_for) == 3

        await p.until(all_asked)
        assert sorted(asked_for) == ["0,1,2", "3,4,5", "6"]


async def test_what_a_failed_transaction_gathered_is_asked_by_nobody(pair: Make) -> None:
    """The messages that shared it are handled one by one, and each asks for its own."""
    asked_for: list[str] = []

    async def dig(event: Asked, _job: Job) -> None:
        asked_for.append(event.about)

    async def choke(event: Hinted, tx: Transaction) -> None:
        await gather(event, tx)
        if event.about == "bad":
            raise ValueError("poison")

    async with pair(on(Hinted, choke), work("dig", Asked, dig)) as p:
        await p.tell(
            *(Hinted(about="bad" if one == 1 else f"s{one}", number=one) for one in range(3))
        )

        async def good_ones() -> bool:
            return ",".join(asked_for).count("0") == 1 and ",".join(asked_for).count("2") == 1

        await p.until(good_ones)
        assert "1" not in ",".join(asked_for)


async def test_nothing_is_asked_for_while_copies_are_made_anew(pair: Make) -> None:
    """It was asked for when the event came first."""
    async with pair(on(Hinted, gather)) as p, p.subscriber.transactions.begin() as tx:
        tx.rebuilding = True
        tx.gather(asked, 1)
        await tx.write_outbox()
        assert await tx.session.scalar(select(func.count()).select_from(outbox)) == 0
