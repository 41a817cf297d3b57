"""RabbitMQ as code: what `rabbitmqctl import_definitions` makes of an empty broker.

Each service may read its own queues and announce its own topics; nobody may declare or bind, and
other systems may write nothing at all.
"""

import base64
import hashlib
import secrets
from collections.abc import Iterable, Mapping
from re import escape
from typing import Any

from shared.bus.transports.rabbit.topology import (
    DEAD_LETTER_QUEUE,
    STREAM,
    SUBSCRIBERS,
    Topology,
    prefixed,
    queue_arguments,
)
from shared.contracts.events import EXCHANGE

VHOST = "union"
OPERATOR = "operator"
ADMINISTRATOR = "administrator"
NOTHING = "^$"
KEPT_MESSAGES = 100_000
KEPT_BYTES = 512 * 1024**2
KEPT_MILLISECONDS = 14 * 24 * 3600 * 1000
"""What a subscriber's queue keeps while nobody reads it; then the oldest are dropped."""


def subscriber_policy() -> dict[str, Any]:
    """Return the limits of other systems' queues."""
    return {
        "pattern": rf"^(.+\.)?{escape(SUBSCRIBERS)}",
        "apply-to": "queues",
        "priority": 0,
        "definition": {
            "max-length": KEPT_MESSAGES,
            "max-length-bytes": KEPT_BYTES,
            "message-ttl": KEPT_MILLISECONDS,
            "overflow": "drop-head",
        },
    }


def service_rights(service: str) -> dict[str, str]:
    """Return what a service's user may do: nothing but read its queues and publish."""
    return {
        "configure": NOTHING,
        "write": f"^{escape(EXCHANGE)}$",
        "read": f"^{escape(service)}\\.",
    }


def definitions(
    topology: Topology, services: Iterable[str], passwords: Mapping[str, str]
) -> dict[str, Any]:
    """Return the definitions of the broker; users without a password cannot sign in."""
    services = list(services)
    users = [*services, OPERATOR, ADMINISTRATOR]
    rights = {service: service_rights(service) for service in services}
    # Every user may see lengths; to read a queue is to take from it.
    dead = f"^{escape(DEAD_LETTER_QUEUE)}$"
    rights[OPERATOR] = {"configure": NOTHING, "write": NOTHING, "read": dead}
    # Makes other systems' queues and users by the management API, and puts dead letters back.
    rights[ADMINISTRATOR] = {"configure": ".*", "write": ".*", "read": ".*"}
    return {
        "vhosts": [{"name": VHOST}],
        "users": [
            {
                "name": user,
                "password_hash": _hashed(passwords[user]) if user in passwords else "",
                "hashing_algorithm": "rabbit_password_hashing_sha256",
                "tags": ["administrator"] if user == ADMINISTRATOR else [],
                "limits": {},
            }
            for user in users
        ],
        "permissions": [{"user": user, "vhost": VHOST, **rights[user]} for user in users],
        "topic_permissions": [
            {
                "user": service,
                "vhost": VHOST,
                "exchange": EXCHANGE,
                "write": f"^{escape(service)}\\.",
                "read": NOTHING,
            }
            for service in services
        ],
        "exchanges": [
            {
                "name": EXCHANGE,
                "vhost": VHOST,
                "type": "topic",
                "durable": True,
                "auto_delete": False,
                "internal": False,
                "arguments": {},
            }
        ],
        "queues": [
            {
                "name": name,
                "vhost": VHOST,
                "durable": True,
                "auto_delete": False,
                "arguments": queue_arguments(name),
            }
            for name in [DEAD_LETTER_QUEUE, *topology]
        ],
        "bindings": [
            {
                "source": EXCHANGE,
                "vhost": VHOST,
                "destination": name,
                "destination_type": "queue",
                "routing_key": topic,
                "arguments": {},
            }
            for name, topics in topology.items()
            for topic in topics
        ],
        "policies": [{"vhost": VHOST, "name": "subscribers", **subscriber_policy()}],
    }


def subscriber_rights(queue: str, namespace: str, *, stream: bool) -> dict[str, str]:
    """Return what another system's user may do: read its queue, and the stream if wanted."""
    readable = [escape(queue), *([escape(prefixed(namespace, STREAM))] if stream else [])]
    return {"configure": NOTHING, "write": NOTHING, "read": f"^({'|'.join(readable)})$"}


def _hashed(password: str) -> str:
    """Return a password's hash as RabbitMQ has it: salt, then SHA-256 of salt and password."""
    salt = secrets.token_bytes(4)
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()
