"""The receipt books of offices to and from rows."""

import secrets
from datetime import date

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert as upsert

from services.invoicing.domain.invoices import Numbers
from services.invoicing.tables import ReceiptBookRow
from shared.bus import Transaction
from shared.errors import NotFound

CHECK_CODE_LETTERS = "0123456789abcdef"
CHECK_CODE_LENGTH = 6


class ReceiptBook:
    """Numbers of receipts, in sequence per office."""

    def __init__(self, tx: Transaction) -> None:
        self._session = tx.session

    async def payee(self, office_id: str) -> str:
        """Return the name of the office's payee; NotFound when it has no receipt book."""
        row = await self._session.get(ReceiptBookRow, office_id)
        if row is None:
            raise NotFound("办事处尚未设置票据信息，请联系管理员。")
        return row.payee

    async def next_numbers(self, office_id: str, on: date) -> Numbers:
        """Return the office's next number, with code and check code (docs/domain.md, Receipts)."""
        row = (
            await self._session.execute(
                update(ReceiptBookRow)
                .where(ReceiptBookRow.office_id == office_id)
                .values(last_number=ReceiptBookRow.last_number + 1)
                .returning(ReceiptBookRow.prefix, ReceiptBookRow.last_number)
            )
        ).one()
        check = "".join(secrets.choice(CHECK_CODE_LETTERS) for _ in range(CHECK_CODE_LENGTH))
        return Numbers(f"{row.prefix}{on:%y}", f"{row.last_number:010d}", check)

    async def put(self, office_id: str, payee: str, prefix: str) -> None:
        """Create or update an office's receipt book; its numbering continues."""
        await self._session.execute(
            upsert(ReceiptBookRow)
            .values(office_id=office_id, payee=payee, prefix=prefix, last_number=0)
            .on_conflict_do_update(
                index_elements=[ReceiptBookRow.office_id], set_={"payee": payee, "prefix": prefix}
            )
        )
