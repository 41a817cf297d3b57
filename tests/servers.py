"""A RabbitMQ and a PostgreSQL for a test alone, which it may stop, start and block."""

import asyncio
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from examples.ports import free_ports

SCRIPT = Path(__file__).parent.parent / "scripts" / "servers.sh"


@dataclass(frozen=True)
class Servers:
    """RabbitMQ and PostgreSQL on loopback, with temporary data."""

    state: Path
    rabbitmq_port: int
    postgres_port: int
    plugins: str = ""
    configuration: Path | None = None

    @classmethod
    def new(cls, plugins: str = "", configuration: Path | None = None) -> "Servers":
        """Choose ports and a folder; nothing runs yet."""
        first = free_ports(6)
        return cls(Path(mkdtemp(prefix="servers-")), first, first + 5, plugins, configuration)

    @property
    def bus_url(self) -> str:
        """Return the URL of RabbitMQ."""
        return f"amqp://guest:guest@127.0.0.1:{self.rabbitmq_port}/"

    @property
    def postgres(self) -> str:
        """Return the URL of PostgreSQL."""
        return f"postgresql://postgres@127.0.0.1:{self.postgres_port}/postgres"

    async def run(self, *arguments: str) -> str:
        """Run scripts/servers.sh; returns its output."""
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("TEST_")
        }
        environment |= {
            "SERVERS_STATE": str(self.state),
            "RABBITMQ_PORT": str(self.rabbitmq_port),
            "POSTGRES_PORT": str(self.postgres_port),
            "RABBITMQ_PLUGINS": self.plugins,
            "RABBITMQ_CONF": str(self.configuration or ""),
        }
        # A file, because servers that it starts keep a pipe open and reading would never end.
        path = self.state / "output"
        with path.open("wb") as output:
            process = await asyncio.create_subprocess_exec(
                "bash",
                str(SCRIPT),
                *arguments,
                env=environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
            code = await process.wait()
        text = path.read_text(encoding="utf-8")
        assert code == 0, text
        return text

    async def remove(self) -> None:
        """Stop both and delete their data."""
        await self.run("stop")
        for place in self.state.glob("*.folder"):
            shutil.rmtree(place.read_text(encoding="utf-8").strip(), ignore_errors=True)
        shutil.rmtree(self.state)
