"""The public HTTP API, `/api/v1`."""

from fastapi import APIRouter

from services.gateway.api import applications, feed, forwarding, papers, sessions

PREFIX = "/api/v1"

router = APIRouter(prefix=PREFIX)
for part in (sessions, applications, papers, feed, forwarding):
    router.include_router(part.router)
