"""Who is covered under which plan until when; numbers as keyed hashes."""

from datetime import date

from sqlalchemy import insert, literal, select

from services.roster.tables import CoverRow, PersonRow
from shared.bus import Transaction


class CoverRepository:
    """Covers."""

    def __init__(self, tx: Transaction) -> None:
        self._session = tx.session

    async def lasts(self, plan_code: str, number_hash: bytes, on: date) -> bool:
        """Return whether somebody's cover under a plan has not expired."""
        found = await self._session.scalar(
            select(CoverRow.cover_id)
            .where(
                CoverRow.plan_code == plan_code,
                CoverRow.number_hash == number_hash,
                CoverRow.until >= on,
            )
            .limit(1)
        )
        return found is not None

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
