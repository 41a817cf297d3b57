"""The public HTTP API, `/api/v1`."""

from fastapi import APIRouter, Depends

from services.gateway.api import (
    accounts,
    applications,
    bindings,
    codes,
    deliveries,
    events,
    forwarding,
    imports,
    messages,
    notices,
    notification_settings,
    oauth,
    papers,
    passwords,
    payments,
    printed_papers,
    registrations,
    second_factors,
    sessions,
    trail,
    webhooks,
)
from services.gateway.api.media import require_media_type
from services.gateway.api.passing import PREFIX

router = APIRouter(prefix=PREFIX, dependencies=[Depends(require_media_type)])
for part in (
    sessions,
    codes,
    passwords,
    second_factors,
    oauth,
    accounts,
    bindings,
    applications,
    imports,
    papers,
    printed_papers,
    payments,
    registrations,
    events,
    trail,
    messages,
    notices,
    notification_settings,
    webhooks,
    deliveries,
    forwarding,
):
    router.include_router(part.router)

__all__ = ["PREFIX", "router"]
