"""The print registry: who took which paper when."""

from collections.abc import Mapping
from dataclasses import asdict

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from services.documents.domain.payment_notice import Account
from services.documents.domain.prints import Print
from services.documents.tables import PaperRow, PrintedPaperRow
from shared.bus import Transaction


class PrintedPapers:
    """The papers of prints that somebody took."""

    def __init__(self, tx: Transaction) -> None:
        self._session = tx.session
        self._now = tx.now

    async def add(self, taken: Print, accounts: Mapping[str, Account]) -> None:
        """Note that a print's papers were taken, and count each of them; once per print.

        `accounts` says by number where its notices say that the money goes.

        ValueError for a rendering in advance: nobody has taken that.
        """
        if taken.printed_by is None:
            raise ValueError(f"{taken.print_id} is nobody's print")
        mine = PaperRow.kind == taken.kind, PaperRow.number.in_(taken.numbers)
        # In one order, so that of two prints with the same papers none waits for the other's end.
        await self._session.execute(
            select(PaperRow.number)
            .where(*mine)
            .order_by(PaperRow.number)
            .with_for_update(key_share=True)
        )
        added = (
            await self._session.scalars(
                upsert(PrintedPaperRow)
                .values(
                    [
                        {
                            "kind": taken.kind,
                            "number": number,
                            "print_id": taken.print_id,
                            "printed_by": taken.printed_by,
                            "printed_at": self._now,
                            "account": asdict(accounts[number]) if number in accounts else None,
                        }
                        for number in taken.numbers
                    ]
                )
                .on_conflict_do_nothing(index_elements=["print_id", "number"])
                .returning(PrintedPaperRow.number)
            )
        ).all()
        await self._session.execute(
            update(PaperRow)
            .where(PaperRow.kind == taken.kind, PaperRow.number.in_(added))
            .values(print_count=PaperRow.print_count + 1)
        )
