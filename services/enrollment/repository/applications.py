"""Applications to and from rows."""

from collections.abc import Collection
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert

from services.enrollment.domain.applications import Application
from services.enrollment.domain.confirmations import FIRST_SEQUENCE
from services.enrollment.tables import ApplicationRow, ConfirmationNumberRow, application_numbers
from shared.bus import Transaction
from shared.errors import NotFound
from shared.http.headers import require_version
from shared.values import application_no, folded

APPLICATION = TypeAdapter(Application)


class ApplicationRepository:
    """Applications; what is loaded stays locked until the transaction ends."""

    def __init__(self, tx: Transaction) -> None:
        self._session = tx.session
        self._rows: dict[str, ApplicationRow] = {}

    async def next_no(self) -> str:
        """Return the next application number."""
        return application_no(await self._session.scalar(application_numbers.next_value()) or 0)

    async def get(self, number: str, versions: Collection[str] | None = None) -> Application:
        """Load and lock an application.

        NotFound when there is none, PreconditionFailed when it is at none of `versions`.
        """
        row = await self._session.get(
            ApplicationRow, number, with_for_update=True, populate_existing=True
        )
        if row is None:
            raise NotFound
        require_version(row.version, versions)
        self._rows[number] = row
        return APPLICATION.validate_python(row.body)

    async def by_confirmation(self, confirmation_no: str) -> Application:
        """Load and lock the application of a confirmation; NotFound when there is none."""
        number = await self._session.scalar(
            select(ApplicationRow.application_no).where(
                ApplicationRow.confirmation_no == confirmation_no
            )
        )
        if number is None:
            raise NotFound
        return await self.get(number)

    def add(self, application: Application, now: datetime) -> None:
        """Insert a new application."""
        row = ApplicationRow(
            application_no=application.application_no,
            unit_id=application.unit_id,
            agency_id=application.agency_id,
            office_id=application.office_id,
            kind=application.kind,
            entered_on=application.entered_on,
            unit_folded=folded(application.unit_name),
            version=0,
        )
        self._rows[application.application_no] = row
        self.save(application, now)
        self._session.add(row)

    def save(self, application: Application, now: datetime) -> None:
        """Store an application that was loaded or added here, as a new version."""
        application.record_state(now)
        row = self._rows[application.application_no]
        row.state = application.state
        row.plans = [line.plan.code for line in application.lines]
        row.reviewers = sorted({review.reviewer for review in application.reviews})
        row.body = APPLICATION.dump_python(application, mode="json")
        row.version += 1
        if application.confirmation:
            row.confirmation_no = application.confirmation.confirmation_no

    async def next_confirmation_sequence(self, office_id: str) -> int:
        """Return the office's next sequence number; locks it until the transaction ends."""
        numbers = ConfirmationNumberRow
        sequence = await self._session.scalar(
            upsert(numbers)
            .values(office_id=office_id, sequence=FIRST_SEQUENCE)
            .on_conflict_do_update(
                index_elements=[numbers.office_id], set_={"sequence": numbers.sequence + 1}
            )
            .returning(numbers.sequence)
        )
        return int(sequence or 0)
