"""The public HTTP API, `/api/v1`."""

from fastapi import APIRouter

from services.gateway.api import applications, feed, forwarding, papers, sessions

router = APIRouter(prefix="/api/v1")
for part in (sessions, applications, papers, feed, forwarding):
    router.include_router(part.router)
