"""Rosters: HTTP endpoints."""

from fastapi import APIRouter
from pydantic import BaseModel, Field

from services.roster import views
from services.roster.api.imports import ImportAnswer, shown_import
from services.roster.domain.actions import next_actions
from services.roster.domain.rosters import RosterState
from services.roster.handlers.rosters import confirmed_roster, write_workbook
from services.roster.repository.imports import ImportRepository
from services.roster.repository.persons import PersonRepository
from shared.contracts.actions import NextAction
from shared.contracts.files import StoredFile
from shared.contracts.roster import LineCount
from shared.http.commands import CommandOf
from shared.values import ApplicationNo, ConfirmationNo

router = APIRouter(tags=["roster"])


class RosterAnswer(BaseModel):
    """How the roster of an application stands."""

    state: RosterState
    counts: list[LineCount]
    imports: list[ImportAnswer] = Field(description="Oldest first")
    next_actions: list[NextAction] = Field(description="What the account may do next with it")


@router.get("/rosters/{application_no}")
async def get_roster(application_no: ApplicationNo, command: CommandOf) -> RosterAnswer:
    """Tell the gateway how a roster stands."""
    async with command.transaction() as tx:
        found = await views.roster(tx, command.caller, application_no)
        counts = await PersonRepository(tx).counts(application_no)
        imports = await ImportRepository(tx).of(application_no)
    return RosterAnswer(
        state=found.state,
        counts=list(counts),
        imports=[shown_import(one) for one in imports],
        next_actions=next_actions(found, command.caller),
    )


@router.get("/confirmations/{confirmation_no}/roster")
async def get_confirmed_roster(confirmation_no: ConfirmationNo, command: CommandOf) -> StoredFile:
    """Download the confirmed roster as a workbook, full numbers."""
    async with command.transaction() as tx:
        roster = await confirmed_roster(confirmation_no, command.caller, tx)
    return await write_workbook(roster, command.resources)
