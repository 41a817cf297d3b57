"""One service in a process of its own, on RabbitMQ."""

import json
import sys

from services.host.registry import load
from services.host.running import bind_service, run_services
from services.host.server import serve
from services.host.topology import TOPOLOGY
from shared.bus.transports.rabbit.bus import RabbitBus
from shared.runtime.log import configure_logging
from shared.runtime.metrics_port import metrics_served
from shared.runtime.resources import open_resources
from shared.runtime.settings import Settings, service_settings


async def run_alone(name: str, parts: frozenset[str]) -> None:
    """Run one service on RabbitMQ, as the environment says: web, consumers, relay."""
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
    with metrics_served(name, production=settings.production):
        async with (
            bind_service(load(name), own.database_url, resources, bus, parts=parts) as run,
            run_services([run], bus),
        ):
            await serve(run.app, own.host, own.port)
