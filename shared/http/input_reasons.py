"""Reasons in Chinese for pydantic's types of errors."""

from collections.abc import Mapping
from typing import Any

_WHOLE, _DAY, _TIME = "应为整数", "应为日期，如2026-01-31", "应为时间，如2026-01-31T09:00:00+08:00"
_OBJECT, _AMOUNT = "应为一组内容（JSON对象）", "应为金额，写成最多两位小数的文本，如95.00"

_REASONS = {
    "missing": "必填，请填写",
    "string_type": "应为文本",
    "string_pattern_mismatch": "格式不正确，请核对",
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": "数字过大",
    "int_from_float": _WHOLE,
    "float_type": "应为数字",
    "float_parsing": "应为数字",
    "decimal_type": _AMOUNT,
    "decimal_parsing": _AMOUNT,
    "decimal_max_places": _AMOUNT,
    "money": _AMOUNT,
    "bool_type": "应为是或否（true或false）",
    "bool_parsing": "应为是或否（true或false）",
    "date_type": _DAY,
    "date_parsing": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": _DAY,
    "datetime_type": _TIME,
    "datetime_parsing": _TIME,
    "datetime_from_date_parsing": _TIME,
    "timezone_aware": "请写明时区，如+08:00",
    "enum": "不在可选范围内，请重新选择",
    "literal_error": "不在可选范围内，请重新选择",
    "uuid_type": "编号不正确",
    "uuid_parsing": "编号不正确",
    "list_type": "应为列表",
    "dict_type": _OBJECT,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "json_invalid": "不是有效的JSON",
    "papers_none": "请至少选择一份单据",
    "email": "邮箱地址不正确，请核对",
}

_MEASURED = {
    "string_too_long": "不能超过{max_length}个字",
    "too_long": "最多{max_length}项",
    "too_short": "至少{min_length}项",
    "papers_too_many": "一次最多打印{most}份单据，请分批打印",
    "greater_than": "应大于{gt}",
    "greater_than_equal": "不能小于{ge}",
    "less_than": "应小于{lt}",
    "less_than_equal": "不能大于{le}",
}


def reason_for(code: str, measures: Mapping[str, Any]) -> str:
    """Return the reason of an error, by its type and the limits that it breaks."""
    if code == "string_too_short":
        least = measures["min_length"]
        return "不能为空，请填写" if least == 1 else f"不能少于{least}个字"
    if code in _MEASURED:
        return _MEASURED[code].format(**measures)
    if code == "value_error" and "reason" in measures:
        code = "email"  # the only one of pydantic's own that gives its reason
    return _REASONS.get(code, "不符合要求，请核对")
