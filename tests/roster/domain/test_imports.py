from dataclasses import replace
from datetime import UTC, datetime

import pytest

from services.roster.domain.columns import ChosenColumns
from services.roster.domain.imports import (
    AskedSheet,
    FileRefusal,
    Import,
    ImportOutcome,
    ImportState,
)
from shared.contracts.roster import ImportStage, LineImport, RowCounts
from shared.errors import Conflict
from tests.roster.samples import FILE, import_

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
FAILED = FILE.model_copy(update={"key": "failures/1"})
TOLD = FILE.model_copy(update={"key": "told/1"})
SHEET = AskedSheet("名单", 4, is_alone=True, rows=FILE)
UNREADABLE = FileRefusal("unreadable", "文件无法读取。")


def _ended(failed: int = 2) -> Import:
    """Return a batch of ten rows, some of which failed for the women's plan."""
    one = import_()
    one.begin()
    lines = (
        LineImport(plan_code="ZYYL-A", succeeded=10, failed=0),
        LineImport(plan_code="NGTB", succeeded=10 - failed, failed=failed),
    )
    one.finish(
        ImportOutcome(
            RowCounts(taken=10, title=1), lines, 3, failed, FAILED if failed else None, TOLD
        ),
        AT,
    )
    return one


def test_a_new_import_waits_for_a_worker() -> None:
    """Nothing is counted yet; it is under way until it ends."""
    one = import_()
    assert (one.state, one.done, one.total, one.warnings, one.failed_rows) == ("queued", 0, 0, 0, 0)
    assert one.under_way
    one.begin()
    assert (one.state, one.under_way) == (ImportState.RUNNING, True)
    assert one.stage is ImportStage.READING
    one.advance(ImportStage.CHECKING, 3, 10)
    assert (one.stage, one.done, one.total) == ("checking", 3, 10)


def test_an_import_ends_with_its_counts() -> None:
    """All rows are done; the failed ones wait in a workbook."""
    one = _ended()
    assert (one.state, one.under_way, one.finished_at) == ("finished", False, AT)
    assert (one.done, one.total, one.warnings, one.failed_rows) == (10, 10, 3, 2)
    assert (one.stage, one.failed, one.told) == (None, FAILED, TOLD)
    assert one.rows == RowCounts(taken=10, title=1)
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
        lambda: one.advance(ImportStage.CHECKING, 1, 2),
        lambda: one.ask_columns(SHEET, AT),
        lambda: one.finish(ImportOutcome(RowCounts(), ()), AT),
        lambda: one.refuse(UNREADABLE, AT),
    ):
        with pytest.raises(ValueError, match=r"^import 1 is finished$"):
            act()
    with pytest.raises(ValueError, match=r"^import 2 is queued$"):
        import_("2").advance(ImportStage.CHECKING, 1, 2)


def test_the_files_of_an_import_are_let_go_together() -> None:
    """The file, the workbook of its failed rows, and what is told of rows."""
    one = _ended()
    assert one.discard_files() == ["imports/1", "failures/1", "told/1"]
    assert (one.failed, one.told) == (None, None)
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


def _waiting() -> Import:
    one = import_()
    one.begin()
    one.ask_columns(SHEET, AT)
    return one


def test_an_import_waits_for_its_columns_and_goes_on_with_them() -> None:
    """It is not under way meanwhile; each sheet is asked for once."""
    one = _waiting()
    assert (one.state, one.stage, one.under_way) == (ImportState.NEEDS_COLUMNS, None, False)
    assert (one.require_asked(), one.columns_until) == (SHEET, AT)
    chosen = ChosenColumns("名单", 1, {"name": 0, "number": 1})
    one.give_columns(chosen)
    assert (one.state, one.asked, one.columns_until) == (ImportState.QUEUED, None, None)
    assert one.chosen == (chosen,)
    with pytest.raises(Conflict) as refused:
        one.give_columns(chosen)
    assert refused.value.code == "columns_not_asked"


def test_an_import_that_waits_for_its_columns_is_in_nobodys_hands() -> None:
    """A worker that took it up would be a fault of ours; it can be given up."""
    one = _waiting()
    with pytest.raises(ValueError, match=r"^import 1 is needs_columns$"):
        one.begin()
    assert not one.given_up
    one.refuse(FileRefusal("columns_not_given", "没有指定列。"), AT)
    assert (one.state, one.given_up, one.asked) == (ImportState.FAILED, True, None)
    with pytest.raises(Conflict):
        one.require_asked()


def test_an_import_that_is_taken_up_again_counts_anew() -> None:
    """What an earlier worker had counted is not shown beside it."""
    one = import_()
    one.begin()
    one.advance(ImportStage.STORING, 9, 9)
    one.refuse(UNREADABLE, AT)
    one.begin()
    assert (one.stage, one.done, one.total) == (ImportStage.READING, 0, 0)
