"""Prints: asked for, and counted once."""

from collections.abc import Sequence
from uuid import uuid4

from services.documents.domain.papers import printing
from services.documents.domain.prints import Print
from services.documents.handlers.artifacts import (
    account_alone,
    accounts_on,
    current_file,
    drawings_of,
)
from services.documents.repository.papers import PaperRepository
from services.documents.repository.printed_papers import PrintedPapers
from services.documents.repository.prints import PrintRepository
from shared.bus import Transaction
from shared.contracts.documents import DocumentPrinted, PaperKind, RenderRequested
from shared.errors import NotFound
from shared.identity.caller import Caller

MOST_NAMED = 5
"""Numbers in one sentence."""


async def print_papers(
    kind: PaperKind, numbers: Sequence[str], caller: Caller, tx: Transaction
) -> Print:
    """Print papers into one PDF: at once if it is rendered, else by a worker; count it once.

    NotFound names the numbers that the caller sees no paper of.
    """
    caller.require(printing(kind))
    wanted = [
        paper
        for paper in await PaperRepository(tx).find(kind, numbers)
        if caller.sees(paper.unit_id, paper.agency_id, paper.office_id)
    ]
    known = {paper.number for paper in wanted}
    if missing := [number for number in dict.fromkeys(numbers) if number not in known]:
        raise _not_found(missing)
    drawings = await drawings_of(wanted, tx)
    first = wanted[0]
    new = Print(
        print_id=str(uuid4()),
        kind=first.kind,
        numbers=[paper.number for paper in wanted],
        printed_by=caller.account_id,
        unit_id=caller.unit_id,
        agency_id=caller.agency_id,
        office_id=caller.office_id,
        created_at=tx.now,
    )
    file = await current_file(drawings, tx)
    if file is not None:
        new.finish(file, account_alone(drawings))
        await PrintedPapers(tx).add(new, accounts_on(drawings))
        tx.emit(DocumentPrinted(**new.named(), printed_by=caller.account_id))
    else:
        # Also when it is to be rendered in advance: nobody waits behind what nobody waits for.
        tx.emit(RenderRequested(**new.named()))
    PrintRepository(tx).save(new)
    return new


def _not_found(numbers: Sequence[str]) -> NotFound:
    named = "、".join(numbers[:MOST_NAMED])
    more = f"等{len(numbers)}份" if len(numbers) > MOST_NAMED else ""
    return NotFound(f"没有找到{named}{more}的单据：编号有误或尚未生成，请核对后重新打印。")
