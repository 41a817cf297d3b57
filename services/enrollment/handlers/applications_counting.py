"""Apply the roster's events: counts while drafting, the frozen roster, or why there is none."""

from services.enrollment.domain.applications import Application, Objection, State
from services.enrollment.repository.applications import ApplicationRepository
from shared.bus import Transaction
from shared.contracts.base import about
from shared.contracts.enrollment import ApplicationInReview, ApplicationReopened
from shared.contracts.roster import (
    ImportColumnsGiven,
    ImportColumnsNeeded,
    ImportFinished,
    RosterFreezeRefused,
    RosterFrozen,
    RosterPersonsChanged,
)


async def await_columns(event: ImportColumnsNeeded, tx: Transaction) -> None:
    """Let nothing be submitted until the operator says which column of a file is which."""
    applications = ApplicationRepository(tx)
    application = await applications.get(event.application_no)
    if application.state is State.CANCELLED:
        return  # an import was still running when the operator cancelled
    application.await_columns(event.import_id)
    applications.save(application, tx.now)


async def decide_columns(event: ImportColumnsGiven, tx: Transaction) -> None:
    """Let the application be submitted: roster itself waits for an import that runs."""
    applications = ApplicationRepository(tx)
    application = await applications.get(event.application_no)
    application.decide_columns(event.import_id)
    applications.save(application, tx.now)


async def count_persons(event: ImportFinished | RosterPersonsChanged, tx: Transaction) -> None:
    """Store the counts, so that a draft shows fees and rates."""
    applications = ApplicationRepository(tx)
    application = await applications.get(event.application_no)
    if application.state is State.CANCELLED:
        return  # an import was still running when the operator cancelled
    undecided = isinstance(event, ImportFinished) and application.decide_columns(event.import_id)
    if not undecided:  # else nobody came of it, maybe long after the submission
        application.count(event.counts)
    applications.save(application, tx.now)


async def begin_review(event: RosterFrozen, tx: Transaction) -> None:
    """Begin first review, or reopen the application when there is an objection to its persons."""
    applications = ApplicationRepository(tx)
    application = await applications.get(event.application_no)
    application.count(event.counts)
    objections = application.objections()
    if objections:
        _reopen(application, objections[0], tx)
    else:
        application.freeze(event.key, event.digest)
        tx.emit(ApplicationInReview(**about(application)))
    applications.save(application, tx.now)


async def reopen(event: RosterFreezeRefused, tx: Transaction) -> None:
    """Reopen the application with the reason why its roster was not frozen."""
    applications = ApplicationRepository(tx)
    application = await applications.get(event.application_no)
    _reopen(application, Objection(event.code, event.message, event.plan_code), tx)
    applications.save(application, tx.now)


def _reopen(application: Application, objection: Objection, tx: Transaction) -> None:
    application.reopen(objection)
    tx.emit(
        ApplicationReopened(**about(application), code=objection.code, reason=objection.message)
    )
