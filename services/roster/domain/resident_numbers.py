"""Numbers of 18 characters as the resident ID has them: place, birth date, sequence, check.

Source: GB 11643; the residence permit and the permanent resident card of 2023 are built alike.
"""

import re
from datetime import date

from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_11_2

from services.roster.domain.reasons import Reason
from shared.contracts.enrollment import Sex

_REGIONS = ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71))
PROVINCES = frozenset(
    str(code) for first, last in _REGIONS for code in range(first, last + 1)
)  # GB/T 2260, without 81 and 82, which begin residence permits
EARLIEST_BIRTH = date(1900, 1, 1)

_SHAPE = re.compile(r"[0-9]{17}[0-9X]")
_OLD = re.compile(r"[0-9]{15}")
_LENGTH = 18
_LOST = "000"


def refused(code: str, message: str) -> Reason:
    """Return the reason of a refused number."""
    return Reason(code, message, "number")


def misshapen(number: str) -> Reason | None:
    """Return why a number is not 17 digits and a check character; None when it is."""
    if _SHAPE.fullmatch(number):
        return None
    if "O" in number:
        return refused("number_letter_o", "“身份证号”中有字母 O，请改为数字 0。")
    if _OLD.fullmatch(number):
        return refused("number_old", "15 位旧身份证号已停用，请填写 18 位身份证号。")
    if len(number) != _LENGTH:
        return refused("number_length", "“身份证号”应为 18 位，请核对是否多位或少位。")
    return refused("number_characters", "“身份证号”应为 17 位数字加 1 位数字或 X，请核对。")


def sex_and_birth_date(number: str, today: date) -> tuple[Sex, date] | Reason:
    """Return sex and birth date of a well-formed number, or why it is refused."""
    checked = _checks(number)
    if not checked and number.endswith(_LOST):
        return refused(
            "number_digits_lost",
            "“身份证号”的末几位已丢失（被当作数值保存）：请把该列设为文本格式，重新填写完整号码。",
        )
    born = born_on(number[6:14], today)
    if isinstance(born, Reason):
        return born
    if not checked:
        return refused("number_check", "“身份证号”的校验位不符，请对照证件逐位核对。")
    return (Sex.MALE if int(number[16]) % 2 else Sex.FEMALE), born


def born_on(digits: str, today: date) -> date | Reason:
    """Return the day that eight digits of a number name, or why nobody was born then."""
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        born = date.min
    if born < EARLIEST_BIRTH:
        return refused("number_birth_date", "“身份证号”中的出生日期不存在，请对照证件核对。")
    if born > today:
        return refused("number_born_in_future", "“身份证号”中的出生日期晚于今天，请对照证件核对。")
    return born


def may_have_lost_digits(number: str) -> bool:
    """Return whether a number looks as if a spreadsheet had rounded it to 15 digits."""
    return number.endswith(_LOST)


def _checks(number: str) -> bool:
    try:
        mod_11_2.validate(number)
    except ValidationError:
        return False
    return True
