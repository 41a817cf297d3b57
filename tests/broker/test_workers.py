"""Workers as real processes: side by side on one host, and stopped whenever somebody likes."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import httpx
from sqlalchemy import text

from examples.ports import free_port
from services.host.registry import NAMES
from services.host.topology import topology
from shared.bus.operations.definitions import OPERATOR
from shared.bus.transports.rabbit.broker import dead_letters
from shared.bus.transports.rabbit.bus import RabbitBus
from shared.contracts.base import Envelope
from shared.contracts.enrollment import ApplicationApproved
from shared.runtime.database import open_engine
from shared.runtime.embedded_postgres import create_databases
from shared.runtime.polling import pauses
from tests.broker.conftest import Broker
from tests.commands import command
from tests.documents.samples import CASE_A, approved
from tests.handling import SCOPE
from tests.processes import ServiceProcess, drop_databases, environment_of

PAPERS = 600
LONGEST_SECONDS = 120.0
NOT_IN_PRODUCTION = ("CAPTCHA_ANSWER", "WEBHOOK_ALLOW_LOOPBACK")
SAID = re.compile(r'^{.*"event": "(health_served|metrics_served)".*}$', re.MULTILINE)


async def ports_of(process: ServiceProcess) -> dict[str, int]:
    """Return the ports that the log of a process names, once it names both."""
    said: dict[str, int] = {}
    for pause in pauses(LONGEST_SECONDS):
        for found in SAID.finditer(process.log.read_text(encoding="utf-8")):
            said[found[1]] = json.loads(found[0])["port"]
        if len(said) == 2:
            return said
        await asyncio.sleep(pause)
    raise AssertionError(process.log.read_text(encoding="utf-8"))


async def announce(url: str, events: Sequence[ApplicationApproved]) -> None:
    """Publish approvals as enrollment does."""
    bus = RabbitBus(url, topology(), declares=False)
    await bus.start()
    for event in events:
        envelope = Envelope(
            id=uuid4(),
            source=event.source(),
            type=event.topic,
            subject=event.subject,
            time=datetime.now(UTC),
            stream=event.stream,
            sequence=1,
            correlationid="0" * 32,
            data=event.model_dump(mode="json"),
        )
        await bus.publish(envelope)
    await bus.stop()


async def until(found: Callable[[], Awaitable[int]], wanted: int) -> None:
    """Wait until so many are found."""
    for pause in pauses(LONGEST_SECONDS):
        if await found() >= wanted:
            return
        await asyncio.sleep(pause)
    raise AssertionError(f"{await found()} of {wanted}")


async def test_workers_share_a_host_and_stop_without_losing_a_paper(
    broker: Broker, postgres: str, namespace: str, tmp_path: Path
) -> None:
    """Three beside the process with web pages, in production; two are told to stop in the midst.

    What a stopped one had begun it finishes or gives back: every paper is rendered.
    """
    await broker.empty()
    [name] = names = [f"{namespace}_workers"]
    url = (await create_databases(postgres, names))[name]
    environment, _ = environment_of(
        tmp_path, broker.url("documents"), "", dict.fromkeys(NAMES, url)
    )
    for one in NOT_IN_PRODUCTION:
        del environment[one]
    environment |= {
        "MODE": "production",
        "BUS_DECLARES": "false",
        "DOCUMENTS_METRICS_PORT": str(free_port()),
    }
    await command(tmp_path, environment, "migrate", "documents")
    await command(tmp_path, environment, "seed", "documents")
    engine = open_engine(url)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(drop_databases, postgres, names)
        stack.push_async_callback(engine.dispose)
        parts = ("web,events", "render", "bulk_render", "work")
        processes = [ServiceProcess(tmp_path, "documents", environment, one) for one in parts]
        for process in processes:
            process.start()
            stack.push_async_callback(asyncio.to_thread, process.stop)
        await processes[0].ready()
        ports = [await ports_of(process) for process in processes[1:]]
        assert len({port for one in ports for port in one.values()}) == 2 * len(ports)
        async with httpx.AsyncClient() as http:
            for said in ports:
                health = f"http://127.0.0.1:{said['health_served']}"
                assert (await http.get(f"{health}/readyz")).is_success
                assert (await http.get(f"{health}/metrics")).status_code == 404
                metrics = f"http://127.0.0.1:{said['metrics_served']}/metrics"
                assert "python_info" in (await http.get(metrics)).text
        notices = [
            approved(*CASE_A).model_copy(update={**SCOPE, "application_no": f"PRT{place:010}"})
            for place in range(PAPERS)
        ]
        await announce(broker.url("enrollment"), notices)

        async def rendered() -> int:
            async with engine.connect() as connection:
                count = await connection.scalar(text("SELECT count(file) FROM papers"))
                return int(count or 0)

        await until(rendered, 1)
        for process in processes[2:]:
            assert await asyncio.to_thread(process.stop) == 0
        assert await rendered() < PAPERS
        processes[2].start()
        await until(rendered, PAPERS)
    assert await dead_letters(broker.url(OPERATOR), "") == []
