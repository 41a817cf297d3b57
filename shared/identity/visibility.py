"""Which rows a caller sees, as a condition of SQL."""

from typing import Any

from sqlalchemy import ColumnElement

from shared.identity.caller import Caller
from shared.identity.permissions import Role


def visible_to(caller: Caller, rows: Any) -> ColumnElement[bool]:  # noqa: ANN401 - any table class with the three columns
    """Return the condition that leaves only what the caller may see; as `require_sight` says."""
    if caller.role is Role.OPERATOR:
        visible: ColumnElement[bool] = rows.unit_id == caller.unit_id
    elif caller.role is Role.AGENCY_REVIEWER:
        visible = rows.agency_id == caller.agency_id
    else:
        visible = rows.office_id == caller.office_id
    return visible
