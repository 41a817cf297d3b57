"""A RabbitMQ for these tests, set up as deploy/ sets up a real one."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import aio_pika
import pytest

from examples.ports import free_ports
from services.host.registry import NAMES
from services.host.topology import topology
from shared.bus.operations.definitions import ADMINISTRATOR, OPERATOR, VHOST, definitions
from shared.bus.operations.management import Management
from shared.bus.transports.rabbit.topology import DEAD_LETTER_QUEUE, STREAM
from tests.broker.certificates import write_certificates
from tests.servers import Servers


@dataclass(frozen=True)
class Broker:
    """The broker's addresses and certificates."""

    servers: Servers
    tls_port: int
    admin_url: str
    certificates: Path

    def url(self, user: str) -> str:
        """Return a user's URL; passwords are the names backwards."""
        return f"amqp://{user}:{user[::-1]}@127.0.0.1:{self.servers.rabbitmq_port}/{VHOST}"

    async def empty(self) -> None:
        """Purge the services' queues and the dead letters."""
        async with (
            await aio_pika.connect(self.url(ADMINISTRATOR)) as connection,
            connection.channel() as channel,
        ):
            for name in [DEAD_LETTER_QUEUE, *topology()]:
                if name != STREAM:
                    await (await channel.get_queue(name, ensure=False)).purge()

    def management(self) -> Management:
        """Return a client of its management API."""
        return Management(self.admin_url, self.url("nobody"))


@pytest.fixture(scope="session")
async def broker() -> AsyncIterator[Broker]:
    """Start RabbitMQ, with and without TLS, and import the definitions."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="broker-")))
        write_certificates(folder)
        ports = free_ports(2)
        configuration = folder / "rabbitmq.conf"
        configuration.write_text(
            f"listeners.ssl.1 = 127.0.0.1:{ports}\n"
            f"ssl_options.cacertfile = {folder}/ca.pem\n"
            f"ssl_options.certfile = {folder}/server.pem\n"
            f"ssl_options.keyfile = {folder}/server.key\n"
            "management.tcp.ip = 127.0.0.1\n"
            f"management.tcp.port = {ports + 1}\n",
            encoding="utf-8",
        )
        servers = Servers.new("rabbitmq_management", configuration)
        stack.push_async_callback(servers.remove)
        await servers.run("start", "rabbitmq")
        admin = f"http://{ADMINISTRATOR}:{ADMINISTRATOR[::-1]}@127.0.0.1:{ports + 1}"
        made = Broker(servers, ports, admin, folder)
        passwords = {name: name[::-1] for name in (*NAMES, OPERATOR, ADMINISTRATOR)}
        guest = f"http://guest:guest@127.0.0.1:{ports + 1}"
        async with Management(guest, made.url("nobody")) as management:
            await management.import_definitions(definitions(topology(), NAMES, passwords))
        yield made
