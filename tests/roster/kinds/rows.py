"""Rows that hold no person, and rows that do though they look otherwise."""

from services.roster.domain.row_kinds import RowKind
from tests.roster.kinds.kind import HEADER, A, B, C, Kind, row, sheet

KINDS = (
    Kind(
        "Blank rows",
        "They are counted as empty, up to the last row with something in it",
        sheet(HEADER, (), row(1, A), (" ", "\u3000"), row(2, B)),
        taken=(A, B),
        left_out={RowKind.EMPTY: 2},
    ),
    Kind(
        "Rows prepared with numbers and defaults",
        "They are counted as empty",
        sheet(
            ("序号", "姓名", "身份证号", "证件类型", "职业类别"),
            (1, A.name, A.number, "居民身份证", "一般职业"),
            (2, "", "", "居民身份证", "一般职业"),
            (3, "", "", "", ""),
        ),
        taken=(A,),
        left_out={RowKind.EMPTY: 2},
    ),
    Kind(
        "Totals (合计, 共计：2人)",
        "They are counted as totals, with a count in the number's column too",
        sheet(
            HEADER, row(1, A), ("合计", "", "2人"), ("小计", 1), ("共计：2人",), ("", "", "共2人")
        ),
        taken=(A,),
        left_out={RowKind.TOTAL: 4},
    ),
    Kind(
        "Footers, notes and signatures",
        "They are counted as footers",
        sheet(
            HEADER,
            row(1, A),
            ("制表人：张三", "", "审核人：李四"),
            ("填表说明：1.姓名与身份证一致",),
            ("注：本表一式两份",),
            ("填报日期：2026年11月",),
            ("", "经办人：李四"),
        ),
        taken=(A,),
        left_out={RowKind.FOOTER: 5},
    ),
    Kind(
        "Examples left in the list, marked as such (示例, 例：)",
        "It is counted as an example",
        sheet(HEADER, ("示例", A.name, A.number), ("例：", B.name, B.number), row(1, C)),
        taken=(C,),
        left_out={RowKind.EXAMPLE: 2},
    ),
    Kind(
        "Headings of groups (一车间) before the column of names",
        "They are counted as titles",
        sheet(HEADER, ("一车间",), row(1, A), ("二车间",), row(2, B)),
        taken=(A, B),
        left_out={RowKind.TITLE: 3},
    ),
    Kind(
        "A first cell that begins with 说明： or 注：, beside a name and a number",
        "The row is a person",
        sheet(
            ("备注", "姓名", "身份证号"),
            ("说明：退休返聘", A.name, A.number),
            ("注：工伤在家", B.name, B.number),
            ("合计", C.name, C.number),
        ),
        taken=(A, B, C),
    ),
    Kind(
        "A department with a colon, and no number",
        "The person is refused, not left out",
        sheet(
            ("部门", "姓名", "身份证号"),
            ("一车间：甲班", A.name, A.number),
            ("一车间：乙班", B.name, ""),
        ),
        taken=(A,),
        refused={3: "身份证号"},
    ),
    Kind(
        "A number without a name, a mobile without both",
        "Both are refused",
        sheet(HEADER, row(1, A), (2, "", B.number), (3, "", "", C.mobile)),
        taken=(A,),
        refused={3: "姓名", 4: "身份证号"},
    ),
    Kind(
        "A person twice",
        "The later row is refused; the reason names the first one that was taken",
        sheet(HEADER, (1, "", A.number), row(2, A), row(3, A)),
        taken=(A, A),
        refused={2: "姓名"},
    ),
)
