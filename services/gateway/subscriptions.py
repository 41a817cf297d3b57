"""What the gateway consumes."""

from services.gateway.domain.notices import TOLD
from services.gateway.handlers.accounts_opening import follow_unit, open_account
from services.gateway.handlers.events import record_event
from services.gateway.handlers.notices import tell
from shared.bus import on_every, work
from shared.contracts import documents, enrollment, gateway, invoicing, roster

CONTRACTS = (documents, enrollment, gateway, invoicing, roster)
"""Load all contracts: without its contract an event has no stream, and hence no order."""

SUBSCRIPTIONS = (
    on_every(record_event),
    work("open_account", enrollment.UnitRegistered, open_account),
    work("follow_unit", enrollment.UnitChanged, follow_unit),
    *(work("notify", event, tell) for event in TOLD),
)
