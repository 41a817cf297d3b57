"""What the gateway hears."""

from services.gateway.handlers.events import notify_operator, record_event
from shared.contracts.enrollment import ApplicationApproved
from shared.messaging.subscriptions import on_every, work

SUBSCRIPTIONS = (
    on_every(record_event),
    work("notify", ApplicationApproved, notify_operator),
)
