"""What the gateway deletes in time: events, deliveries, addresses, tries to sign in."""

from datetime import timedelta

from services.gateway.repository import codes, tries
from services.gateway.repository.captchas import Captchas
from services.gateway.repository.deliveries import Deliveries
from services.gateway.repository.events import EventLog
from services.gateway.repository.trail import AuditTrail
from shared.bus import Transaction

ROWS_PER_TRANSACTION = 10_000
DELIVERY_DAYS = 30
ADDRESS_DAYS = 180


async def forget_events(tx: Transaction) -> bool:
    """Delete events older than the installation keeps them; return whether there are more."""
    before = tx.now - timedelta(days=tx.resources.settings.event_log_days)
    return await EventLog(tx).forget(before, ROWS_PER_TRANSACTION)


async def forget_deliveries(tx: Transaction) -> bool:
    """Delete old deliveries; those not delivered stay."""
    await Deliveries(tx).forget(tx.now - timedelta(days=DELIVERY_DAYS))
    return False


async def forget_addresses(tx: Transaction) -> bool:
    """Blank the addresses of old entries of the audit trail; return whether there are more."""
    before = tx.now - timedelta(days=ADDRESS_DAYS)
    return await AuditTrail(tx).forget_addresses(before, ROWS_PER_TRANSACTION)


async def forget_tries(tx: Transaction) -> bool:
    """Delete tries, turns, captchas, codes and known addresses that no rule needs any more."""
    await tries.forget(tx)
    await codes.forget(tx)
    await Captchas(tx).forget(tx.now)
    return False
