"""Roster put together."""

from pathlib import Path

from services.roster.api import router
from services.roster.handlers.imports_columns import give_up_expired
from services.roster.repository.persons import oldest_sealed
from services.roster.subscriptions import SUBSCRIPTIONS
from services.roster.tables import metadata
from services.roster.views import named_failed_rows, named_rosters, named_uploads
from shared.contracts.files import Prefix
from shared.service import Service, Stored, Timer

SERVICE = Service(
    name="roster",
    title="人员清单",
    metadata=metadata,
    migrations=Path(__file__).parent / "migrations",
    router=router,
    subscriptions=SUBSCRIPTIONS,
    timers=(Timer(300.0, give_up_expired),),
    sealed=oldest_sealed,
    stores=(
        Stored(Prefix.UPLOADS, named_uploads),
        Stored(Prefix.FAILED_ROWS, named_failed_rows),
        Stored(Prefix.ROSTERS, named_rosters),
        Stored(Prefix.TEMPLATES),
        Stored(Prefix.DOWNLOADS),
    ),
)
