"""Rosters: the copy of applications with their lines, rules and state; cover; the workbook."""

from services.roster.adapters.workbook_writer import XLSX, roster_workbook
from services.roster.domain.imports import APPLICATION_CANCELLED, ImportState
from services.roster.domain.rosters import Roster
from services.roster.repository.covers import CoverRepository
from services.roster.repository.imports import ImportRepository
from services.roster.repository.persons import PersonRepository
from services.roster.repository.rosters import RosterRepository
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
    cover_until,
)
from shared.contracts.files import Prefix, StoredFile
from shared.contracts.roster import FrozenRoster, RosterPersonsChanged
from shared.errors import NotFound
from shared.identity.caller import Caller
from shared.identity.permissions import Permission
from shared.runtime.resources import Resources

BUILD_SECONDS = 120.0


async def open_roster(event: ApplicationDrafted, tx: Transaction) -> None:
    """Create the roster of a new application."""
    roster = Roster(
        event.application_no, event.unit_id, event.agency_id, event.office_id, list(event.lines)
    )
    await RosterRepository(tx).put(roster)


async def take_lines(event: ApplicationLinesChanged, tx: Transaction) -> None:
    """Save the new lines; delete the persons of lines that are gone."""
    rosters = RosterRepository(tx)
    roster = await rosters.get(event.application_no)
    roster.lines = list(event.lines)
    await rosters.put(roster)
    persons = PersonRepository(tx)
    if await persons.keep_only(roster.application_no, roster.plans):
        counts = await persons.counts(roster.application_no)
        tx.emit(RosterPersonsChanged(**about(roster), counts=counts))


async def lock_roster(event: ApplicationSubmitted, tx: Transaction) -> None:
    """Close the roster for changes; freezing is a job of its own."""
    rosters = RosterRepository(tx)
    roster = await rosters.get(event.application_no)
    roster.lock()
    await rosters.put(roster)


async def thaw_roster(event: ApplicationReopened | ApplicationReturned, tx: Transaction) -> None:
    """Open the roster for changes again."""
    rosters = RosterRepository(tx)
    roster = await rosters.get(event.application_no)
    roster.thaw()
    await rosters.put(roster)


async def close_roster(event: ApplicationCancelled, tx: Transaction) -> None:
    """Delete the persons of a cancelled application, and the files that name them."""
    rosters = RosterRepository(tx)
    roster = await rosters.get(event.application_no)
    tx.discard(*roster.close())
    await rosters.put(roster)
    await PersonRepository(tx).keep_only(event.application_no, [])
    imports = ImportRepository(tx)
    for batch in await imports.of(event.application_no):
        tx.discard(*batch.discard_files())
        if batch.state is ImportState.NEEDS_COLUMNS:
            batch.refuse(APPLICATION_CANCELLED, tx.now)
        await imports.save(batch)


async def begin_cover(event: ConfirmationIssued, tx: Transaction) -> None:
    """Begin the cover of everyone in the frozen roster."""
    rosters = RosterRepository(tx)
    roster = await rosters.get(event.application_no)
    roster.confirmation_no = event.confirmation_no
    await rosters.put(roster)
    await CoverRepository(tx).begin(
        event.application_no, event.confirmation_no, cover_until(event), event.effective_on
    )


async def confirmed_roster(confirmation_no: str, caller: Caller, tx: Transaction) -> Roster:
    """Return the roster of a confirmation, for export; NotFound when it is not the caller's."""
    caller.require(Permission.EXPORT)
    roster = await RosterRepository(tx).by_confirmation(confirmation_no)
    caller.require_sight(roster.unit_id, roster.agency_id, roster.office_id)
    return roster


async def write_workbook(roster: Roster, resources: Resources) -> StoredFile:
    """Write a confirmed roster as a workbook, full numbers; NotFound when it is not frozen."""
    if roster.frozen_key is None:
        raise NotFound
    frozen = FrozenRoster.model_validate_json(await resources.storage.get(roster.frozen_key))
    plans = {roster.plan_name(line.plan_code): line.persons for line in frozen.lines}
    number = roster.confirmation_no
    content = await resources.child.run(
        BUILD_SECONDS, roster_workbook, f"参保人员清单 {number}", plans
    )
    key = f"{Prefix.DOWNLOADS}/{number}.xlsx"
    return await resources.storage.put_file(key, content, f"人员清单-{number}.xlsx", XLSX)
