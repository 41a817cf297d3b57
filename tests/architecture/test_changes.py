"""The changes with which `make mutants` tries the tests."""

import ast

import pytest

from tests.changes import changes
from tests.mutants import all_mutants


def _changed(source: str) -> list[str]:
    return [f"{change.before} → {change.after}" for change in changes(source)]


@pytest.mark.parametrize(
    ("source", "changed"),
    [
        ("a < b", ["a < b → a <= b", "a < b → a >= b"]),
        ("a == b", ["a == b → a != b"]),
        ("a is not None", ["a is not None → a is None"]),
        ("a in b", ["a in b → a not in b"]),
        ("a - b", ["a - b → a + b"]),
        ("a += b", ["a += b → a -= b"]),
        ("a and not b", ["a and (not b) → a or not b", "a and (not b) → a and (not not b)"]),
        ("f(True)", ["f(True) → f(False)"]),
        ("a[25]", ["a[25] → a[26]"]),
        ("x = 0.5", ["0.5 → 1.5"]),
        ("x = 'draft'", ["'draft' → 'draftx'"]),
        ("Decimal('0.00')", ["Decimal('0.00') → Decimal('0.01')"]),
        ("x = '居民身份证'", ["'居民身份证' → '居民身份证x'"]),
    ],
)
def test_a_rule_is_changed_in_one_place_at_a_time(source: str, changed: list[str]) -> None:
    """Comparisons, sums, booleans, numbers, texts."""
    assert _changed(source) == changed


@pytest.mark.parametrize(
    "source",
    [
        'def rule():\n    """Return 1."""',
        "def rule(a: Literal['x']) -> int: pass",
        "@dataclass(frozen=True)\nclass A: pass",
        "a: int = Field(description='Persons.')",
        "T = TypeVar('T')",
        "raise Conflict(code, '请先填写。')",
        "message = f'已超过{age}周岁'",
        "check = '请务必核对！'",
    ],
)
def test_what_is_said_to_people_and_to_mypy_is_no_rule(source: str) -> None:
    """Docstrings, types, descriptions, messages."""
    assert _changed(source) == []


def test_a_change_is_gone_when_the_next_one_comes() -> None:
    """In the end the module is what it was."""
    source = "x = 1 < 2 or 'a' + b"
    trees = [change.tree for change in changes(source)]
    assert ast.unparse(trees[-1]) == ast.unparse(ast.parse(source))
    for change in changes(source):
        assert ast.unparse(change.tree) != ast.unparse(ast.parse(source))


def test_every_service_has_rules_that_are_changed() -> None:
    """And what nobody can observe is named as it stands there."""
    assert {mutant.service for mutant in all_mutants()} == {
        "documents",
        "enrollment",
        "gateway",
        "invoicing",
        "roster",
    }
