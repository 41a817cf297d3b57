"""The examples for other systems run unchanged, with the settings that an operator hands over."""

import asyncio
import json
import os
import sys
from pathlib import Path
from uuid import uuid4

import aio_pika
import pytest

from shared.bus.operations.definitions import VHOST
from shared.contracts.events import EXCHANGE, public_events
from tests.broker.conftest import Broker

ROOT = Path(__file__).parent.parent.parent
SAMPLES = ROOT / "shared" / "contracts" / "samples"
PYTHON = f"{sys.executable} examples/subscribe_amqp.py"
NODE = "node examples/subscribe_amqp.mjs"
FIND_NODE = ". scripts/node.sh && find_node && install_modules examples && "


async def run(command: str, **environment: str) -> tuple[int, str]:
    """Run a shell command in the project's folder; returns exit code and output."""
    process = await asyncio.create_subprocess_exec(
        *("bash", "-c", command),
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(180):
        output, _ = await process.communicate()
    return process.returncode or 0, output.decode()


async def subscribed(broker: Broker, *arguments: str) -> dict[str, str]:
    """Add a subscriber as an operator does; returns the settings that it gets."""
    name = f"e{uuid4().hex[:8]}"
    port = broker.servers.rabbitmq_port
    line = f"{sys.executable} -m services subscribers add {name} {' '.join(arguments)}"
    code, output = await run(
        line,
        BUS_URL=f"amqp://127.0.0.1:{port}/{VHOST}",
        BUS_ADMIN_URL=broker.admin_url,
        SEALING_KEY="unused",
        TOKEN_PUBLIC_KEY="unused",
    )
    assert code == 0, output
    pairs = (one.partition("=") for one in output.splitlines() if "=" in one)
    return {name: value for name, _, value in pairs}


async def announce(broker: Broker, count: int) -> list[str]:
    """Publish sample events as enrollment, each twice; returns their subjects."""
    topic = "enrollment.application.paid.v1"
    sample = json.loads((SAMPLES / f"{topic}.json").read_text(encoding="utf-8"))
    subjects = [f"PRT{uuid4().int % 10**10:010d}" for _ in range(count)]
    async with (
        await aio_pika.connect(broker.url("enrollment")) as connection,
        connection.channel() as channel,
    ):
        exchange = await channel.get_exchange(EXCHANGE, ensure=False)
        for subject in subjects:
            event = sample | {"id": str(uuid4()), "subject": subject}
            for _ in range(2):  # at least once
                await exchange.publish(aio_pika.Message(json.dumps(event).encode()), topic)
    return subjects


@pytest.mark.parametrize("example", [PYTHON, NODE], ids=["python", "node"])
async def test_a_stranger_follows_a_queue_of_its_own(broker: Broker, example: str) -> None:
    """Each event once, in order, though each came twice."""
    handed = await subscribed(broker, "--topics", "'enrollment.#'")
    subjects = await announce(broker, 5)
    found = FIND_NODE if example is NODE else ""
    code, output = await run(f"{found} {example} --count 5", **handed)
    assert code == 0, output
    lines = [line for line in output.splitlines() if "enrollment.application.paid.v1" in line]
    assert [line.split()[2] for line in lines] == subjects


@pytest.mark.parametrize("example", [PYTHON, NODE], ids=["python", "node"])
@pytest.mark.parametrize("start", ["first", "2026-01-01T00:00:00+08:00"])
async def test_a_stranger_replays_what_was_before_it_came(
    broker: Broker, example: str, start: str
) -> None:
    """From the beginning, or from a time."""
    subjects = await announce(broker, 3)
    handed = await subscribed(broker, "--stream")
    found = FIND_NODE if example is NODE else ""
    code, output = await run(f"{found} timeout 4 {example} --from {start}", **handed)
    assert code in (0, 124), output
    seen = [one.split()[2] for one in output.splitlines() if "application.paid" in one]
    assert [subject for subject in seen if subject in subjects] == subjects


async def test_what_an_operator_asks_wrongly_is_said(broker: Broker) -> None:
    """A topic that does not exist; a name that cannot be; nowhere to ask."""
    settings = {
        "BUS_URL": f"amqp://127.0.0.1:{broker.servers.rabbitmq_port}/{VHOST}",
        "BUS_ADMIN_URL": broker.admin_url,
        "SEALING_KEY": "unused",
        "TOKEN_PUBLIC_KEY": "unused",
    }
    command = f"{sys.executable} -m services subscribers"
    for line, sentence in (
        ("add payroll --topics no.such.topic", "No public event is called like no.such.topic"),
        ("add 'Pay Roll'", "Which one?"),
        ("remove nobody", "There is no subscriber nobody"),
    ):
        code, output = await run(f"{command} {line}", **settings)
        assert code != 0
        assert sentence in output
        assert "Traceback" not in output
    code, output = await run(f"{command} list", **settings | {"BUS_ADMIN_URL": ""})
    assert code != 0
    assert "Traceback" not in output, output


def test_every_public_event_has_a_sample_to_show() -> None:
    """The catalogue and these tests read the same ones."""
    assert {event.topic for event in public_events()} <= {path.stem for path in SAMPLES.iterdir()}
