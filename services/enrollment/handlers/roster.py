"""Events of roster: counts while drafting, the frozen roster, or why it was refused."""

from services.enrollment.domain.application import Application, Objection, State
from services.enrollment.repository import ApplicationRepository
from shared.bus import Transaction
from shared.contracts.base import about
from shared.contracts.enrollment import ApplicationInReview, ApplicationReopened
from shared.contracts.roster import (
    ImportFinished,
    RosterFreezeRefused,
    RosterFrozen,
    RosterPersonsChanged,
)


async def count_persons(event: ImportFinished | RosterPersonsChanged, tx: Transaction) -> None:
    """Save the counts, so that fees and rates can be shown while drafting."""
    applications = ApplicationRepository(tx.session)
    application = await applications.get(event.application_no)
    if application.state is State.CANCELLED:
        return  # an import that was still running when the operator gave up
    application.count(event.counts)
    applications.save(application, tx.now)


async def begin_review(event: RosterFrozen, tx: Transaction) -> None:
    """Begin the first review, or reopen when enrollment's own rules object."""
    applications = ApplicationRepository(tx.session)
    application = await applications.get(event.application_no)
    application.count(event.counts)
    objections = application.objections()
    if objections:
        _send_back(application, objections[0], tx)
    else:
        application.freeze(event.key, event.digest)
        tx.emit(ApplicationInReview(**about(application)))
    applications.save(application, tx.now)


async def reopen(event: RosterFreezeRefused, tx: Transaction) -> None:
    """Reopen the application for the operator, with the reason."""
    applications = ApplicationRepository(tx.session)
    application = await applications.get(event.application_no)
    _send_back(application, Objection(event.code, event.message, event.plan_code), tx)
    applications.save(application, tx.now)


def _send_back(application: Application, objection: Objection, tx: Transaction) -> None:
    application.reopen(objection)
    tx.emit(
        ApplicationReopened(**about(application), code=objection.code, reason=objection.message)
    )
