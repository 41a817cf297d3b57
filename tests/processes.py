"""A system as processes on the real bus: their environment, start, stop and kill."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Self

import asyncpg
import httpx

from examples.ports import free_port
from services.host.registry import NAMES
from shared.runtime.keys import new_keys
from shared.runtime.polling import pauses

CAPTCHA = "2468"
STOP_TIMEOUT_SECONDS = 90.0
"""A process gives the work that it has begun 60 seconds at most (`serve`, `RabbitBus.stop`)."""
START_TIMEOUT_SECONDS = 90.0
SHOWN = 5000
"""Characters of a log, its last ones, that a failure shows."""
PROXY = "127.0.0.2"
"""An address of this machine from which a proxy is trusted."""
HSTS_SECONDS = 31_536_000


def environment_of(
    var: Path, bus_url: str, namespace: str, databases: dict[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Return the environment of every process, and the address of each by service."""
    environment = {
        **os.environ,
        **new_keys(),
        "BUS_URL": bus_url,
        "BUS_NAMESPACE": namespace,
        "STORAGE_URL": f"file://{var}/objects",
        "OUTGOING_FOLDER": str(var / "outgoing"),
        "CAPTCHA_ANSWER": CAPTCHA,
        "PYTHONFAULTHANDLER": "1",
        "TRUSTED_PROXIES": PROXY,
        "HSTS_SECONDS": str(HSTS_SECONDS),
        "WEBHOOK_ALLOW_LOOPBACK": "true",
    }
    addresses = {}
    for name in NAMES:
        port = free_port()
        addresses[name] = f"http://127.0.0.1:{port}"
        environment[f"{name.upper()}_DATABASE_URL"] = databases[name]
        environment[f"{name.upper()}_PORT"] = str(port)
        environment[f"{name.upper()}_URL"] = addresses[name]
    return environment, addresses


class SystemProcess:
    """A process of `python -m services` on a folder, with an environment and a log."""

    def __init__(
        self,
        var: Path,
        name: str,
        environment: dict[str, str],
        *arguments: str,
        sources: Path | None = None,
    ) -> None:
        self.name = name
        self.environment = environment
        self.log = var / f"{name}.log"
        self._sources = sources
        self._command = [sys.executable, "-m", "services", "--var", str(var), *arguments]
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Start it."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it."""
        self.stop()

    def start(self, **more: str) -> None:
        """Start it, with `more` added to its environment."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                self._command,
                cwd=self._sources,
                env={**self.environment, **more},
                stdout=log,
                stderr=log,
            )

    async def answered(self, url: str) -> httpx.Response:
        """Return the first answer that is a success; AssertionError with the log's end if none."""
        async with httpx.AsyncClient() as http:
            for pause in pauses(START_TIMEOUT_SECONDS):
                try:
                    response = await http.get(url)
                except httpx.TransportError:
                    assert self._process is not None
                    assert self._process.poll() is None, self._failure("ended")
                else:
                    if response.is_success:
                        return response
                await asyncio.sleep(pause)
        raise AssertionError(self._failure("did not start"))

    def stop(self) -> int | None:
        """Terminate it and return its exit code; AssertionError if it does not end in time."""
        if self._process is None:
            return None
        self._process.terminate()
        try:
            return self._process.wait(STOP_TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.send_signal(signal.SIGABRT)  # its stacks go to the log
            self._process.wait(10)
            raise AssertionError(self._failure("did not end")) from None

    def kill(self) -> None:
        """Kill it, as a power cut would."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(10)

    def _failure(self, what: str) -> str:
        """Say what it did, with the end of its log."""
        return f"{self.name} {what}:\n{self.log.read_text(encoding='utf-8')[-SHOWN:]}"


class ServiceProcess(SystemProcess):
    """A process of one service; with `parts`, of those parts of it only."""

    def __init__(
        self,
        var: Path,
        name: str,
        environment: dict[str, str],
        parts: str | None = None,
        sources: Path | None = None,
    ) -> None:
        chosen = ("--parts", parts) if parts else ()
        called = f"{name}-{parts}" if parts else name
        super().__init__(var, called, environment, "run", name, *chosen, sources=sources)
        web = parts is None or "web" in parts
        self._port = f"{name.upper()}_PORT" if web else "WORKER_PORT"

    async def ready(self) -> None:
        """Return when it is ready; AssertionError with the end of its log if it does not start."""
        await self.answered(f"http://127.0.0.1:{self.environment[self._port]}/readyz")


async def drop_databases(postgres: str, names: list[str]) -> None:
    """Drop the databases of a run."""
    connection = await asyncpg.connect(postgres)
    try:
        for name in names:
            await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    finally:
        await connection.close()
