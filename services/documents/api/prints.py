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
from shared.http.commands import CommandOf, RepeatableOf

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
    """Print; 200 with the file, or 202 and where to poll when it takes longer than ten seconds.

    Nobody waits for a print of more than `MOST_WAITED_FOR` papers: its progress is read instead.
    Sent again under its key it is the same print, and is answered as that now is.
    """
    command.caller.require(printing(body.kind))

    async def act(tx: Transaction) -> AskedPrint:
        asked = await print_papers(body.kind, body.numbers, command.caller, tx)
        return AskedPrint(print_id=asked.print_id)

    asked = await command.once(body, AskedPrint, act)
    is_waited_for = len(body.numbers) <= MOST_WAITED_FOR
    found = await views.rendered(command.transactions, asked.print_id, waits=is_waited_for)
    if found.state is not PrintState.PENDING:
        return found.ready_file()
    response.status_code = 202
    response.headers["Location"] = f"/api/v1/prints/{found.print_id}"
    return shown_print(found)


@router.get("/prints/{print_id}")
async def get_print(print_id: str, command: CommandOf) -> PrintAnswer:
    """Show whether a print is ready, and how far it is."""
    async with command.transaction() as tx:
        return shown_print(await views.print_of(tx, command.caller, print_id))


@router.get("/prints/{print_id}/file", responses={409: {"description": "Not ready yet"}})
async def get_print_file(print_id: str, command: CommandOf) -> StoredFile:
    """Download the PDF of a print."""
    async with command.transaction() as tx:
        found = await views.print_of(tx, command.caller, print_id)
    return found.ready_file()
