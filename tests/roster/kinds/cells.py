"""Cells."""

from datetime import datetime

from openpyxl import Workbook

from services.roster.domain.row_kinds import RowKind
from tests.roster.kinds.kind import HEADER, A, B, C, Kind, row, saved, sheet

_DOTS = "·•・‧.．･∙●˙ꞏ"


def _merged() -> bytes:
    made = Workbook()
    where = made["Sheet"]
    for cells in (("姓名", "身份证号", "职业类别"), *((one.name, one.number) for one in (A, B, C))):
        where.append(cells)
    where["C2"] = "高危"
    where.merge_cells("C2:C3")
    where["C4"] = "无此类别"
    return saved(made)


def _merged_persons() -> bytes:
    made = Workbook()
    where = made["Sheet"]
    for cells in (HEADER, row(1, A), (None, None, None, "0532-1"), row(2, B)):
        where.append(cells)
    for column in "ABC":
        where.merge_cells(f"{column}2:{column}3")
    return saved(made)


def _errors() -> bytes:
    made = Workbook()
    where = made["Sheet"]
    where.append(("姓名", "身份证号", "职业类别", "备注"))
    where.append((A.name, A.number, "一般职业", ""))
    where.append((B.name, B.number, "#N/A", ""))
    where.append((C.name, "#REF!", "", "#VALUE!"))
    for place in ("C3", "B4", "D4"):
        where[place].data_type = "e"
    return saved(made)


KINDS = (
    Kind(
        "A formula that the file keeps without its result",
        "The row is refused: the value is unknown, not empty",
        sheet(("姓名", "身份证号"), (A.name, A.number), ("=名册!A2", "=名册!B2")),
        taken=(A,),
        refused={3: "公式"},
    ),
    Kind(
        "A cell with an error (#N/A, #REF!)",
        "The row is refused: the value is unknown, not empty",
        _errors,
        taken=(A,),
        refused={3: "职业类别", 4: "身份证号"},
    ),
    Kind(
        "A cell merged over several rows",
        "It holds for each of them",
        _merged,
        taken=(A, B),
        refused={4: "职业类别"},
    ),
    Kind(
        "A person over several rows, name and number merged",
        "One person; the other rows are counted as empty",
        _merged_persons,
        taken=(A, B),
        left_out={RowKind.EMPTY: 1},
    ),
    Kind(
        "A number that the program kept as a number",
        "Refused: its last digits are gone",
        sheet(HEADER, row(1, A), (2, B.name, int(B.number[:17] + "0"), "")),
        taken=(A,),
        refused={3: "科学计数法"},
    ),
    Kind(
        "Spaces, invisible signs, full-width digits, a lower-case x, a leading quote",
        "They are put right",
        sheet(
            HEADER,
            (1, f" {A.name[0]}\u3000{A.name[1:]}\u200b", f"\u202d{A.number.lower()} ", A.mobile),
            (2, B.name, "'" + B.number, "86-" + B.mobile),
            (3, C.name, C.number.translate({48 + at: 0xFF10 + at for at in range(10)}), ""),
        ),
        taken=(A, B, C),
    ),
    Kind(
        "Dates as text, as real dates, as serial numbers",
        "They are compared with the number",
        sheet(
            ("姓名", "身份证号", "出生日期"),
            (A.name, A.number, datetime.combine(A.birth_date, datetime.min.time())),
            (B.name, B.number, f"{B.birth_date:%Y/%m/%d}"),
            (C.name, C.number, "1950-01-01"),
        ),
        taken=(A, B),
        refused={4: "出生日期"},
    ),
    *(
        Kind(
            f"A name with the dot {dot} (U+{ord(dot):04X})",
            "The dot is read as ·",
            sheet(("姓名", "身份证号"), (f"阿卜杜拉{dot}买买提", A.number)),
            taken=(A,),
            names=("阿卜杜拉·买买提",),
        )
        for dot in _DOTS
    ),
    *(
        Kind(
            f"{written} for a name",
            "Refused: it is no name",
            sheet(("姓名", "身份证号"), (written, A.number), (B.name, B.number)),
            taken=(B,),
            refused={2: "姓名"},
        )
        for written in (True, "TRUE", "--", "··", "''", "张3", "阿卜杜拉▪买买提")
    ),
    *(
        Kind(
            f"A rare character (U+{ord(char):04X})",
            "It is a letter, in whatever plane it lies",
            sheet(("姓名", "身份证号"), ("王" + char, A.number)),
            taken=(A,),
            names=("王" + char,),
        )
        for char in "㛃鿫〇䶮﨑\ue5e5\U0002cb4e\U00020164\U00030edd\U00031350\U0002ebf5\U000323b5"
    ),
    *(
        Kind(
            f"{written} for the kind of document",
            "It is understood",
            sheet(("姓名", "身份证号", "证件类型"), (A.name, A.number, written)),
            taken=(A,),
        )
        for written in ("", "身份证", "二代身份证", "居民身份证（二代）", "resident_id")
    ),
    *(
        Kind(
            f"{written} for the kind of document",
            "Refused: it is no document that is enrolled with",
            sheet(
                ("姓名", "身份证号", "证件类型"), (A.name, A.number, written), (B.name, B.number)
            ),
            taken=(B,),
            refused={2: "证件类型"},
        )
        for written in ("户口簿", "军官证", "1", "港澳居民来往内地通行证", "其他")
    ),
)
