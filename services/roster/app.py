"""Roster put together."""

from pathlib import Path

from services.roster.api import router
from services.roster.repository import oldest_sealed
from services.roster.subscriptions import SUBSCRIPTIONS
from services.roster.tables import metadata
from shared.service import Service

SERVICE = Service(
    name="roster",
    title="人员清单",
    metadata=metadata,
    migrations=Path(__file__).parent / "migrations",
    router=router,
    subscriptions=SUBSCRIPTIONS,
    sealed=oldest_sealed,
)
