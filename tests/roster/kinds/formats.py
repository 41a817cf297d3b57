"""Formats of files."""

from datetime import date
from pathlib import Path

from shared.contracts.enrollment import Sex
from tests.people import Invented
from tests.roster.kinds.kind import HEADER, A, B, Kind, row, sheet

CASES = Path(__file__).parents[2] / "cases" / "roster"
_KEPT = (
    Invented("黄若", "370203198702033414", Sex.MALE, date(1987, 2, 3), "13620557297"),
    Invented("郭若宁", "370203200012162913", Sex.MALE, date(2000, 12, 16), "13819537067"),
)
"""Who stands in files that are kept."""
_LINES = ["姓名,身份证号,备注", f"{A.name},{A.number},", f"{B.name},{B.number},班长"]
_TABLE = (
    "<html><body><table><tr><td>部门<td>姓名<td>身份证号</tr>"
    f"<tr><td rowspan=2>一车间<td>{A.name}<td>{A.number}</tr>"
    f"<tr><td>{B.name}<td>{B.number}</tr></table></body></html>"
)


def _text(encoding: str, separator: str = ",") -> Kind:
    return Kind(
        f"Text in {encoding}, separated by {separator!r}",
        "Read",
        lambda: "\r\n".join(_LINES).replace(",", separator).encode(encoding),
        taken=(A, B),
    )


KINDS = (
    Kind(
        ".xlsx, .xlsm, by whatever program",
        "Read",
        sheet(HEADER, row(1, A), row(2, B)),
        taken=(A, B),
    ),
    Kind(
        ".xls, also of old programs, with code page 936",
        "Read",
        (CASES / "biff8_codepage_936.xls").read_bytes,
        taken=_KEPT,
    ),
    Kind(
        "A web page in one file (.mht), saved as .xls",
        "Read",
        (CASES / "mhtml.xls").read_bytes,
        taken=_KEPT[:1],
    ),
    *(_text(encoding) for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16")),
    *(_text(encoding) for encoding in ("utf-16-le", "utf-16-be")),
    *(_text("utf-8", separator) for separator in ("\t", ";", "，")),
    Kind(
        "Text with a line break inside quotes",
        "Read",
        f'{_LINES[0]}\n{A.name},{A.number},"一\n二"\n{_LINES[2]}\n'.encode,
        taken=(A, B),
    ),
    *(
        Kind(looks, "The file is refused: the quote swallows lines", content, whole="引号")
        for looks, content in (
            (
                "Text with a quote that is never closed",
                f'{_LINES[0]}\n{A.name},{A.number},"班长\n{_LINES[2]}\n'.encode,
            ),
            (
                "Text with a quote that ends in another row",
                f'{_LINES[0]}\n{A.name},{A.number},"班长\n{B.name},{B.number},组"\n'.encode,
            ),
        )
    ),
    Kind("A table of HTML, saved as .xls", "Read, with merged cells", _TABLE.encode, taken=(A, B)),
    Kind(
        "An empty file",
        "The file is refused",
        lambda: b"",
        whole="没有内容",
    ),
    Kind("PDF", "The file is refused, by its kind", lambda: b"%PDF-1.7\n\xe2\xe3\n", whole="PDF"),
    Kind(
        ".xls with a password",
        "The file is refused",
        (CASES / "encrypted_xls.xls").read_bytes,
        whole="密码",
    ),
)
