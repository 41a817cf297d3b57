"""Every event: logged, and shown to open streams; approvals bring a text message."""

from services.gateway.adapters.live import Live
from services.gateway.adapters.services import Services, address
from services.gateway.domain.message_kinds import MessageKind
from services.gateway.handlers.messages import queue_text
from services.gateway.repository.events import EventLog
from shared.bus import Job, Transaction
from shared.contracts.base import Envelope
from shared.contracts.enrollment import ApplicationApproved
from shared.identity.caller import Caller
from shared.identity.permissions import Role


async def record_event(envelope: Envelope, tx: Transaction) -> None:
    """Add an event to the log, and wake the open streams."""
    await EventLog(tx).append(envelope)
    tx.after_commit.append(tx.resources.tool(Live).ring)


async def notify_operator(event: ApplicationApproved, job: Job) -> None:
    """Queue a text message to the operator about an approval (docs/domain.md, step 8)."""
    event_id = job.envelope.id
    system = Caller(
        account_id="gateway", name="gateway", role=Role.SYSTEM, office_id=event.office_id
    )
    services = job.resources.tool(Services)
    path = address("/units/{unit_id}/mobile", unit_id=event.unit_id)
    answer = await services.call("enrollment", "GET", path, system)
    if not answer.ok:
        raise LookupError(f"no number for unit {event.unit_id}: {answer.status}")
    async with job.finish() as tx:
        await queue_text(
            MessageKind.APPLICATION_APPROVED,
            event_id,
            answer.json["mobile"],
            {"application_no": event.application_no, "payable": str(event.payable)},
            tx,
            office_id=event.office_id,
            unit_id=event.unit_id,
            subject=event.application_no,
        )
