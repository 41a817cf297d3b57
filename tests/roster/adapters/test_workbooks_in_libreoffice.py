"""Workbooks that units download, opened by another program than ours: LibreOffice."""

import csv
import shutil
import subprocess
from collections.abc import Sequence
from datetime import date
from io import StringIO
from pathlib import Path

from services.roster.adapters.workbook_writer import failed_rows, roster_workbook
from services.roster.domain.documents import DocumentKind
from services.roster.domain.outcomes import ToldRow
from services.roster.domain.persons import Person, RawRow
from services.roster.domain.reasons import Reason
from shared.contracts.enrollment import Sex

SECONDS = 60
FILTER = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
"""Commas, UTF-8, all sheets; of a formula its result would be written."""


def shown(content: bytes, folder: Path) -> dict[str, list[list[str]]]:
    """Return what LibreOffice shows of each sheet."""
    soffice = shutil.which("soffice")
    assert soffice, "scripts/libreoffice.sh installs LibreOffice"
    (folder / "book.xlsx").write_bytes(content)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    line = [soffice, profile, "--headless", "--convert-to", FILTER, "--outdir", str(folder)]
    subprocess.run(  # noqa: S603 - the program above
        [*line, str(folder / "book.xlsx")], check=True, timeout=SECONDS, capture_output=True
    )
    return {
        path.stem.removeprefix("book-"): list(csv.reader(StringIO(path.read_text("utf-8"))))
        for path in folder.glob("*.csv")
    }


def test_failed_rows_are_shown_as_they_were_written(tmp_path: Path) -> None:
    """No digit lost, no formula reckoned, spaces and line breaks kept, no sign taken for a code."""
    rows = [
        RawRow(
            2, "张三", "370203198607091894", "13800005678", "护照", "高危", "一\n二", "男", "昨天"
        ),
        RawRow(3, "=1+1", "+1", "-1", "@SUM(A1)", remark='=HYPERLINK("http://x", "&<>")'),
        RawRow(4, " 李四 ", "_x000D_", remark='“a”,b;"c"'),
        RawRow(5, "\x00王\ud800五", "000123", "1e5", "2026-11-29", "TRUE", "1,5"),
    ]
    why = Reason("x", "请更正。", "name")
    told = [ToldRow(row, [why], taken=False, refused=True) for row in rows]
    sheets = shown(failed_rows(told, "1"), tmp_path)
    head, *found = sheets.pop("失败人员")
    assert not sheets
    assert head[:3] == ["序号", "参保人姓名 *", "身份证号 *"]
    assert found == [
        [str(number), *_fields(row), f"原第 {number + 1} 行：请更正。"]
        for number, row in enumerate([*rows[:3], _without_forbidden(rows[3])], 1)
    ]


def _fields(row: RawRow) -> Sequence[str]:
    kinds = (row.document_kind, row.occupation_class)
    return row.name, row.number, row.mobile, *kinds, row.remark, row.sex, row.birth_date


def _without_forbidden(row: RawRow) -> RawRow:
    return RawRow(5, "王五", *_fields(row)[1:])


def test_a_roster_has_a_sheet_for_each_plan(tmp_path: Path) -> None:
    """With the unit and the plan above the titles."""
    number, born = "370203198607091894", date(1986, 7, 9)
    person = Person("张三", DocumentKind.RESIDENT_ID, number, Sex.MALE, born, remark="=1")
    sheets = shown(roster_workbook("某单位", {"住院医疗": [person], "女工特病": []}), tmp_path)
    assert {name: [row[0] for row in rows] for name, rows in sheets.items()} == {
        "住院医疗": ["某单位 住院医疗", "序号", "1"],
        "女工特病": ["某单位 女工特病", "序号"],
    }
    assert sheets["住院医疗"][2] == [
        *("1", "张三", "居民身份证", number, "男", "1986-07-09", "", "一般职业", "=1")
    ]
