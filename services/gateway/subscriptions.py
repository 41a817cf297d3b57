"""What the gateway consumes."""

from services.gateway.domain.notices import TOLD
from services.gateway.handlers.accounts_opening import (
    follow_unit,
    open_account,
    registered_itself,
)
from services.gateway.handlers.events import record_event
from services.gateway.handlers.notices import may_be_texted, text_unit
from shared.bus import on_every, work
from shared.contracts import documents, enrollment, gateway, invoicing, roster

CONTRACTS = (documents, enrollment, gateway, invoicing, roster)
"""Load all contracts: without its contract an event has no stream, and hence no order."""

SUBSCRIPTIONS = (
    on_every(record_event),
    work("open_account", enrollment.UnitRegistered, open_account, when=registered_itself),
    work("follow_unit", enrollment.UnitChanged, follow_unit),
    *(work("notify", event, text_unit, when=may_be_texted) for event in TOLD),
)
