"""Who is covered under which plan until when; numbers as keyed hashes."""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import LargeBinary, any_, insert, literal, select
from sqlalchemy.dialects.postgresql import ARRAY

from services.roster.domain.outcomes import LineKey
from services.roster.tables import CoverRow, PersonRow
from shared.bus import Transaction


class CoverRepository:
    """Covers."""

    def __init__(self, tx: Transaction) -> None:
        self._session = tx.session

    async def covered(
        self, plans: Sequence[str], hashes: Iterable[bytes], on: date
    ) -> set[LineKey]:
        """Return (plan, number hash) of those whose cover under the plan has not expired."""
        rows = await self._session.execute(
            select(CoverRow.plan_code, CoverRow.number_hash).where(
                CoverRow.plan_code.in_(plans),
                CoverRow.number_hash == any_(literal(list(hashes), ARRAY(LargeBinary))),
                CoverRow.until >= on,
            )
        )
        return {(row.plan_code, row.number_hash) for row in rows}

    async def begin(
        self, application_no: str, confirmation_no: str, until: dict[str, date], effective_on: date
    ) -> None:
        """Begin the cover of everyone in the roster."""
        for plan_code, last in until.items():
            await self._session.execute(
                insert(CoverRow).from_select(
                    ["number_hash", "plan_code", "confirmation_no", "effective_on", "until"],
                    select(
                        PersonRow.number_hash,
                        PersonRow.plan_code,
                        literal(confirmation_no),
                        literal(effective_on),
                        literal(last),
                    ).where(
                        PersonRow.application_no == application_no,
                        PersonRow.plan_code == plan_code,
                    ),
                )
            )
