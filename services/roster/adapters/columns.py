"""Columns of a roster and the titles that spreadsheets give them."""

import re
from collections.abc import Mapping, Sequence

from services.roster.domain.typed_text import compact

TITLES: Mapping[str, str] = {
    "name": "参保人姓名",
    "number": "身份证号",
    "mobile": "手机号",
    "document_kind": "证件类型",
    "occupation_class": "职业类别",
    "remark": "备注",
    "sex": "性别",
    "birth_date": "出生日期",
}
"""Title of each field of `RawRow`, in the order of the template."""

REQUIRED = ("name", "number")

_SYNONYMS = {
    "name": "姓名 职工姓名 人员姓名 会员姓名 被保障人姓名",
    "number": "身份证号码 身份证 证件号码 证件号 居民身份证号 居民身份证号码 公民身份号码",
    "mobile": "手机号码 手机 移动电话 联系电话 联系方式 电话 电话号码",
    "document_kind": "证件种类 证件名称",
    "occupation_class": "职业类型 职业分类",
    "remark": "备注信息 说明",
    "sex": "",
    "birth_date": "出生年月日 生日",
}
_TITLES_OF = {field: (TITLES[field], *synonyms.split()) for field, synonyms in _SYNONYMS.items()}
_BESIDE_TITLE = re.compile(r"\([^()]*\)|[*:：]")


def titles_in(texts: Sequence[str]) -> dict[str, int]:
    """Return which column holds which field; the usual title counts before synonyms."""
    written = [_BESIDE_TITLE.sub("", compact(text)) for text in texts]
    return {
        field: written.index(found)
        for field, titles in _TITLES_OF.items()
        if (found := next((title for title in titles if title in written), None))
    }
