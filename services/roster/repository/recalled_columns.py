"""Columns that units chose under titles, which are kept as keyed hashes only."""

from collections.abc import Iterable, Mapping

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from services.roster.tables import RecalledColumnsRow
from shared.bus import Transaction

MOST_RECALLED = 1_000
"""Of one unit, the newest."""


class RecalledColumnsRepository:
    """Columns chosen before."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def of(self, unit_id: str) -> dict[bytes, Mapping[str, int]]:
        """Return the columns that a unit chose, by the hash of the titles."""
        rows = await self._tx.session.execute(
            select(RecalledColumnsRow.titles_hash, RecalledColumnsRow.columns)
            .where(RecalledColumnsRow.unit_id == unit_id)
            .order_by(RecalledColumnsRow.chosen_at.desc())
            .limit(MOST_RECALLED)
        )
        return {row.titles_hash: row.columns for row in rows}

    async def forget(self, unit_id: str, hashes: Iterable[bytes]) -> None:
        """Delete what a unit chose under some titles."""
        await self._tx.session.execute(
            delete(RecalledColumnsRow).where(
                RecalledColumnsRow.unit_id == unit_id,
                RecalledColumnsRow.titles_hash.in_(list(hashes)),
            )
        )

    async def learn(self, unit_id: str, learnt: Iterable[tuple[bytes, Mapping[str, int]]]) -> None:
        """Save what a unit chose; what it chose before under the same titles is replaced."""
        for titles_hash, columns in learnt:
            added = insert(RecalledColumnsRow).values(
                unit_id=unit_id,
                titles_hash=titles_hash,
                columns=dict(columns),
                chosen_at=self._tx.now,
            )
            await self._tx.session.execute(
                added.on_conflict_do_update(
                    index_elements=["unit_id", "titles_hash"],
                    set_={"columns": added.excluded.columns, "chosen_at": self._tx.now},
                )
            )
