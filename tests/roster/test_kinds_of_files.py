"""Every kind of file comes out as the page about files says."""

import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.roster.adapters.list_reader import ColumnsUnknown, ListReader
from services.roster.domain.checking import Checking
from services.roster.domain.persons import Person
from services.roster.domain.row_kinds import RowKind
from shared.contracts.enrollment import PlanRules
from shared.errors import Invalid
from tests.roster.kinds.kind import Kind
from tests.roster.kinds.page import PAGE, SECTIONS, written

TODAY = date(2026, 11, 24)
CASES = Path(__file__).parents[1] / "cases" / "roster"


@dataclass
class Result:
    """What became of a file."""

    taken: list[Person] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)
    counts: dict[RowKind, int] = field(default_factory=dict)
    whole: str = ""
    asks: bool = False


def _result(content: bytes) -> Result:
    result = Result()
    reader = ListReader(content)
    checking = Checking({"A": PlanRules()}, TODAY)
    try:
        for found in reader.rows(checking.plain_reader):
            checked = checking.check(found.written())
            if checked.person is not None:
                result.taken.append(checked.person)
            else:
                result.refused[found.number] = "".join(one.message for one in checked.reasons)
    except Invalid as refusal:
        return Result(whole=refusal.message)
    except ColumnsUnknown:
        return Result(asks=True)
    result.counts = reader.counts
    return result


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param(kind, id=f"{section}: {kind.looks}")
        for section, kinds in SECTIONS
        for kind in kinds
    ],
)
def test_a_file_comes_out_as_the_page_says(kind: Kind) -> None:
    """Nobody is lost, nobody is taken who should not be."""
    result = _result(kind.content())
    names = kind.names or [one.name for one in kind.taken]
    assert [(one.name, one.number) for one in result.taken] == [
        (name, one.number) for name, one in zip(names, kind.taken, strict=True)
    ]
    for person, one in zip(result.taken, kind.taken, strict=True):
        assert person.mobile in (None, one.mobile)
    assert result.refused.keys() == kind.refused.keys()
    for row_no, word in kind.refused.items():
        assert word in result.refused[row_no]
    assert (kind.whole in result.whole) if kind.whole else not result.whole
    assert result.asks == kind.asks
    assert {one: result.counts.get(one, 0) for one in kind.left_out} == kind.left_out


def _dots(case: dict[str, Any]) -> dict[str, Any]:
    """Return a case as the rule has it now: ˙ and ꞏ are dots too."""
    if case["file"] == "names.xlsx":
        for row_no in ("16", "17"):
            del case["refuse_rows"][row_no]
    return case


@pytest.mark.parametrize(
    "case",
    [_dots(case) for case in json.loads((CASES / "expected.json").read_text(encoding="utf-8"))],
    ids=lambda case: case["file"],
)
def test_a_file_that_once_came_out_wrong_comes_out_right(case: dict[str, Any]) -> None:
    """Persons with their values, refused rows with their reasons, or a refusal that says why."""
    result = _result((CASES / case["file"]).read_bytes())
    word = case["whole_file_refused_with"] or case["or_refused_whole_with"]
    if result.whole:
        assert word
        assert word in result.whole
        return
    assert not case["whole_file_refused_with"]
    taken = {(one.name, one.number): one for one in result.taken}
    for name, number, *values in case["accept"]:
        person = taken[name, number]
        for title, value in (values[0] if values else {}).items():
            assert getattr(person, title) == value
    assert result.refused.keys() == {int(row_no) for row_no in case["refuse_rows"]}
    for row_no, reason in case["refuse_rows"].items():
        assert reason in result.refused[int(row_no)]


def test_the_page_about_files_lists_these_kinds() -> None:
    """`python -m tests.roster.kinds.page` writes it anew."""
    assert PAGE.read_text(encoding="utf-8") == written()
