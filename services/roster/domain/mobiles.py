"""Mobile numbers."""

from services.roster.domain.reasons import Reason
from services.roster.domain.typed_text import compact
from shared.values import mobile


def read_mobile(written: str) -> str | Reason | None:
    """Return a mobile of eleven digits, without +86, spaces and hyphens; empty is None."""
    if not compact(written).lstrip("'").replace("-", ""):
        return None
    return mobile(compact(written)) or Reason(
        "mobile_invalid", "“手机号”应为 1 开头的 11 位手机号码，请更正或留空。", "mobile"
    )
