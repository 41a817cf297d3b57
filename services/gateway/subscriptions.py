"""What the gateway hears."""

from services.gateway.handlers.events import notify_operator, record_event
from shared.bus import on_every, work
from shared.contracts import documents, enrollment, gateway, invoicing, roster

HEARD = (documents, enrollment, gateway, invoicing, roster)
"""All contracts: an event whose contract is not loaded would be kept in no order."""

SUBSCRIPTIONS = (
    on_every(record_event),
    work("notify", enrollment.ApplicationApproved, notify_operator),
)
