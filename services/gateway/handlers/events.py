"""Every event: logged, and shown to open streams; approvals bring a text message."""

from services.gateway.adapters.live import Live
from services.gateway.adapters.services import Services, address
from services.gateway.adapters.sms import Sms
from services.gateway.repository.events import EventLog
from services.gateway.repository.trail import AuditTrail
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
    """Send the operator a text message about an approval (docs/domain.md, step 8)."""
    event_id = job.envelope.id
    async with job.transaction() as tx:
        sent = await AuditTrail(tx).is_sent(event_id)
    if not sent:
        system = Caller(
            account_id="gateway", name="gateway", role=Role.SYSTEM, office_id=event.office_id
        )
        services = job.resources.tool(Services)
        path = address("/units/{unit_id}/mobile", unit_id=event.unit_id)
        answer = await services.call("enrollment", "GET", path, system)
        if not answer.ok:
            raise LookupError(f"no number for unit {event.unit_id}: {answer.status}")
        await job.resources.tool(Sms).send(  # type: ignore[type-abstract]
            event_id,
            answer.json["mobile"],
            f"您的参保申请{event.application_no}已审核通过，应付金额{event.payable}元，"
            "请打印缴费通知单并按时缴费。",
        )
    async with job.finish() as tx:
        await AuditTrail(tx).note_sent(event_id, event.unit_id, event.application_no, tx.now)
