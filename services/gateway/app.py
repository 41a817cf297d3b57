"""The gateway put together."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI, Request, Response
from httpx_aiohttp import AiohttpTransport
from starlette.middleware import Middleware

from services.gateway.adapters.behind_proxy import BehindProxy, HttpsOnly
from services.gateway.adapters.captcha import CaptchaMaker, open_captcha
from services.gateway.adapters.concurrency_limit import ConcurrencyLimit
from services.gateway.adapters.live import Live
from services.gateway.adapters.mail import Mail, SmtpMail
from services.gateway.adapters.outgoing import Outgoing
from services.gateway.adapters.services import TIMEOUT_SECONDS, Services
from services.gateway.adapters.sms import Sms, open_sms
from services.gateway.adapters.upload_limit import UploadLimit
from services.gateway.adapters.webhook_client import WebhookClient, open_webhook_client
from services.gateway.api import catalogue, reference, router
from services.gateway.api.audited import Settling
from services.gateway.api.forwarding import ROUTES
from services.gateway.api.pages import add_pages
from services.gateway.api.passing import UpstreamRefusal, as_response
from services.gateway.handlers.accounts import load_accounts
from services.gateway.handlers.bindings import forget_forms
from services.gateway.handlers.deliveries import deliver
from services.gateway.handlers.forgetting import (
    forget_addresses,
    forget_deliveries,
    forget_events,
    forget_tries,
)
from services.gateway.handlers.messages_sending import blank_messages, send_messages
from services.gateway.handlers.notices import forget_notices
from services.gateway.repository.bindings import named_forms
from services.gateway.repository.event_source import LoggedEvents
from services.gateway.repository.webhooks import oldest_sealed
from services.gateway.subscriptions import SUBSCRIPTIONS
from services.gateway.tables import metadata
from shared.contracts.files import Prefix
from shared.errors import CannotStart
from shared.identity.token import TokenIssuer
from shared.runtime.keys import require_pair
from shared.runtime.resources import Resources
from shared.runtime.settings import service_settings
from shared.service import Service, Stored, Timer

UPSTREAMS = tuple(sorted({route.service for route in ROUTES}))


def _transport(
    name: str, neighbours: Mapping[str, FastAPI]
) -> tuple[httpx.AsyncBaseTransport, str]:
    """Reach a service in this process, or over the network."""
    if name in neighbours:
        return httpx.ASGITransport(neighbours[name], raise_app_exceptions=False), f"http://{name}"
    url = service_settings(name).url
    if url is None:
        raise CannotStart(f"{name.upper()}_URL is not set: where does the gateway reach {name}?")
    return AiohttpTransport(), url


@asynccontextmanager
async def equip(
    resources: Resources, neighbours: Mapping[str, FastAPI]
) -> AsyncIterator[Resources]:
    """Add the gateway's clients, captcha and text messages to its resources."""
    key = resources.settings.token_private_key
    if key is None:
        raise CannotStart("TOKEN_PRIVATE_KEY is not set: `python -m services keys` makes one.")
    require_pair(key.get_secret_value(), resources.settings.token_public_key)
    issuer = TokenIssuer(key.get_secret_value(), resources.clock)
    async with AsyncExitStack() as stack:
        clients = {}
        for name in UPSTREAMS:
            transport, url = _transport(name, neighbours)
            clients[name] = await stack.enter_async_context(
                httpx.AsyncClient(transport=transport, base_url=url, timeout=TIMEOUT_SECONDS)
            )
        tools: dict[type, Any] = {
            Services: Services(clients, issuer),
            CaptchaMaker: open_captcha(resources.settings.captcha_answer),
            Sms: await stack.enter_async_context(open_sms(resources.settings, resources.clock)),
            Mail: SmtpMail(resources.settings),
            Outgoing: Outgoing(),
            Live: Live(),
            ConcurrencyLimit: ConcurrencyLimit(),
            WebhookClient: await stack.enter_async_context(
                open_webhook_client(loopback=resources.settings.webhook_allow_loopback)
            ),
        }
        yield replace(resources, tools=tools)


def extend(app: FastAPI) -> None:
    """Add what only the public side needs: passing refusals on, limits, the descriptions."""

    async def refused(_: Request, error: Exception) -> Response:
        assert isinstance(error, UpstreamRefusal)
        return as_response(error.answer)

    app.add_exception_handler(UpstreamRefusal, refused)
    app.include_router(catalogue.router)
    settings = app.state.transactions.resources.settings
    if settings.hsts_seconds:
        app.add_middleware(HttpsOnly, seconds=settings.hsts_seconds)
    app.add_middleware(BehindProxy, trusted=settings.trusted_proxies)
    # Innermost, so that their refusals and entries have the correlation of the request.
    transactions = app.state.transactions
    app.user_middleware.append(Middleware(UploadLimit, limit=settings.upload_limit))
    app.user_middleware.append(Middleware(Settling, transactions=transactions))
    # FastAPI's own description knows the gateway only.
    app.router.routes[:] = [
        route for route in app.router.routes if getattr(route, "path", "") != app.openapi_url
    ]
    app.include_router(reference.router)
    add_pages(app)


SERVICE = Service(
    name="gateway",
    title="工会会员互助保障参保系统",
    metadata=metadata,
    migrations=Path(__file__).parent / "migrations",
    router=router,
    subscriptions=SUBSCRIPTIONS,
    sealed=oldest_sealed,
    timers=(
        Timer(3600.0, forget_events),
        Timer(3600.0, forget_deliveries),
        Timer(3600.0, forget_addresses),
        Timer(3600.0, blank_messages),
        Timer(3600.0, forget_notices),
        Timer(900.0, forget_tries),
        Timer(3600.0, forget_forms),
    ),
    stores=(Stored(Prefix.BINDINGS, named_forms),),
    event_source=LoggedEvents,
    background=(deliver, send_messages),
    seed=load_accounts,
    equip=equip,
    extend=extend,
)
