"""`subscribers`: a queue and a user on RabbitMQ for each other system."""

import argparse
import re
import secrets
import sys
from fnmatch import fnmatchcase
from urllib.parse import quote, urlsplit, urlunsplit

import httpx

from services.host.cli.arguments import audit
from shared.bus.operations.management import USERS, Management
from shared.bus.transports.rabbit.topology import STREAM, prefixed
from shared.contracts.events import public_events
from shared.runtime.settings import BusSettings

NAME = re.compile(r"[a-z][a-z0-9-]{0,40}")


def add_subscribers(command: argparse.ArgumentParser) -> None:
    """Add the arguments of `subscribers`."""
    command.add_argument("action", choices=("add", "list", "remove"))
    command.add_argument("name", nargs="?", help="small letters, digits and dashes")
    command.add_argument("--topics", default="#", help="enrollment.#,invoicing.payment.# …")
    command.add_argument("--stream", action="store_true", help="may also read what has been")
    audit(
        command,
        {"add": ("subscriber.added", ("name",)), "remove": ("subscriber.removed", ("name",))},
    )


async def subscribers(arguments: argparse.Namespace) -> None:
    """Add, list or remove another system's queue and user."""
    settings = BusSettings()
    if settings.bus_url is None or settings.bus_admin_url is None:
        sys.exit("BUS_URL and BUS_ADMIN_URL must be set: where RabbitMQ and its management are.")
    admin = settings.bus_admin_url.get_secret_value()
    if arguments.action != "list" and not NAME.fullmatch(arguments.name or ""):
        sys.exit(f"Which one? subscribers {arguments.action} NAME (small letters, digits, dashes)")
    try:
        await _manage(
            Management(admin, settings.bus_url, settings.bus_namespace), settings, arguments
        )
    except httpx.HTTPError as error:
        sys.exit(f"RabbitMQ's management (BUS_ADMIN_URL): {error}")


async def _manage(opened: Management, settings: BusSettings, arguments: argparse.Namespace) -> None:
    async with opened as management:
        if arguments.action == "add":
            await _add(management, settings, arguments)
        elif arguments.action == "remove":
            await management.remove_subscriber(arguments.name)
            sys.stdout.write(f"removed {arguments.name}, its user and its queue\n")
        else:
            for queue in await management.subscribers():
                messages, consumers = queue.get("messages", 0), queue.get("consumers", 0)
                sys.stdout.write(f"{queue['name']} messages={messages} consumers={consumers}\n")


async def _add(
    management: Management, settings: BusSettings, arguments: argparse.Namespace
) -> None:
    topics = chosen_topics(arguments.topics)
    if not topics:
        sys.exit(f"No public event is called like {arguments.topics}; /events/docs lists them.")
    password = secrets.token_urlsafe(24)
    queue = await management.add_subscriber(
        arguments.name, topics, password, stream=arguments.stream
    )
    parts = urlsplit(settings.bus_url or "")
    host = parts.netloc.rpartition("@")[2]
    user = f"{USERS}{arguments.name}:{quote(password, safe='')}"
    url = urlunsplit((parts.scheme, f"{user}@{host}", parts.path, "", ""))
    sys.stdout.write(f"AMQP_URL={url}\nQUEUE={queue}\n")
    if arguments.stream:
        sys.stdout.write(f"STREAM={prefixed(settings.bus_namespace, STREAM)}\n")
    sys.stdout.write(f"# {len(topics)} topics; the password is shown this once\n")


def chosen_topics(patterns: str) -> list[str]:
    """Return the public topics that a list of topics, or of beginnings with `#`, means."""
    wanted = [pattern.strip() for pattern in patterns.split(",")]
    return [
        event.topic
        for event in public_events()
        if any(fnmatchcase(event.topic, pattern.replace("#", "*")) for pattern in wanted)
    ]
