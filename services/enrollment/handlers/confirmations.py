"""Record payments; issue and archive confirmations."""

from services.enrollment.domain.applications import Application, Confirmation
from services.enrollment.domain.confirmations import confirmation_no, effective_on
from services.enrollment.domain.fees import totals
from services.enrollment.repository.applications import ApplicationRepository
from services.enrollment.repository.offices import OfficeRepository
from shared.bus import Transaction
from shared.contracts.base import about
from shared.contracts.enrollment import (
    ApplicationPaid,
    ApplicationPaymentReversed,
    ConfirmationArchived,
    ConfirmationIssued,
    last_day_of_cover,
)
from shared.contracts.files import StoredFile
from shared.contracts.invoicing import PaymentConfirmed, PaymentReceived, PaymentReversed
from shared.identity.caller import Caller
from shared.identity.permissions import Permission


async def record_payment(event: PaymentReceived, tx: Transaction) -> None:
    """Record on the application that its payment arrived."""
    applications = ApplicationRepository(tx)
    application = await applications.get(event.application_no)
    application.receive_payment()
    applications.save(application, tx.now)
    tx.emit(ApplicationPaid(**about(application), confirmable_on=event.confirmable_on))


async def record_reversal(event: PaymentReversed, tx: Transaction) -> None:
    """Record on the application that its payment was reversed."""
    applications = ApplicationRepository(tx)
    application = await applications.get(event.application_no)
    application.reverse_payment()
    applications.save(application, tx.now)
    tx.emit(ApplicationPaymentReversed(**about(application)))


async def issue_confirmation(event: PaymentConfirmed, tx: Transaction) -> None:
    """Issue the confirmation with the office's next number."""
    applications = ApplicationRepository(tx)
    application = await applications.get(event.application_no)
    sequence = await applications.next_confirmation_sequence(application.office_id)
    plans = [line.plan for line in application.lines]
    confirmed = Confirmation(
        confirmation_no(application.office_id, event.confirmed_on, sequence),
        effective_on(event.received_on, plans),
        event.confirmed_on,
    )
    application.confirm(confirmed)
    applications.save(application, tx.now)
    lines = application.approved_lines
    assert lines is not None
    assert application.roster_key is not None
    assert application.roster_digest is not None
    tx.emit(
        ConfirmationIssued(
            **about(application),
            **vars(confirmed),
            kind=application.kind,
            unit_name=application.unit_name,
            agency_name=(await OfficeRepository(tx).get(application.agency_id)).name,
            lines=tuple(lines),
            terms={plan.code: plan.rules.term_years for plan in plans},
            cover_until={
                plan.code: last_day_of_cover(confirmed.effective_on, plan.rules.term_years)
                for plan in plans
            },
            total_fee=totals(lines).total_fee,
            roster_key=application.roster_key,
            roster_digest=application.roster_digest,
        )
    )


async def archive(
    confirmation_number: str, scan: StoredFile, caller: Caller, tx: Transaction
) -> Application:
    """Store the scan of a signed and stamped confirmation; this ends its application.

    NotFound when there is none of that number or the caller may not see it.
    """
    caller.require(Permission.ARCHIVE)
    applications = ApplicationRepository(tx)
    application = await applications.by_confirmation(confirmation_number)
    caller.require_sight(application.unit_id, application.agency_id, application.office_id)
    await tx.keep(scan.key)
    application.archive(scan)
    applications.save(application, tx.now)
    tx.emit(
        ConfirmationArchived(
            **about(application), confirmation_no=confirmation_number, archived_at=tx.now
        )
    )
    return application
