"""RabbitMQ's management API, for operators: other systems' queues and users."""

from collections.abc import Sequence
from typing import Any, Self
from urllib.parse import quote, urlsplit, urlunsplit

import httpx

from shared.bus.operations.definitions import subscriber_policy, subscriber_rights
from shared.bus.transports.rabbit.topology import SUBSCRIBERS, prefixed
from shared.contracts.events import EXCHANGE
from shared.errors import Conflict, NotFound

USERS = "subscriber-"
"""Prefix of other systems' users."""


class Management:
    """Acts on one virtual host."""

    def __init__(self, admin_url: str, bus_url: str, namespace: str = "") -> None:
        """Take the URL of the management API, with user and password, and that of the bus."""
        parts = urlsplit(admin_url)
        address = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], "/", "", ""))
        self._http = httpx.AsyncClient(
            base_url=address, auth=(parts.username or "", parts.password or ""), timeout=30
        )
        self._vhost = quote(urlsplit(bus_url).path.removeprefix("/") or "/", safe="")
        self._namespace = namespace

    async def __aenter__(self) -> Self:
        """Keep connections."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close them."""
        await self._http.aclose()

    async def import_definitions(self, definitions: dict[str, Any]) -> None:
        """Create everything that the definitions name."""
        await self._send("POST", "definitions", definitions)

    async def add_subscriber(
        self, name: str, topics: Sequence[str], password: str, *, stream: bool
    ) -> str:
        """Create a queue of these topics and a user who may read it; return the queue's name.

        Conflict when there is one of that name, be it half-made.
        """
        queue, user = self._queue(name), USERS + name
        if await self._exists(f"users/{user}"):
            raise Conflict("subscriber_exists", f"There is a subscriber {name} already.")
        policy = subscriber_policy()
        await self._send("PUT", f"policies/{self._vhost}/subscribers", policy)
        arguments = {"x-queue-type": "quorum"}
        body = {"durable": True, "auto_delete": False, "arguments": arguments}
        made = await self._send("PUT", f"queues/{self._vhost}/{queue}", body)
        if made.status_code != httpx.codes.CREATED:
            raise Conflict(
                "subscriber_half_made",
                f"There is a queue of {name} already, but no user: somebody is adding it just now,"
                f" or was cut off. `subscribers remove {name}`, then add it again.",
            )
        exchange = prefixed(self._namespace, EXCHANGE)
        for topic in topics:
            path = f"bindings/{self._vhost}/e/{exchange}/q/{queue}"
            await self._send("POST", path, {"routing_key": topic, "arguments": {}})
        await self._send("PUT", f"users/{user}", {"password": password, "tags": ""})
        rights = subscriber_rights(queue, self._namespace, stream=stream)
        await self._send("PUT", f"permissions/{self._vhost}/{user}", rights)
        return queue

    async def subscribers(self) -> list[dict[str, Any]]:
        """List other systems' queues: name, messages, consumers, as RabbitMQ describes them."""
        found = (await self._send("GET", f"queues/{self._vhost}")).json()
        return [queue for queue in found if queue["name"].startswith(self._queue(""))]

    async def remove_subscriber(self, name: str) -> None:
        """Delete a subscriber's user and queue with its messages; NotFound when there is none."""
        paths = (f"users/{USERS}{name}", f"queues/{self._vhost}/{self._queue(name)}")
        # Either may exist alone, when adding was interrupted.
        found = [path for path in paths if await self._exists(path)]
        if not found:
            raise NotFound(f"There is no subscriber {name}.")
        for path in found:
            await self._send("DELETE", path)

    def _queue(self, name: str) -> str:
        return prefixed(self._namespace, SUBSCRIBERS + name)

    async def _exists(self, path: str) -> bool:
        response = await self._http.get(f"/api/{path}")
        if response.status_code == httpx.codes.NOT_FOUND:
            return False
        response.raise_for_status()
        return True

    async def _send(self, method: str, path: str, body: Any = None) -> httpx.Response:  # noqa: ANN401 - JSON
        response = await self._http.request(method, f"/api/{path}", json=body)
        response.raise_for_status()
        return response
