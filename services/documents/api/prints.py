"""Prints: HTTP endpoints."""

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from services.documents import views
from services.documents.domain.papers import printing
from services.documents.domain.prints import Print, PrintState
from services.documents.handlers.prints import print_papers
from shared.bus import Transaction
from shared.contracts.documents import PaperKind, PaperNumbers
from shared.contracts.files import StoredFile
from shared.http.commands import Command, CommandOf, RepeatableOf
from shared.http.waiting import LONGEST_WAIT_SECONDS, Wait, settled

router = APIRouter(tags=["papers"])

MOST_WAITED_FOR = 50


class NewPrint(BaseModel):
    """Papers of one kind that are wanted in one PDF."""

    kind: PaperKind
    numbers: PaperNumbers[str]


class AskedPrint(BaseModel):
    """What is kept for a repeated call: its answer is the print as it then is."""

    print_id: str


class PrintAnswer(BaseModel):
    """A print; its file is ready when the state is `done`."""

    print_id: str
    kind: PaperKind
    numbers: list[str]
    state: PrintState
    done: int = Field(description="How many of its papers are set")
    total: int = Field(description="How many papers it has")


def shown_print(found: Print) -> PrintAnswer:
    """Show a print."""
    return PrintAnswer(
        print_id=found.print_id,
        kind=found.kind,
        numbers=found.numbers,
        state=found.state,
        done=found.done,
        total=len(found.numbers),
    )


@router.post("/prints")
async def post_print(
    body: NewPrint, command: RepeatableOf, response: Response
) -> StoredFile | PrintAnswer:
    """Print; 200 with the file, or 202 and where to poll when it takes longer than eight seconds.

    Nobody waits for a print of more than `MOST_WAITED_FOR` papers: its progress is read instead.
    Sent again under its key it is the same print, and is answered as that now is.
    """
    command.caller.require(printing(body.kind))

    async def act(tx: Transaction) -> AskedPrint:
        asked = await print_papers(body.kind, body.numbers, command.caller, tx)
        return AskedPrint(print_id=asked.print_id)

    asked = await command.once(body, AskedPrint, act)
    wait = LONGEST_WAIT_SECONDS if len(body.numbers) <= MOST_WAITED_FOR else 0
    found = await _ended(asked.print_id, command, wait)
    if found.state is not PrintState.PENDING:
        return found.ready_file()
    response.status_code = 202
    response.headers["Location"] = f"/api/v1/prints/{found.print_id}"
    return shown_print(found)


@router.get("/prints/{print_id}")
async def get_print(print_id: str, command: CommandOf, wait: Wait = 0) -> PrintAnswer:
    """Show whether a print is ready, and how far it is."""
    return shown_print(await _ended(print_id, command, wait))


async def _ended(print_id: str, command: Command, wait: float) -> Print:
    """Return a print when it has ended, or when the time is up."""

    async def read() -> Print:
        async with command.transaction() as tx:
            return await views.print_of(tx, command.caller, print_id)

    return await settled(
        read,
        lambda found: found.state is PrintState.PENDING,
        wait,
        command.transactions.announced.of(print_id),
    )


@router.get("/prints/{print_id}/file", responses={409: {"description": "Not ready yet"}})
async def get_print_file(print_id: str, command: CommandOf) -> StoredFile:
    """Download the PDF of a print."""
    async with command.transaction() as tx:
        found = await views.print_of(tx, command.caller, print_id)
    return found.ready_file()
