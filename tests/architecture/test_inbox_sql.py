"""SQL on the inbox stands in its stores; as text it would climb over the wall of imports."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STORES = [ROOT / "shared" / "bus" / "inbox" / name for name in ("store.py", "open_store.py")]
SQL = re.compile(
    r"\b(FROM|INTO|TABLE|UPDATE|JOIN|TRUNCATE|USING)\s+(IF\s+EXISTS\s+)?(ONLY\s+)?"
    r"(\"?\w+\"?\s*,\s*)*(\"?\w+\"?\.)?\"?(inbox|pauses)\b",
    re.IGNORECASE,
)
BY_NAME = re.compile(r"tables\[[\"'](inbox|pauses)[\"']\]")


def _found(source: str) -> list[str]:
    """Return the strings of a module that name a table of the inbox in SQL."""
    return [
        node.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.search(node.value)
    ]


def test_no_other_module_writes_sql_on_the_inbox() -> None:
    """Migrations make its tables, and only that."""
    modules = [
        path for package in ("services", "shared") for path in (ROOT / package).rglob("*.py")
    ]
    others = [path for path in modules if path not in STORES and "node_modules" not in path.parts]
    assert len(others) > 200
    sources = {str(path): path.read_text(encoding="utf-8") for path in others}
    assert [path for path, source in sources.items() if _found(source)] == []
    assert [path for path, source in sources.items() if BY_NAME.search(source)] == []
    assert any(_found(store.read_text(encoding="utf-8")) for store in STORES)


@pytest.mark.parametrize(
    "planted",
    [
        'text("LOCK TABLE inbox")',
        'f"SELECT {column} FROM inbox WHERE state = 1"',
        "'insert into inbox values (1)'",
        '"UPDATE ONLY \\"inbox\\" SET state = 1"',
        '"TRUNCATE inbox"',
        '"SELECT 1 FROM outbox, public.inbox"',
        '"ALTER TABLE IF EXISTS inbox ADD x int"',
        '"DELETE FROM outbox USING inbox"',
        '"""\nDELETE\nFROM\n  pauses\n"""',
    ],
)
def test_sql_on_the_inbox_is_noticed(planted: str) -> None:
    """However it is written."""
    assert _found(planted)


def test_words_about_the_inbox_are_none() -> None:
    """Nor is another table."""
    assert not _found('"What waits in the inbox, and why"')
    assert not _found('"SELECT 1 FROM inbox_archive"')
