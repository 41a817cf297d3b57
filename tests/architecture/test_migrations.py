"""Migrations make exactly the tables that the code speaks to, and unmake them."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine

from services.host.registry import NAMES, load
from shared.runtime.database import open_engine
from shared.runtime.embedded_postgres import create_databases
from shared.runtime.migrations import alembic_config, migrate
from shared.service import Service


@pytest.fixture(params=NAMES)
def service(request: pytest.FixtureRequest) -> Service:
    """Return each service in turn."""
    return load(str(request.param))


@asynccontextmanager
async def _database(postgres: str, name: str) -> AsyncIterator[AsyncEngine]:
    engine = open_engine((await create_databases(postgres, [name]))[name])
    yield engine
    await engine.dispose()
    connection = await asyncpg.connect(postgres)
    await connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    await connection.close()


@pytest.fixture
async def engine(service: Service, postgres: str, namespace: str) -> AsyncIterator[AsyncEngine]:
    """Return a database that the service's migrations have made."""
    async with _database(postgres, f"{namespace}_migrated_{service.name}") as engine:
        await migrate(engine, service.migrations)
        yield engine


def _differences(connection: Connection, metadata: MetaData) -> list[object]:
    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "compare_server_default": True}
    )
    return list(compare_metadata(context, metadata))


def _downgrade(connection: Connection, service: Service, to: str = "base") -> None:
    config = alembic_config(service.migrations)
    config.attributes["connection"] = connection
    command.downgrade(config, to)


def _left(connection: Connection) -> tuple[list[str], list[str]]:
    found = inspect(connection)
    return found.get_table_names(), found.get_sequence_names()


async def test_a_migrated_database_is_what_the_code_speaks_to(
    service: Service, engine: AsyncEngine
) -> None:
    """Alembic finds nothing to add; sequences, which it does not compare, are there too."""
    async with engine.connect() as connection:
        assert await connection.run_sync(_differences, service.metadata) == []
        _, sequences = await connection.run_sync(_left)
    assert set(service.metadata._sequences) <= set(sequences)


async def test_a_migration_can_be_taken_back_and_made_again(
    service: Service, engine: AsyncEngine
) -> None:
    """Nothing stays behind, so the way up is free."""
    async with engine.begin() as connection:
        await connection.run_sync(_downgrade, service)
    async with engine.connect() as connection:
        assert await connection.run_sync(_left) == (["alembic_version"], [])
    await migrate(engine, service.migrations)


OLD = (
    "INSERT INTO applications VALUES"
    " ('PRT0000000001', 'U1', 'A1', '0012', 'draft', '2026-01-02', NULL, 1, :body)"
)
APPLICATION = {
    "unit_name": "青岛 示例（集团）Ａｂ",
    "kind": "renewal",
    "lines": [{"plan": {"code": "YWSH-20"}}, {"plan": {"code": "ZYYL-A"}}],
    "reviews": [{"reviewer": "A2"}, {"reviewer": "A1"}, {"reviewer": "A2"}],
}


async def test_old_applications_are_searched_like_new_ones(postgres: str, namespace: str) -> None:
    """What a search compares is filled in from what was kept of them."""
    scripts = load("enrollment").migrations
    async with _database(postgres, f"{namespace}_filled") as engine:
        await migrate(engine, scripts, "0001")
        async with engine.begin() as connection:
            await connection.execute(text(OLD), {"body": json.dumps(APPLICATION)})
        await migrate(engine, scripts)
        async with engine.connect() as connection:
            found = await connection.execute(
                text("SELECT kind, unit_folded, plans, reviewers FROM applications")
            )
            assert tuple(found.one()) == (
                "renewal",
                "青岛示例(集团)AB",
                ["YWSH-20", "ZYYL-A"],
                ["A1", "A2"],
            )


async def test_an_old_invoice_keeps_when_it_was_mailed(postgres: str, namespace: str) -> None:
    """On the way up and back; invoices that were not mailed, and billings without any, stay."""
    scripts = load("invoicing").migrations
    invoices = [{"invoice_id": f"LZ0000000{number}"} for number in (1, 2)]
    async with _database(postgres, f"{namespace}_mailed") as engine:
        await migrate(engine, scripts, "0005")
        async with engine.begin() as connection:
            for number, made in ((1, invoices), (2, [])):
                await connection.execute(
                    text(
                        "INSERT INTO billings (application_no, unit_id, agency_id, office_id,"
                        " version, unit_folded, plans, body)"
                        " VALUES (:number, 'U1', 'A1', '0012', 1, '', '{}', :body)"
                    ),
                    {"number": f"PRT000000000{number}", "body": json.dumps({"invoices": made})},
                )
            await connection.execute(
                text(
                    "INSERT INTO invoices VALUES ('LZ00000001', 'PRT0000000001', NULL),"
                    " ('LZ00000002', 'PRT0000000001', '2026-03-02T09:00+08:00')"
                )
            )
        await migrate(engine, scripts)
        query = text("SELECT body->'invoices' FROM billings ORDER BY application_no")
        async with engine.connect() as connection:
            (first, second), none = (await connection.execute(query)).scalars()
        assert first["mailed_at"] is None
        assert datetime.fromisoformat(second["mailed_at"]) == datetime(2026, 3, 2, 1, tzinfo=UTC)
        assert none == []
        async with engine.begin() as connection:
            await connection.run_sync(_downgrade, load("invoicing"), "0005")
        async with engine.connect() as connection:
            assert list((await connection.execute(query)).scalars()) == [invoices, []]
            mailed = await connection.execute(
                text("SELECT mailed_at FROM invoices ORDER BY mailed_at NULLS LAST")
            )
            assert list(mailed.scalars()) == [datetime(2026, 3, 2, 1, tzinfo=UTC), None]


async def test_an_old_approval_is_not_sent_again(postgres: str, namespace: str) -> None:
    """What was sent keeps its id, on the way up and back; its office is looked up."""
    scripts = load("gateway").migrations
    ids = [UUID(int=number) for number in (1, 2, 3)]
    async with _database(postgres, f"{namespace}_notified") as engine:
        await migrate(engine, scripts, "0006")
        async with engine.begin() as connection:
            for number, one in enumerate(ids, 1):
                await connection.execute(
                    text("INSERT INTO notifications VALUES (:id, :unit, :subject, :at)"),
                    {
                        "id": one,
                        "unit": f"U{number}",
                        "subject": f"PRT000000000{number}",
                        "at": datetime(2026, 3, number, tzinfo=UTC),
                    },
                )
            await connection.execute(
                text(
                    "INSERT INTO event_log (event_id, topic, subject, at, office_id, envelope)"
                    " VALUES (:id, 't', 's', now(), '0012', '{}')"
                ),
                {"id": ids[0]},
            )
            await connection.execute(
                text("INSERT INTO accounts VALUES ('A', 'a', '', '', '', '0013', '', 'U2', true)")
            )
        await migrate(engine, scripts)
        query = text(
            "SELECT message_id, kind, state, office_id, subject FROM messages ORDER BY position"
        )
        async with engine.connect() as connection:
            assert [tuple(row) for row in await connection.execute(query)] == [
                (one, "application_approved", "sent", office, f"PRT000000000{number}")
                for number, (one, office) in enumerate(
                    zip(ids, ("0012", "0013", ""), strict=True), 1
                )
            ]
        async with engine.begin() as connection:
            await connection.run_sync(_downgrade, load("gateway"), "0006")
        async with engine.connect() as connection:
            kept = await connection.execute(
                text("SELECT event_id FROM notifications ORDER BY sent_at")
            )
            assert list(kept.scalars()) == ids


async def test_who_printed_a_paper_before_is_known(postgres: str, namespace: str) -> None:
    """From the prints that were ready, when they were asked for; not from those made in advance."""
    scripts = load("documents").migrations
    prints = (
        ("P2", '["PRT2", "PRT1"]', "A2", "done", datetime(2026, 3, 2, tzinfo=UTC)),
        ("P1", '["PRT1"]', "A1", "done", datetime(2026, 3, 1, tzinfo=UTC)),
        ("P3", '["PRT1"]', None, "done", datetime(2026, 3, 3, tzinfo=UTC)),
        ("P4", '["PRT1"]', "A1", "failed", datetime(2026, 3, 4, tzinfo=UTC)),
    )
    async with _database(postgres, f"{namespace}_registry") as engine:
        await migrate(engine, scripts, "0005")
        async with engine.begin() as connection:
            for print_id, numbers, account, state, at in prints:
                await connection.execute(
                    text(
                        "INSERT INTO prints (print_id, kind, numbers, printed_by, office_id, state,"
                        " created_at) VALUES (:id, 'payment_notice', CAST(:numbers AS jsonb),"
                        " :by, '0012', :state, :at)"
                    ),
                    {"id": print_id, "numbers": numbers, "by": account, "state": state, "at": at},
                )
        await migrate(engine, scripts)
        async with engine.connect() as connection:
            taken = await connection.execute(
                text(
                    "SELECT number, print_id, printed_by, extract(day FROM printed_at)::int"
                    " FROM printed_papers ORDER BY position"
                )
            )
            assert [*map(tuple, taken)] == [
                ("PRT1", "P1", "A1", 1),
                ("PRT2", "P2", "A2", 2),
                ("PRT1", "P2", "A2", 2),
            ]
            done = await connection.execute(text("SELECT done FROM prints ORDER BY print_id"))
            assert list(done.scalars()) == [1, 2, 1, 0]


async def test_rows_that_an_ended_import_left_go(postgres: str, namespace: str) -> None:
    """They are about persons; those of an import that is done again go by themselves."""
    scripts = load("roster").migrations
    ended, under_way, cancelled = (UUID(int=number) for number in (1, 2, 3))
    async with _database(postgres, f"{namespace}_left") as engine:
        await migrate(engine, scripts, "0006")
        async with engine.begin() as connection:
            await connection.execute(
                text(
                    "INSERT INTO rosters (application_no, unit_id, agency_id, office_id, state,"
                    " lines) VALUES ('PRT0000000001', 'U1', 'A1', '0012', 'open', '[]')"
                )
            )
            for one, finished in ((ended, datetime(2026, 3, 1, tzinfo=UTC)), (under_way, None)):
                await connection.execute(
                    text(
                        "INSERT INTO imports (import_id, application_no, lines, file, state, done,"
                        " total, result, warnings, created_at, finished_at)"
                        " VALUES (:id, 'PRT0000000001', '[]', '{}', 'running', 0, 0, '[]', 0,"
                        " now(), :finished)"
                    ),
                    {"id": str(one), "finished": finished},
                )
            for one in (ended, under_way, cancelled):
                await connection.execute(
                    text("INSERT INTO import_rows VALUES (:id, 1, 1, 0, '', '', false, false, '')"),
                    {"id": one},
                )
        await migrate(engine, scripts)
        async with engine.connect() as connection:
            left = await connection.execute(text("SELECT import_id FROM import_rows"))
            assert list(left.scalars()) == [under_way]


async def test_what_earlier_notices_said_is_taken_to_be_todays_account(
    postgres: str, namespace: str
) -> None:
    """Of each paper that somebody took; of prints alone, also of those that nobody asked for."""
    scripts = load("documents").migrations
    prints = (
        ("P1", "payment_notice", '["PRT1"]', None, "done"),
        ("P2", "payment_notice", '["PRT1", "PRT2"]', "A1", "done"),
        ("P3", "payment_notice", '["PRT1"]', "A1", "failed"),
        ("P4", "confirmation", '["G1"]', "A1", "done"),
    )
    async with _database(postgres, f"{namespace}_accounts") as engine:
        await migrate(engine, scripts, "0005")
        async with engine.begin() as connection:
            await connection.execute(
                text("INSERT INTO receiving_accounts VALUES ('0012', 'o', 'n', '1', 'b', '2')")
            )
            for print_id, kind, numbers, account, state in prints:
                await connection.execute(
                    text(
                        "INSERT INTO prints (print_id, kind, numbers, printed_by, office_id, state,"
                        " created_at) VALUES (:id, :kind, CAST(:numbers AS jsonb), :by, '0012',"
                        " :state, now())"
                    ),
                    {
                        "id": print_id,
                        "kind": kind,
                        "numbers": numbers,
                        "by": account,
                        "state": state,
                    },
                )
        await migrate(engine, scripts)
        async with engine.connect() as connection:
            said = await connection.execute(
                text("SELECT print_id, account FROM prints WHERE account IS NOT NULL")
            )
            today = {"name": "n", "number": "1", "bank": "b", "line_number": "2"}
            assert [*map(tuple, said)] == [("P1", today)]
            taken = await connection.execute(
                text("SELECT number, account->>'number' FROM printed_papers ORDER BY number")
            )
            assert [*map(tuple, taken)] == [("G1", None), ("PRT1", "1"), ("PRT2", "1")]
