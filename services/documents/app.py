"""Documents put together."""

from pathlib import Path

from services.documents.api import router
from services.documents.handlers.papers import restore_papers
from services.documents.handlers.receiving_accounts import load_receiving_accounts
from services.documents.subscriptions import SUBSCRIPTIONS
from services.documents.tables import PaperRow, metadata
from services.documents.views import named_papers
from shared.contracts.files import Prefix
from shared.service import Copies, Service, Stored

SERVICE = Service(
    name="documents",
    title="单据",
    metadata=metadata,
    migrations=Path(__file__).parent / "migrations",
    router=router,
    subscriptions=SUBSCRIPTIONS,
    seed=load_receiving_accounts,
    stores=(Stored(Prefix.PAPERS, named_papers), Stored(Prefix.PREVIEWS)),
    copies=Copies(
        (metadata.tables[PaperRow.__tablename__],), PaperRow.application_no.key, restore_papers
    ),
)
