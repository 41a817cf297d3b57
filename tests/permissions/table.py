"""Who may call what, and how far it reaches: the table of docs/permissions.md, as values."""

import re
from dataclasses import dataclass
from functools import cache

from tests.published import page

NOBODY = "nobody"
COLUMNS = (
    NOBODY,
    "operator",
    "agency_reviewer",
    "office_reviewer",
    "finance",
    "administrator",
    "auditor",
    "api_client",
)
REACHES = ("all", "unit", "office", "account", "client", "mobile")
ROW = re.compile(r"\| `([A-Z]+) (/\S+)` \| (\w+) \|(.*)\|")
YES, NO = "yes", "–"


@dataclass(frozen=True)
class Place:
    """Where a thing belongs or somebody stands: office, agency, unit; and whose it is."""

    office: str
    agency: str = ""
    unit: str = ""
    owner: str = ""
    """An account or an API client."""


@dataclass(frozen=True)
class Rule:
    """Who may make a call, and whose things it reaches."""

    reach: str
    roles: frozenset[str]

    @property
    def is_open(self) -> bool:
        """Whether it needs no session."""
        return NOBODY in self.roles

    def reaches(self, role: str, stands: Place, thing: Place) -> bool:
        """Return whether a role that may make the call finds a thing by it."""
        if self.reach in ("account", "client"):
            return thing.owner == stands.owner
        if self.reach == "unit" and role == "operator":
            return thing.unit == stands.unit
        if self.reach == "unit" and role == "agency_reviewer":
            return thing.agency == stands.agency
        if self.reach in ("unit", "office"):
            return thing.office == stands.office
        return True

    def allows(self, role: str, stands: Place, thing: Place, status: int) -> bool:
        """Return whether the table lets a call be answered so.

        Whoever may make it is answered, or refused for the state of the thing or for the input.
        """
        if self.reach == "mobile":
            return status == 401
        if role == NOBODY and not self.is_open:
            return status == 401
        found = self.reaches(role, stands, thing)
        if not self.is_open and role not in self.roles:
            return status == 403 or (status == 404 and not found)
        if not found:
            return status == 404
        return status < 300 or status in (400, 409, 422)


@cache
def table() -> dict[tuple[str, str], Rule]:
    """Return the rules by method and path, as the page has them; ValueError for an odd row."""
    rules: dict[tuple[str, str], Rule] = {}
    for method, path, reach, rest in ROW.findall(page("permissions")):
        marks = [one.strip() for one in rest.split("|")]
        if reach not in REACHES or len(marks) != len(COLUMNS) or {*marks} - {YES, NO}:
            message = f"{method} {path} is no row of the table"
            raise ValueError(message)
        if (method, path) in rules:
            message = f"{method} {path} is there twice"
            raise ValueError(message)
        may = {who for who, mark in zip(COLUMNS, marks, strict=True) if mark == YES}
        rules[method, path] = Rule(reach, frozenset(may))
    return rules
