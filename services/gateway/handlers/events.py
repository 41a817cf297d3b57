"""Every event: logged, shown to open streams, and noted in the inboxes of those it is for."""

from services.gateway.adapters.live import Live
from services.gateway.handlers.notices import note_news
from services.gateway.repository.events import EventLog
from shared.bus import Transaction
from shared.contracts.base import Envelope


async def record_event(envelope: Envelope, tx: Transaction) -> None:
    """Add an event to the log and to inboxes, and wake the open streams.

    Both in one transaction: whoever reads the inbox when the stream says so finds the notice.
    """
    await EventLog(tx).append(envelope)
    await note_news(envelope, tx)
    tx.after_commit.append(tx.resources.tool(Live).ring)
