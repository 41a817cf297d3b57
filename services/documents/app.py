"""Documents put together."""

from pathlib import Path

from services.documents.api import router
from services.documents.handlers import load_receiving_accounts, restore_papers
from services.documents.subscriptions import SUBSCRIPTIONS
from services.documents.tables import PaperRow, metadata
from shared.service import Copies, Service

SERVICE = Service(
    name="documents",
    title="单据",
    metadata=metadata,
    migrations=Path(__file__).parent / "migrations",
    router=router,
    subscriptions=SUBSCRIPTIONS,
    seed=load_receiving_accounts,
    copies=Copies(
        (metadata.tables[PaperRow.__tablename__],), PaperRow.application_no.key, restore_papers
    ),
)
