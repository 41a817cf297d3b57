"""Rosters of invented persons, filled in as people do and saved as Excel saves them."""

from collections.abc import Callable, Sequence

from bench.packages import package, worksheet
from examples.people import Person

TITLES = ("序号", "参保人姓名 *", "身份证号 *", "手机号", "证件类型", "职业类别", "备注")
COLUMNS = len(TITLES)
_LETTERS = "BCDEFG"


def excel_roster(people: Sequence[Person]) -> bytes:
    """Return the workbook of these persons as Excel saves it: texts stand in a table of texts."""
    texts: dict[str, int] = {}

    def cell(place: str, text: str) -> str:
        number = texts.setdefault(text, len(texts))
        return f'<c r="{place}" s="1" t="s"><v>{number}</v></c>'

    sheet = worksheet(_rows(people, cell))
    return package([sheet], "".join(f"<si><t>{text}</t></si>" for text in texts))


def openpyxl_roster(people: Sequence[Person]) -> bytes:
    """Return the same as openpyxl saves it: texts stand in their cells."""

    def cell(place: str, text: str) -> str:
        return f'<c r="{place}" s="1" t="inlineStr"><is><t>{text}</t></is></c>'

    return package([worksheet(_rows(people, cell))])


def _rows(people: Sequence[Person], cell: Callable[[str, str], str]) -> str:
    """Write the first seven columns of the template.

    The first holds numbers. Every twentieth person has a dangerous occupation, every tenth a
    remark.
    """
    rows = [_row(1, cell("A1", TITLES[0]), TITLES[1:], cell)]
    for number, person in enumerate(people, 1):
        occupation = "高危职业" if number % 20 == 0 else "一般职业"
        remark = f"{number % 300} 号车间" if number % 10 == 0 else ""
        written = (person.name, person.number, person.mobile, "居民身份证", occupation, remark)
        rows.append(_row(number + 1, f'<c r="A{number + 1}"><v>{number}</v></c>', written, cell))
    return "".join(rows)


def _row(row_no: int, first: str, texts: Sequence[str], cell: Callable[[str, str], str]) -> str:
    cells = "".join(
        cell(f"{letter}{row_no}", text)
        for letter, text in zip(_LETTERS, texts, strict=True)
        if text
    )
    return f'<row r="{row_no}" spans="1:{COLUMNS}">{first}{cells}</row>'
