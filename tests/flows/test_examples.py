"""The examples for other systems run as they stand."""

import asyncio
import json
import os
import re
import sys
from pathlib import Path

from examples.client import Client
from examples.ports import free_port
from tests.flows.conftest import System
from tests.flows.receiver import TIMEOUT_SECONDS, api_client, seen
from tests.processes import CAPTCHA

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"


async def followed(system: System, client: Client, receiver: str) -> list[list[str]]:
    """Run the curl example; returns the words of each line that it prints."""
    environment = {
        **os.environ,
        "GATEWAY": system.address,
        "CLIENT_ID": client.account["client_id"],
        "CLIENT_SECRET": client.account["client_secret"],
        "WAIT": "1",
    }
    process = await asyncio.create_subprocess_exec(
        "sh",
        EXAMPLES / "subscribe_http.sh",
        receiver,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    assert process.returncode == 0
    return [line.split() for line in output.decode().splitlines()]


async def test_the_examples_read_the_feed_subscribe_and_receive(system: System) -> None:
    """Token, feed, webhook by curl; a receiver of Python alone checks what it is sent."""
    client = await api_client(system, "示例系统")
    operator = await system.client("operator")
    number = await operator.draft(YWSH_20=1)
    port = free_port()
    drafted = "enrollment.application.drafted.v1"
    await seen(client, number)
    *events, after, webhook, secret = await followed(
        system, client, f"http://127.0.0.1:{port}/hook"
    )
    assert ["event", drafted, number] in events
    assert after[0] == "next"
    receiver = await asyncio.create_subprocess_exec(
        sys.executable,
        EXAMPLES / "webhook_receiver.py",
        str(port),
        env={"WEBHOOK_SECRET": secret[1]},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        number = await operator.draft(YWSH_20=1)
        assert receiver.stdout is not None
        async with asyncio.timeout(TIMEOUT_SECONDS):
            line = await receiver.stdout.readline()
            while line.decode().split() != [drafted, number]:
                line = await receiver.stdout.readline()
    finally:
        receiver.terminate()
        await receiver.wait()
        await client.send("DELETE", f"/webhooks/{webhook[1]}")


async def test_the_sign_in_of_the_readme_works_as_it_stands(system: System, tmp_path: Path) -> None:
    """By curl, beside a running system; only the address is another."""
    await (await system.client("operator")).draft(YWSH_20=1)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    [script] = re.findall(r"```sh\n(.*?)```", readme, re.DOTALL)
    assert f'"captcha": "{CAPTCHA}"' in script
    (tmp_path / "var").mkdir()
    accounts = tmp_path / "var" / "accounts.json"
    accounts.write_text(json.dumps(system.passwords), encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        "sh",
        "-euc",
        script.replace("http://127.0.0.1:8000", system.address),
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    assert process.returncode == 0
    found = json.loads(output)["items"]
    assert {one["unit_id"] for one in found} == {system.signed_in["operator"].account["unit_id"]}
