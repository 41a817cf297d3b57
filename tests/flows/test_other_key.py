"""A process with another installation's keys says so in a line and leaves everything as it was."""

import json
import os
from pathlib import Path

import asyncpg
import httpx
import pytest

from examples.client import Client
from examples.demo import CAPTCHA, ready
from examples.demo import system as embedded_system
from examples.ports import free_port
from services.host.registry import NAMES
from shared.runtime.keys import new_keys
from tests.commands import attempt
from tests.flows.conftest import System

NOWHERE = "amqp://127.0.0.1:1/"
TABLES = "SELECT relname FROM pg_stat_user_tables ORDER BY relname"


async def _all_of(url: str) -> dict[str, int]:
    """Count the rows of every table of a database that nobody else writes to now."""
    connection = await asyncpg.connect(url)
    tables = [row["relname"] for row in await connection.fetch(TABLES)]
    counts = {one: await connection.fetchval(f'SELECT count(*) FROM "{one}"') for one in tables}  # noqa: S608
    await connection.close()
    return counts


@pytest.mark.parametrize("name", NAMES)
async def test_a_service_does_not_start_with_another_sealing_key(system: System, name: str) -> None:
    """One sentence and exit 1, before it is on the bus; nothing of a key in it."""
    other = new_keys()["SEALING_KEY"]
    environment = {
        **system.environment,
        "BUS_URL": system.environment.get("BUS_URL", NOWHERE),
        **{f"{one.upper()}_URL": "http://127.0.0.1:1" for one in NAMES},
        "SEALING_KEY": other,
    }
    code, output = await attempt(system.var, environment, "run", name)
    assert code == 1
    assert output.startswith(f"SEALING_KEY is not the key that the data of {name} were sealed with")
    assert output.count("\n") == 1
    assert other not in output
    assert system.environment["SEALING_KEY"] not in output


@pytest.mark.parametrize(
    "command", [("seed",), ("units", "2"), ("clients", "list"), ("pause", "documents.events")]
)
async def test_an_operators_command_does_nothing_with_another_sealing_key(
    system: System, command: tuple[str, ...]
) -> None:
    """Whether it would write or only read."""
    environment = system.environment | {"SEALING_KEY": new_keys()["SEALING_KEY"]}
    before = await _all_of(environment["ENROLLMENT_DATABASE_URL"])
    code, output = await attempt(system.var, environment, *command)
    assert (code, output.count("\n")) == (1, 1), output
    assert output.startswith("SEALING_KEY is not the key")
    assert await _all_of(environment["ENROLLMENT_DATABASE_URL"]) == before


async def test_the_gateway_does_not_start_with_half_of_another_pair(system: System) -> None:
    """Its tokens would be refused by every service; said at its start instead."""
    keys = new_keys()
    environment = {
        **system.environment,
        "BUS_URL": system.environment.get("BUS_URL", NOWHERE),
        **{f"{one.upper()}_URL": "http://127.0.0.1:1" for one in NAMES},
    }
    for name in ("TOKEN_PRIVATE_KEY", "TOKEN_PUBLIC_KEY"):
        for wrong in (keys[name], "no key"):
            code, output = await attempt(system.var, environment | {name: wrong}, "run", "gateway")
            assert (code, output.count("\n")) == (1, 1), output
            assert output.startswith("TOKEN_PRIVATE_KEY and TOKEN_PUBLIC_KEY are not a pair")
            assert keys[name] not in output


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"BUS_URL": "amqp://guest:guest@rabbitmq/"}, "BUS_URL must not be guest:guest in"),
        ({"SEALING_KEY": "A" * 43 + "="}, "SEALING_KEY must not be one byte repeated in"),
        ({"SEALING_KEY": "secret"}, "SEALING_KEY is no key"),
        ({"BATCH": "many"}, "BATCH: "),
        ({"TRUSTED_PROXIES": "secret"}, "TRUSTED_PROXIES: what stands there"),
    ],
)
async def test_what_cannot_be_set_is_said_by_its_name(
    system: System, wrong: dict[str, str], sentence: str
) -> None:
    """In production; a line each, and never what was set."""
    keys = new_keys() | {"MODE": "production"} | wrong
    code, output = await attempt(system.var, keys, "run", "roster")
    heading, line = output.splitlines()
    assert (code, heading[:27]) == (1, "The environment cannot be u")
    assert line.startswith(sentence)
    assert "secret" not in output


async def test_an_embedded_system_goes_on_with_its_own_key_only(folder: Path) -> None:
    """`make run` with another key in the environment ends; without it all is as it was."""
    var = folder / "other-key"
    before = await _contact(var)
    environment = os.environ | {"SEALING_KEY": new_keys()["SEALING_KEY"]}
    code, output = await attempt(var, environment, "--port", str(free_port()))
    assert (code, output.count("\n")) == (1, 1), output
    assert output.startswith("SEALING_KEY is not the key that the data of enrollment")
    assert await _contact(var) == before


async def _contact(var: Path) -> object:
    """Run the system and read a unit's contact, which is sealed."""
    with embedded_system(var) as address:
        async with httpx.AsyncClient(base_url=address, timeout=60) as http:
            await ready(http, var / "system.log")
            passwords = json.loads((var / "accounts.json").read_text(encoding="utf-8"))
            operator = await Client.sign_in(http, "operator2", passwords["operator2"], CAPTCHA)
            return await operator.get(f"/units/{operator.account['unit_id']}")
