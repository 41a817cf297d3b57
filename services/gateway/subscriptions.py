"""What the gateway consumes."""

from services.gateway.handlers.accounts_opening import open_account
from services.gateway.handlers.events import notify_operator, record_event
from shared.bus import on_every, work
from shared.contracts import documents, enrollment, gateway, invoicing, roster

CONTRACTS = (documents, enrollment, gateway, invoicing, roster)
"""Load all contracts: without its contract an event has no stream, and hence no order."""

SUBSCRIPTIONS = (
    on_every(record_event),
    work("open_account", enrollment.UnitRegistered, open_account),
    work("notify", enrollment.ApplicationApproved, notify_operator),
)
