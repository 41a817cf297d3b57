"""Steps of papers in tests: they become known, are printed and paid; the account changes."""

from typing import Any

from services.documents.domain.papers import Paper
from services.documents.domain.prints import PrintState
from services.documents.handlers.papers import restore_papers
from services.documents.handlers.prints import print_papers
from services.documents.handlers.receiving_accounts import load_receiving_accounts
from services.documents.repository.papers import PaperRepository
from services.documents.repository.prints import PrintRepository
from shared.contracts.documents import PaperKind, RenderRequested
from tests.documents.samples import CASE_A, CASE_C, approved, issued, roster
from tests.handling import NUMBER, SCOPE, Handling, caller
from tests.units import demo_office

OTHER = "PRT0000000002"
ABROAD = "PRT0000000003"
NOTICE = approved(*CASE_A).model_copy(update={**SCOPE, "application_no": NUMBER})
NEW_NUMBER = "999000111"


async def known(documents: Handling, *numbers: str, rendered: bool = True) -> None:
    """Let notices become known, and be rendered in advance."""
    for number in numbers or (NUMBER,):
        await documents.handle(NOTICE.model_copy(update={"application_no": number}))
    requested = await documents.announced()
    if rendered:
        await documents.handle(*requested)
        await documents.announced()


async def paper(
    documents: Handling, number: str = NUMBER, kind: PaperKind = PaperKind.PAYMENT_NOTICE
) -> Paper:
    """Return a paper as the lists show it."""
    async with documents.transaction() as tx:
        [found] = await PaperRepository(tx).get(kind, [number])
        return found


async def text(documents: Handling, kind: PaperKind = PaperKind.PAYMENT_NOTICE) -> tuple[bool, str]:
    """Print; return whether it had to be rendered, and what stands on it."""
    number = {PaperKind.PAYMENT_NOTICE: NUMBER, PaperKind.RECEIPT: "LZ00000001"}.get(kind, "")
    if kind is PaperKind.CONFIRMATION:
        number = issued(*CASE_C).confirmation_no
    async with documents.transaction() as tx:
        found = await print_papers(kind, [number], caller(), tx)
    return await taken(documents, found.print_id)


async def taken(documents: Handling, print_id: str) -> tuple[bool, str]:
    """Take a print, rendered if need be; return whether it was, and what stands in its file."""
    first, *_ = await documents.announced()
    if isinstance(first, RenderRequested):
        await documents.handle(first)
        await documents.announced()
    async with documents.transaction() as tx:
        done = await PrintRepository(tx).get(print_id)
    assert done.state is PrintState.DONE
    content = await documents.storage.get(done.ready_file().key)
    return isinstance(first, RenderRequested), content.decode()


async def batch(documents: Handling, *numbers: str) -> tuple[bool, list[str]]:
    """Print notices into one file; return whether it had to be rendered, and what each says."""
    async with documents.transaction() as tx:
        found = await print_papers(PaperKind.PAYMENT_NOTICE, numbers, caller(), tx)
    rendered, words = await taken(documents, found.print_id)
    return rendered, words.split("PaymentNotice(")[1:]


async def rebuilt(documents: Handling) -> None:
    """Let the copies have been made anew from the event log."""
    async with documents.transaction() as tx:
        tx.rebuilding = True
        await restore_papers(tx)


def accounts(*offices: str, **more: str) -> dict[str, Any]:
    """Return the seed's accounts of some offices, changed."""
    [like] = demo_office()["receiving_accounts"]
    return {"receiving_accounts": [{**like, "office_id": one, **more} for one in offices]}


async def load(documents: Handling, data: dict[str, Any]) -> None:
    """Load receiving accounts."""
    async with documents.transaction() as tx:
        await load_receiving_accounts(data, tx)


async def confirmed(documents: Handling) -> None:
    """Let the confirmation of the application become known."""
    listed = roster().model_copy(update={"application_no": NUMBER})
    content = listed.model_dump_json().encode()
    digest = await documents.storage.put("rosters/1", content)
    more = {**SCOPE, "application_no": NUMBER, "roster_key": "rosters/1", "roster_digest": digest}
    await documents.handle(issued(*CASE_C).model_copy(update=more))
    await documents.announced()
