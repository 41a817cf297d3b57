"""The gateway put together."""

from pathlib import Path

from services.gateway.api import router
from services.gateway.handlers.signing_in import load_accounts
from services.gateway.subscriptions import SUBSCRIPTIONS
from services.gateway.tables import metadata
from shared.service import Service

SERVICE = Service(
    name="gateway",
    title="工会会员互助保障参保系统",
    metadata=metadata,
    migrations=Path(__file__).parent / "migrations",
    router=router,
    subscriptions=SUBSCRIPTIONS,
    seed=load_accounts,
)
