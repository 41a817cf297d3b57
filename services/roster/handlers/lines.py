"""The copy of applications: lines and their rules, state, cover."""

from services.roster.domain.roster import Roster, RosterState, covered_until
from services.roster.repository import ImportRepository, PersonRepository, RosterRepository
from shared.bus import Transaction
from shared.contracts.base import about
from shared.contracts.enrollment import (
    ApplicationCancelled,
    ApplicationDrafted,
    ApplicationLinesChanged,
    ApplicationReopened,
    ApplicationReturned,
    ApplicationSubmitted,
    ConfirmationIssued,
)
from shared.contracts.roster import RosterPersonsChanged


async def open_roster(event: ApplicationDrafted, tx: Transaction) -> None:
    """Create the roster of a new application."""
    roster = Roster(
        event.application_no, event.unit_id, event.agency_id, event.office_id, list(event.lines)
    )
    await RosterRepository(tx.session).put(roster)


async def take_lines(event: ApplicationLinesChanged, tx: Transaction) -> None:
    """Save the new lines; delete the persons of lines that are gone."""
    rosters = RosterRepository(tx.session)
    roster = await rosters.get(event.application_no)
    roster.lines = list(event.lines)
    await rosters.put(roster)
    persons = PersonRepository(tx.session, tx.resources.sealer)
    if await persons.keep_only(roster.application_no, roster.plans):
        counts = await persons.counts(roster.application_no)
        tx.emit(RosterPersonsChanged(**about(roster), counts=counts))


async def lock_roster(event: ApplicationSubmitted, tx: Transaction) -> None:
    """Close the roster for changes; freezing is a job of its own."""
    await _set_state(event.application_no, RosterState.LOCKED, tx)


async def thaw_roster(event: ApplicationReopened | ApplicationReturned, tx: Transaction) -> None:
    """Open the roster for changes again."""
    await _set_state(event.application_no, RosterState.OPEN, tx)


async def close_roster(event: ApplicationCancelled, tx: Transaction) -> None:
    """Delete the persons of a cancelled application, and the files that name them."""
    rosters = RosterRepository(tx.session)
    roster = await rosters.get(event.application_no)
    if roster.frozen_key is not None:
        tx.discard(roster.frozen_key)
    roster.state, roster.frozen_key, roster.frozen_digest = RosterState.CLOSED, None, None
    await rosters.put(roster)
    persons = PersonRepository(tx.session, tx.resources.sealer)
    await persons.keep_only(event.application_no, [])
    for batch in await ImportRepository(tx.session).of(event.application_no):
        tx.discard(batch.file["key"])
        if batch.failed is not None:
            tx.discard(batch.failed["key"])
            batch.failed = None


async def begin_cover(event: ConfirmationIssued, tx: Transaction) -> None:
    """Begin the cover of everyone in the frozen roster."""
    rosters = RosterRepository(tx.session)
    roster = await rosters.get(event.application_no)
    roster.confirmation_no = event.confirmation_no
    await rosters.put(roster)
    until = {plan: covered_until(event.effective_on, years) for plan, years in event.terms.items()}
    await PersonRepository(tx.session, tx.resources.sealer).begin_cover(
        event.application_no, event.confirmation_no, until, event.effective_on
    )


async def _set_state(application_no: str, state: RosterState, tx: Transaction) -> None:
    rosters = RosterRepository(tx.session)
    roster = await rosters.get(application_no)
    roster.state = state
    await rosters.put(roster)
