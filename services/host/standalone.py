"""One service in a process of its own, on RabbitMQ."""

import json
import sys

from services.host.registry import load
from services.host.running import bind_service, require_parts, run_services
from services.host.server import serve
from services.host.topology import TOPOLOGY
from shared.bus.transports.rabbit.bus import RabbitBus
from shared.runtime.log import configure_logging
from shared.runtime.metrics_port import metrics_served
from shared.runtime.resources import open_resources
from shared.runtime.settings import Settings, service_settings


async def run_alone(name: str, parts: frozenset[str]) -> None:
    """Run parts of one service on RabbitMQ, as the environment says, and a relay.

    Nobody calls a process without web pages: it answers its health where it finds room.
    """
    service = load(name)
    require_parts(service, parts)
    settings = Settings()
    configure_logging(json=settings.production, level=settings.log_level)
    own = service_settings(name)
    if settings.bus_url is None or own.database_url is None:
        sys.exit(f"BUS_URL and {name.upper()}_DATABASE_URL must be set to run {name} alone.")
    bus = RabbitBus(
        settings.bus_url,
        json.loads(TOPOLOGY.read_text(encoding="utf-8")),
        namespace=settings.bus_namespace,
        declares=settings.bus_declares,
    )
    resources = open_resources(settings)
    alone = "web" not in parts
    worker_port = settings.worker_metrics_port if alone else None
    with metrics_served(name, worker_port, production=settings.production):
        async with (
            bind_service(service, own.database_url, resources, bus, parts=parts) as run,
            run_services([run], bus),
        ):
            await serve(run.app, own.host, settings.worker_port if alone else own.port)
