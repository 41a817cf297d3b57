"""Mobile numbers."""

import re

from services.roster.domain.reasons import Reason
from services.roster.domain.typed_text import compact

_MOBILE = re.compile(r"(?:\+?86|0086)?(1[3-9][0-9]{9})")


def read_mobile(written: str) -> str | Reason | None:
    """Return a mobile of eleven digits, without +86, spaces and hyphens; empty is None."""
    digits = compact(written).lstrip("'").replace("-", "")
    if not digits:
        return None
    if found := _MOBILE.fullmatch(digits):
        return found[1]
    return Reason("mobile_invalid", "“手机号”应为 1 开头的 11 位手机号码，请更正或留空。", "mobile")
