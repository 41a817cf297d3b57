"""Titles of columns."""

from services.roster.domain.row_kinds import RowKind
from tests.roster.kinds.kind import HEADER, A, B, Kind, row, sheet


def _titled(name: str, number: str) -> Kind:
    return Kind(
        f"The titles {name} and {number}",
        "They are understood",
        sheet(("序号", name, number), (1, A.name, A.number)),
        taken=(A,),
    )


DECORATED = (
    ("姓名（如张三）", "身份证号（例：370203198607091894）"),
    ("*姓名", "★身份证号"),
    ("姓名[必填]", "身份证号【必填】"),
    ("姓名（必填）", "身份证号（18位）"),
    ("姓名/Name", "身份证号/ID"),
    ("姓名 Name", "身份证号 ID No."),
    ("1. 姓名", "2. 身份证号"),
    ("姓 名：", "身份证\n号码："),
    ("员工姓名", "公民身份证号码"),
    ("职工姓名", "居民身份证号码"),
    ("被保险人姓名", "有效证件号码"),
    ("姓名必填", "证件号码必填"),
    ("姓名", "身份證號碼"),
    ("Name", "ID Number"),
)

KINDS = (
    *(_titled(name, number) for name, number in DECORATED),
    Kind(
        "Titles of two rows",
        "The lower title counts, alone or with the one above",
        sheet(
            ("序号", "人员", "", "证件", ""),
            ("", "姓名", "性别", "类型", "号码"),
            (1, A.name, "", "居民身份证", A.number),
        ),
        taken=(A,),
        left_out={RowKind.TITLE: 2},
    ),
    Kind(
        "A title that goes on in a second row",
        "The second row is no person",
        sheet(
            ("序号", "姓名", "身份证号", "联系方式", ""),
            ("", "", "", "手机", "座机"),
            row(1, A),
        ),
        taken=(A,),
        left_out={RowKind.TITLE: 2},
    ),
    Kind(
        "Titles and forms above the list",
        "A line with values in it is not taken for the titles",
        sheet(
            ("参保人员名单",),
            ("姓名", "王联系", "身份证号", B.number),
            (),
            HEADER,
            row(1, A),
        ),
        taken=(A,),
        left_out={RowKind.TITLE: 3, RowKind.EMPTY: 1},
    ),
    Kind(
        "The name of somebody else beside the person's (联系人姓名, 配偶姓名)",
        "Its column is not read",
        sheet(("姓名", "身份证号", "联系人姓名", "配偶姓名"), (A.name, A.number, "王某", "李某")),
        taken=(A,),
    ),
    Kind(
        "Beneficiaries or spouses beside the persons, under a title of two rows or their relation",
        "They are not on the list",
        sheet(
            ("姓名", "身份证号", "受益人", ""),
            ("", "", "姓名", "身份证号"),
            (A.name, A.number, B.name, B.number),
        ),
        taken=(A,),
        left_out={RowKind.TITLE: 2},
    ),
    Kind(
        "A relation, and the relative's name and number",
        "The relative is not on the list",
        sheet(
            ("姓名", "身份证号", "关系", "姓名", "身份证号"),
            (A.name, A.number, "配偶", B.name, B.number),
        ),
        taken=(A,),
    ),
    Kind(
        "A column that is not known, with 高危职业 or 护照 in it",
        "The operator is asked: somebody would be enrolled as another",
        sheet(("姓名", "身份证号", "岗位"), (A.name, A.number, "高危职业")),
        asks=True,
    ),
    Kind(
        "A title that comes twice, and others behind it",
        "The columns behind it are read",
        sheet(
            ("姓名", "身份证号", "联系电话", "联系电话", "职业类别"),
            (A.name, A.number, A.mobile, "", "一般职业"),
            (B.name, B.number, B.mobile, "", "瞎写"),
        ),
        taken=(A,),
        refused={3: "职业类别"},
    ),
    Kind(
        "Rows below the titles that tell how to fill in (必填, 18位; 1, 2, 3)",
        "They are counted as titles",
        sheet(
            HEADER,
            ("选填", "必填", "必填，18位", "选填"),
            ("(数字)", "(汉字)", "(18位)", "(11位)"),
            (1, 2, 3, 4),
            row(1, A),
        ),
        taken=(A,),
        left_out={RowKind.TITLE: 4},
    ),
    Kind(
        "Hundreds of other columns",
        "They are passed over",
        sheet(
            ("姓名", "身份证号", *(f"指标{at}" for at in range(300))),
            (A.name, A.number, *range(300)),
        ),
        taken=(A,),
    ),
    Kind(
        "Titles that nobody knows",
        "The operator is asked, and the answer is remembered for the unit",
        sheet(("甲", "乙"), (A.name, A.number)),
        asks=True,
    ),
    Kind(
        "No titles at all",
        "The operator is asked",
        sheet((A.name, A.number), (B.name, B.number)),
        asks=True,
    ),
    Kind(
        "A column that is required is missing",
        "The operator is asked: it may have another title",
        sheet(("姓名", "手机号"), (A.name, A.mobile)),
        asks=True,
    ),
    Kind(
        "A text without columns",
        "The file is refused",
        "名单\n以后再补\n".encode,
        whole="表头",
    ),
)
