"""What the roster tells: counts while drafting, the frozen roster, or why there is none."""

from services.enrollment.domain.application import State
from services.enrollment.repository import ApplicationRepository
from shared.contracts.base import about
from shared.contracts.enrollment import ApplicationInReview, ApplicationReopened
from shared.contracts.roster import (
    ImportFinished,
    RosterFreezeRefused,
    RosterFrozen,
    RosterPersonsChanged,
)
from shared.messaging.transaction import Transaction


async def count_persons(event: ImportFinished | RosterPersonsChanged, tx: Transaction) -> None:
    """Keep the counts, so that fees and rates can be shown while drafting."""
    applications = ApplicationRepository(tx.session)
    application = await applications.get(event.application_no)
    if application.state is State.CANCELLED:
        return  # an import that was still running when the operator gave up
    application.count(event.counts)
    applications.save(application, tx.now)


async def begin_review(event: RosterFrozen, tx: Transaction) -> None:
    """Send the application to first review, or back when its persons do not fit its rules."""
    applications = ApplicationRepository(tx.session)
    application = await applications.get(event.application_no)
    application.count(event.counts)
    objection = application.objection()
    if objection is None:
        application.freeze(event.key, event.digest)
        tx.emit(ApplicationInReview(**about(application)))
    else:
        code, reason = objection
        application.reopen(reason)
        tx.emit(ApplicationReopened(**about(application), code=code, reason=reason))
    applications.save(application, tx.now)


async def reopen(event: RosterFreezeRefused, tx: Transaction) -> None:
    """Give the application back to the operator with the reason."""
    applications = ApplicationRepository(tx.session)
    application = await applications.get(event.application_no)
    application.reopen(event.message)
    applications.save(application, tx.now)
    tx.emit(ApplicationReopened(**about(application), code=event.code, reason=event.message))
