"""An empty system begins with one command: an office, its agencies, an administrator."""

import json
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from services.host.office_file import read_office
from services.host.registry import NAMES
from shared.errors import CannotStart
from shared.runtime.embedded_postgres import create_databases
from shared.runtime.keys import new_keys
from tests.commands import attempt, command
from tests.units import SEED, demo_office

BELONGS = ("offices", "plans", "subsidies", "receipt_books", "receiving_accounts")
BOOK = {"office_id": "0012", "payee": "办事处", "prefix": "370201"}
AGENCY = {"office_id": "001201", "name": "市南区代办处", "phones": [], "required_attachments": []}


@pytest.fixture
async def empty(postgres: str, namespace: str, folder: Path) -> AsyncIterator[dict[str, str]]:
    """Return the environment of a production system whose databases are only migrated."""
    names = {name: f"{namespace}_first_{name}" for name in NAMES}
    urls = await create_databases(postgres, names.values())
    environment = {
        **os.environ,
        **new_keys(),
        "MODE": "production",
        "STORAGE_URL": f"file://{folder}/first",
        **{f"{name.upper()}_DATABASE_URL": urls[database] for name, database in names.items()},
    }
    await command(folder, environment, "migrate")
    yield environment
    connection = await asyncpg.connect(postgres)
    for database in names.values():
        await connection.execute(f'DROP DATABASE "{database}" WITH (FORCE)')
    await connection.close()


def _written(folder: Path, **changes: Any) -> str:  # noqa: ANN401 - any part of the file
    """Write an office's file: the demo office's, without its units and accounts."""
    data = {name: part for name, part in demo_office().items() if name in BELONGS}
    data["subsidies"] = [{**one, "unit_id": None} for one in data["subsidies"]]
    path = folder / "office.json"
    path.write_text(json.dumps(data | changes, ensure_ascii=False), encoding="utf-8")
    return str(path)


async def _count(environment: dict[str, str], service: str, table: str) -> int:
    connection = await asyncpg.connect(environment[f"{service.upper()}_DATABASE_URL"])
    found = await connection.fetchval(f'SELECT count(*) FROM "{table}"')  # noqa: S608 - our own
    await connection.close()
    return int(found)


async def test_an_office_begins_once(empty: dict[str, str], folder: Path) -> None:
    """With its agencies, plans, account, receipt book and administrator; no unit, no demo data.

    The second time nothing changes. Both leave an entry, the password stands in none.
    """
    file = _written(folder)
    output = await command(folder, empty, "start-office", file, "--administrator", "root")
    password = output.split()[-1]
    assert "Office 0012 is there; agencies: 12." in output
    for service, table, rows in (
        ("enrollment", "offices", 13),
        ("enrollment", "plans", 5),
        ("enrollment", "units", 0),
        ("documents", "receiving_accounts", 1),
        ("invoicing", "receipt_books", 1),
        ("gateway", "accounts", 1),
    ):
        assert await _count(empty, service, table) == rows, table
    code, output = await attempt(folder, empty, "start-office", file, "--administrator", "root")
    assert (code, output) == (1, "There is an office, 0012; nothing was changed.\n")
    connection = await asyncpg.connect(empty["GATEWAY_DATABASE_URL"])
    entries = await connection.fetch("SELECT * FROM audit ORDER BY position")
    account = await connection.fetchrow("SELECT * FROM accounts")
    await connection.close()
    assert [(one["action"], one["subject"], one["outcome"]) for one in entries] == [
        ("office.started", "0012", "done"),
        ("office.started", "", "refused"),
    ]
    known = account["role"], account["username"], account["must_change"]
    assert known == ("administrator", "root", True)
    assert password not in str([*entries, account])


async def test_an_administrator_who_is_shut_out_is_let_in_again(
    empty: dict[str, str], folder: Path
) -> None:
    """By a command, with another password; one of another name is made beside it."""
    first = await command(folder, empty, "start-office", _written(folder))
    second = await command(folder, empty, "administrator", "0012", "admin")
    assert first.split()[-1] != second.split()[-1]
    await command(folder, empty, "administrator", "0012", "deputy")
    assert await _count(empty, "gateway", "accounts") == 2
    code, output = await attempt(folder, empty, "administrator", "0099", "admin")
    assert (code, output) == (1, "There is no office 0099; there are: 0012\n")


async def test_an_office_broken_off_before_the_end_can_begin_again(
    empty: dict[str, str], folder: Path
) -> None:
    """The administrator was made, the office not: the same command makes both whole."""
    file = _written(folder)
    first = await command(folder, empty, "start-office", file)
    connection = await asyncpg.connect(empty["ENROLLMENT_DATABASE_URL"])
    await connection.execute("TRUNCATE offices CASCADE")
    await connection.close()
    second = await command(folder, empty, "start-office", file)
    assert first.split()[-1] != second.split()[-1]
    assert await _count(empty, "gateway", "accounts") == 1
    assert await _count(empty, "enrollment", "offices") == 13


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"units": [], "accounts": []}, "units does not belong in it; accounts does not"),
        ({"offices": []}, "offices: List should have at least 1 item"),
        ({"plans": []}, "plans: List should have at least 1 item"),
        ({"receipt_books": []}, "receipt_books: List should have at least 1 item"),
        ({"receiving_accounts": []}, "receiving_accounts: List should have at least 1 item"),
        ({"offices": [AGENCY | {"parent_id": "0012"}]}, "no parent_id"),
        ({"offices": [AGENCY, AGENCY | {"parent_id": "0013"}]}, "001201 is not below 001201"),
        (
            {"receipt_books": [{"office_id": "1", "payee": "x", "prefix": "370201"}]},
            "1 is not 0012",
        ),
        ({"offices": [AGENCY | {"districts": ["370205"]}]}, "there is no district 370205"),
        ({"offices": [AGENCY | {"phones": None}]}, "offices.0.phones"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_in_a_line(
    folder: Path, changes: dict[str, Any], said: str
) -> None:
    """With the place in the file."""
    with pytest.raises(CannotStart, match="cannot be used") as refused:
        read_office(Path(_written(folder, **changes)))
    assert said in str(refused.value)


def test_the_example_of_an_office_can_be_used() -> None:
    """As it stands; somebody will fill in their own."""
    office_id, data = read_office(SEED.with_name("office.json"))
    assert (office_id, len(data["offices"])) == ("0099", 2)
