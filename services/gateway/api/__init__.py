"""The public HTTP API, `/api/v1`."""

from fastapi import APIRouter, Depends

from services.gateway.api import (
    applications,
    audit,
    feed,
    forwarding,
    imports,
    oauth,
    papers,
    payments,
    sessions,
    webhook_deliveries,
    webhooks,
)
from services.gateway.api.media import require_media_type

PREFIX = "/api/v1"

router = APIRouter(prefix=PREFIX, dependencies=[Depends(require_media_type)])
for part in (
    sessions,
    oauth,
    applications,
    imports,
    papers,
    payments,
    feed,
    audit,
    webhooks,
    webhook_deliveries,
    forwarding,
):
    router.include_router(part.router)
