"""Documents put together."""

from pathlib import Path

from services.documents.api import router
from services.documents.handlers import load_receiving_accounts
from services.documents.subscriptions import SUBSCRIPTIONS
from services.documents.tables import metadata
from shared.service import Service

SERVICE = Service(
    name="documents",
    title="单据",
    metadata=metadata,
    migrations=Path(__file__).parent / "migrations",
    router=router,
    subscriptions=SUBSCRIPTIONS,
    seed=load_receiving_accounts,
)
