"""Sheets and lists."""

from openpyxl import Workbook

from services.roster.domain.row_kinds import RowKind
from tests.roster.kinds.kind import HEADER, A, B, C, D, Kind, book, row, saved, sheet


def _with_hidden_sheet() -> bytes:
    made = Workbook()
    visible, hidden = made["Sheet"], made.create_sheet("去年")
    for where, one in ((visible, A), (hidden, B)):
        where.append(HEADER)
        where.append(row(1, one))
    hidden.sheet_state = "hidden"
    return saved(made)


KINDS = (
    Kind(
        "Several sheets, each with a list",
        "All of them are read, in their order",
        lambda: book(一车间=[HEADER, row(1, A), row(2, B)], 二车间=[HEADER, row(1, C)]),
        taken=(A, B, C),
        left_out={RowKind.TITLE: 2},
    ),
    Kind(
        "Sheets with other columns than the first one",
        "Each sheet is read by its own titles",
        lambda: book(
            一=[HEADER, row(1, A)], 二=[("身份证号", "姓名", "备注"), (B.number, B.name, "新")]
        ),
        taken=(A, B),
    ),
    Kind(
        "A second sheet that goes on without titles",
        "The operator is asked which of its columns is which",
        lambda: book(一=[HEADER, row(1, A)], 二=[row(2, B), row(3, C)]),
        asks=True,
    ),
    Kind(
        "A sample sheet beside the list (示例, 填写说明)",
        "Its persons are counted as examples",
        lambda: book(填写示例=[HEADER, row(1, D)], 名单=[HEADER, row(1, A), row(2, B)]),
        taken=(A, B),
        left_out={RowKind.EXAMPLE: 1},
    ),
    Kind(
        "The list filled into the sample sheet",
        "It is the list when no other sheet has the titles of one",
        lambda: book(填写示例=[HEADER, row(1, A)], 封面=[["参保人员名单"]]),
        taken=(A,),
    ),
    Kind(
        "Cover sheets, empty sheets, sheets of words to choose from",
        "They are passed over",
        lambda: book(
            封面=[["参保人员名单"]],
            空=[],
            字典=[["居民身份证"], ["护照"]],
            名单=[HEADER, row(1, A)],
        ),
        taken=(A,),
        left_out={RowKind.TITLE: 1},
    ),
    Kind(
        "A sample sheet beside a list without persons",
        "Nobody is taken from the sample",
        lambda: book(填写示例=[HEADER, row(1, A)], 名单=[HEADER]),
        left_out={RowKind.EXAMPLE: 1},
    ),
    Kind(
        "Sheets whose names only sound like samples (返聘人员说明, 示例学校二部)",
        "They are lists like others",
        lambda: book(返聘人员说明=[HEADER, row(1, A)], 示例学校二部=[HEADER, row(1, B)]),
        taken=(A, B),
    ),
    Kind(
        "A sample with titles of its own above the list",
        "Its persons are counted as examples",
        sheet(("填写示例",), HEADER, row(1, D), (), ("正式名单",), HEADER, row(1, A)),
        taken=(A,),
        left_out={RowKind.EXAMPLE: 1},
    ),
    Kind(
        "A sheet with names but without numbers beside the list",
        "The operator is asked which of its columns is which",
        lambda: book(一=[HEADER, row(1, A)], 二=[("姓名", "手机号"), (B.name, B.mobile)]),
        asks=True,
    ),
    Kind("Hidden sheets", "They are passed over", _with_hidden_sheet, taken=(A,)),
    Kind(
        "Two lists side by side",
        "Both are read; a row's left person comes first",
        sheet(
            ("序号", "姓名", "身份证号", "", "序号", "姓名", "身份证号"),
            (1, A.name, A.number, "", 3, C.name, C.number),
            (2, B.name, B.number),
        ),
        taken=(A, C, B),
        left_out={RowKind.TITLE: 1, RowKind.EMPTY: 0},
    ),
    Kind(
        "Two lists side by side under different titles",
        "Both are read",
        sheet(
            ("参保人姓名", "身份证号", "", "姓名", "证件号码"),
            (A.name, A.number, "", B.name, B.number),
        ),
        taken=(A, B),
    ),
    Kind(
        "Side by side, each list with somebody to call in an emergency",
        "Both are read, those to be called are not",
        sheet(
            ("姓名", "身份证号", "紧急联系人", "姓名", "身份证号", "紧急联系人"),
            (A.name, A.number, "王某", B.name, B.number, "李某"),
        ),
        taken=(A, B),
    ),
    Kind(
        "Persons to the right of the list, under no titles",
        "The file is refused, with row and column",
        sheet(("姓名", "身份证号"), (A.name, A.number, "", B.name, B.number)),
        whole="没有标题",
    ),
    Kind(
        "A second list below the first, with other columns",
        "Below its titles its own columns hold",
        sheet(HEADER, row(1, A), (), ("身份证号", "姓名"), (B.number, B.name)),
        taken=(A, B),
        left_out={RowKind.TITLE: 2, RowKind.EMPTY: 1},
    ),
    Kind(
        "A second list below under titles that nobody knows",
        "The file is refused, with the row of the titles",
        sheet(
            ("序号", "姓名", "部门", "身份证号"),
            (1, A.name, "一车间", A.number),
            ("人员编号", "班组", "人员", "证号"),
            ("007", "甲班", B.name, B.number),
        ),
        whole="另一个名单的表头",
    ),
    Kind(
        "A second list below whose titles name the numbers in words of their own (证, 号码)",
        "The file is refused, with the row of the titles",
        sheet(
            ("序号", "姓名", "部门", "身份证号"),
            (1, A.name, "一车间", A.number),
            ("序", "科室", "员工", "证"),
            ("007", "甲班", B.name, B.number),
        ),
        whole="另一个名单的表头",
    ),
    Kind(
        "A person above the titles, in whatever columns",
        "The file is refused, with the row",
        sheet(("", A.name, A.number), ("姓名", "身份证号"), (B.name, B.number)),
        whole="表头之上",
    ),
    Kind(
        "Titles repeated on every printed page",
        "Each time they are counted as titles",
        sheet(HEADER, row(1, A), HEADER, row(2, B)),
        taken=(A, B),
        left_out={RowKind.TITLE: 2},
    ),
    Kind(
        "The titles sorted into the list",
        "The file is refused: persons above the titles may not be lost",
        sheet(row(1, A), HEADER, row(2, B)),
        whole="表头",
    ),
)
