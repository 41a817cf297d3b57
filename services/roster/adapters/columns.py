"""Columns of a roster and the titles that spreadsheets give them."""

from itertools import product

from services.roster.domain.persons import TITLES
from shared.sheets.titles import Titles

REQUIRED = ("name", "number")

_WHOSE = (
    *("", "参保", "参保人", "参保人员", "参保职工", "被保险人", "被保障人", "被保人"),
    *(
        "入会人",
        "人员",
        "职工",
        "在职职工",
        "员工",
        "教职工",
        "教职员工",
        "教师",
        "会员",
        "工会会员",
    ),
    *("本人", "个人", "公民", "居民", "中国居民", "二代", "第二代"),
)


def _of_whom(*titles: str) -> list[str]:
    """Return titles with the words that say whose it is, the plain ones first."""
    return [whose + title for whose, title in product(_WHOSE, titles)]


_SYNONYMS = {
    "name": [*_of_whom("姓名", "名字"), "人员名称", "员工名称", "NAME", "FULLNAME", "STAFFNAME"],
    "number": [
        *_of_whom("身份证号", "身份证号码", "身份证件号", "身份证件号码", "身份号码", "身份证编号"),
        *_of_whom("身份证", "证件号码", "证件号", "证件编号", "有效证件号码", "有效身份证件号码"),
        *("社会保障号码", "社会保障号", "IDNO", "IDNUMBER", "IDCARD", "IDCARDNO"),
        *("IDCARDNUMBER", "DOCUMENTNUMBER", "PASSPORT", "PASSPORTNO", "PASSPORTNUMBER"),
        *_of_whom("护照号", "护照号码", "居住证号", "居住证号码", "永居证号", "永居证号码"),
        *("港澳台居民居住证号", "港澳台居民居住证号码", "外国人永久居留身份证号码"),
    ],
    "mobile": [
        *_of_whom("手机号", "手机号码", "手机", "移动电话", "手机电话", "联系手机"),
        *_of_whom("联系电话", "联系方式", "电话", "电话号码", "联系号码"),
        *("MOBILE", "MOBILENO", "MOBILENUMBER", "PHONE", "PHONENO", "PHONENUMBER", "TEL"),
    ],
    "document_kind": [
        *("证件种类", "证件名称", "证件类别", "身份证件类型", "有效证件类型", "证照类型"),
        *("IDTYPE", "DOCUMENTTYPE"),
    ],
    "occupation_class": ["职业类型", "职业分类", "职业风险类别"],
    "remark": ["备注信息", "备注说明", "附注", "说明", "REMARK", "REMARKS", "NOTE", "NOTES"],
    "sex": ["SEX", "GENDER"],
    "birth_date": ["出生年月日", "生日", "BIRTHDATE", "DATEOFBIRTH", "BIRTHDAY", "DOB"],
}

_OTHERS = (
    *("受益", "配偶", "家属", "亲属", "子女", "父母", "监护", "关系", "紧急", "联系人"),
    *("推荐", "担保", "经办", "投保人"),
)
"""Words in titles about other people than those on the list."""

ROSTER_TITLES = Titles(
    {field: (title, *_SYNONYMS[field]) for field, title in TITLES.items()}, REQUIRED, _OTHERS
)
"""What a roster's columns may be called."""
