from dataclasses import replace
from datetime import UTC, datetime

import pytest

from services.roster.domain.imports import FileRefusal, Import, ImportState
from services.roster.domain.outcomes import Outcome
from services.roster.domain.persons import RawRow
from shared.contracts.roster import LineImport
from tests.roster.samples import FILE, import_

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
FAILED = FILE.model_copy(update={"key": "failures/1"})
UNREADABLE = FileRefusal("unreadable", "文件无法读取。")


def _ended(failed: int = 2) -> Import:
    """Return a batch of ten rows, some of which failed for the women's plan."""
    one = import_()
    one.begin()
    lines = (
        LineImport(plan_code="ZYYL-A", succeeded=10, failed=0),
        LineImport(plan_code="NGTB", succeeded=10 - failed, failed=failed),
    )
    row = (RawRow(2), ())
    one.finish(Outcome(10, (), [row] * failed, lines, 3), FAILED if failed else None, AT)
    return one


def test_a_new_import_waits_for_a_worker() -> None:
    """Nothing is counted yet; it is under way until it ends."""
    one = import_()
    assert (one.state, one.done, one.total, one.warnings, one.failed_rows) == ("queued", 0, 0, 0, 0)
    assert one.under_way
    one.begin()
    assert (one.state, one.under_way) == (ImportState.RUNNING, True)
    one.advance(3, 10)
    assert (one.done, one.total) == (3, 10)


def test_an_import_ends_with_its_counts() -> None:
    """All rows are done; the failed ones wait in a workbook."""
    one = _ended()
    assert (one.state, one.under_way, one.finished_at) == ("finished", False, AT)
    assert (one.done, one.total, one.warnings, one.failed_rows) == (10, 10, 3, 2)
    assert one.failed == FAILED
    assert [line.failed for line in one.result] == [0, 2]


def test_a_file_that_cannot_be_read_ends_itsimport_() -> None:
    """Whether a worker had begun or not; it can be taken up again."""
    for one in (import_(), import_()):
        one.refuse(UNREADABLE, AT)
        assert (one.state, one.under_way) == (ImportState.FAILED, False)
        assert (one.error, one.finished_at) == (UNREADABLE, AT)
        one.begin()
        assert (one.state, one.error, one.finished_at) == (ImportState.RUNNING, None, None)
        one.refuse(UNREADABLE, AT)


def test_an_import_that_has_ended_goes_on_no_more() -> None:
    """That would be a fault of ours, and says so."""
    one = _ended()
    for act in (
        one.begin,
        lambda: one.advance(1, 2),
        lambda: one.finish(Outcome(1), None, AT),
        lambda: one.refuse(UNREADABLE, AT),
    ):
        with pytest.raises(ValueError, match=r"^import 1 is finished$"):
            act()
    with pytest.raises(ValueError, match=r"^import 2 is queued$"):
        import_("2").advance(1, 2)


def test_the_files_of_an_import_are_let_go_together() -> None:
    """The file, and the workbook of its failed rows if there is one."""
    one = _ended()
    assert one.discard_files() == ["imports/1", "failures/1"]
    assert one.failed is None
    assert import_().discard_files() == ["imports/1"]


def _correction(total: int, *plans: str, application_no: str = "PRT0000000001") -> Import:
    one = replace(import_("2", *plans), application_no=application_no)
    return replace(one, total=total)


@pytest.mark.parametrize(
    ("by", "corrected"),
    [
        (_correction(2, "NGTB"), True),
        (_correction(3, "NGTB", "ZYYL-A"), True),
        (_correction(1, "NGTB"), False),
        (_correction(2, "ZYYL-A"), False),
        (_correction(2, "NGTB", application_no="PRT0000000009"), False),
    ],
)
def test_failed_rows_are_corrected_when_all_of_them_come_back(
    by: Import, *, corrected: bool
) -> None:
    """As many rows, for every plan for which some failed, for the same application."""
    one = _ended()
    one.note_correction(by)
    assert one.corrected_by == ("2" if corrected else None)


def test_where_nothing_failed_nothing_is_corrected() -> None:
    """Nor can it come back."""
    one = _ended(failed=0)
    assert not one.has_failed_rows("PRT0000000001")
    one.note_correction(_correction(2, "NGTB"))
    assert one.corrected_by is None
    assert _ended().has_failed_rows("PRT0000000001")
    assert not _ended().has_failed_rows("PRT0000000009")
