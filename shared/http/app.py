"""The web application that every service has: correlation, caching, health, metrics."""

from collections.abc import MutableMapping
from typing import Any

from fastapi import FastAPI, Response
from fastapi.routing import APIRoute
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from starlette.datastructures import MutableHeaders

from shared.bus.transaction import Transactions
from shared.http.problems import answer_problems
from shared.http.readiness import StorageWatch
from shared.runtime.log import correlated, correlation_of

Scope = MutableMapping[str, Any]


class Correlation:
    """Sets a correlation id per request, from `traceparent` or new."""

    def __init__(self, app: Any, service: str) -> None:  # noqa: ANN401 - an ASGI application
        self._app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's
        """Set the id, and add it to the response."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        header = dict(scope["headers"]).get(b"traceparent", b"").decode("latin-1")
        correlation = scope["correlation"] = correlation_of(header)

        async def send_with_id(message: Scope) -> None:
            if message["type"] == "http.response.start":
                message["headers"].append((b"x-correlation-id", correlation.encode()))
            await send(message)

        with correlated(correlation, service=self._service):
            await self._app(scope, receive, send_with_id)


class NotKept:
    """Forbids caching of responses and guessing of their type, unless they say otherwise.

    An answer that may be kept says so itself.
    """

    def __init__(self, app: Any) -> None:  # noqa: ANN401 - an ASGI application
        self._app = app

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's
        """Add the headers that are missing."""

        async def send_unkept(message: Scope) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Cache-Control", "no-store")
                headers.setdefault("X-Content-Type-Options", "nosniff")
            await send(message)

        await self._app(scope, receive, send_unkept)


def named(route: APIRoute) -> str:
    """Return a call's operationId: the name of its function."""
    return route.name


def build_app(service: str, title: str, transactions: Transactions) -> FastAPI:
    """Return the web application of a service, without its own routes."""
    app = FastAPI(
        title=title,
        version="1",
        # These pages load external scripts; the gateway has a page of its own.
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=named,
    )
    app.state.service = service
    app.state.transactions = transactions
    stored = StorageWatch(transactions.resources.storage)
    app.add_middleware(NotKept)
    app.add_middleware(Correlation, service=service)
    answer_problems(app)

    @app.get("/healthz", include_in_schema=False)
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/readyz", include_in_schema=False)
    async def readyz() -> dict[str, str]:
        async with transactions.begin() as tx:
            await tx.session.execute(text("SELECT 1"))
        # Much works without the store: a process without it stays in service.
        return {"status": "ready", "storage": await stored.state()}

    if not transactions.resources.settings.production:
        # In production they are on a port of their own: `shared.runtime.metrics_port`.
        @app.get("/metrics", include_in_schema=False)
        async def metrics() -> Response:
            return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return app
