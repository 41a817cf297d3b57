"""The demo office with a colleague for each account, a neighbour for its unit, and another office.

Who walks through all calls signs out, changes passwords and is locked: with accounts of their own.
"""

import secrets
from typing import Any

from services.host.demo import demo_data
from tests.strangers import credit_code

Json = dict[str, Any]
ROLES = {
    "operator": {"agency_id": "001202", "unit_id": "U0000001"},
    "agency_reviewer": {"agency_id": "001202"},
    "office_reviewer": {},
    "finance": {},
    "administrator": {},
    "auditor": {},
}
"""People's roles, and where the walkers of the demo office stand."""
NEIGHBOUR, FAR_AWAY = "U0000004", "U0000013"
"""A unit of the same agency, and one of another office."""
OTHER_OFFICE, OTHER_AGENCY = "0013", "001301"


def two_offices() -> Json:
    """Return the data of the demo office with all that."""
    data = demo_data(None)
    units = {unit["unit_id"]: unit for unit in data["units"]}
    data["units"] += [
        _like(units["U0000001"], NEIGHBOUR, 4),
        _like(units["U0000001"], FAR_AWAY, 13)
        | {"office_id": OTHER_OFFICE, "agency_id": OTHER_AGENCY},
    ]
    offices = {office["office_id"]: office for office in data["offices"]}
    data["offices"] += [
        offices["0012"] | {"office_id": OTHER_OFFICE, "name": "中国职工保险互助会示例办事处"},
        offices["001202"]
        | {
            "office_id": OTHER_AGENCY,
            "parent_id": OTHER_OFFICE,
            "name": "示例区代办处",
            "districts": ["370302"],
        },
    ]
    [book], [account] = data["receipt_books"], data["receiving_accounts"]
    data["receipt_books"].append(book | {"office_id": OTHER_OFFICE, "prefix": "370202"})
    data["receiving_accounts"].append(account | {"office_id": OTHER_OFFICE})
    data["accounts"] += [
        _account(f"walker-{role}", role, {"office_id": "0012", **place})
        for role, place in ROLES.items()
    ]
    neighbour = {"office_id": "0012", "agency_id": "001202", "unit_id": NEIGHBOUR}
    data["accounts"].append(_account("neighbour-operator", "operator", neighbour))
    for role, place in ROLES.items():
        there = {"agency_id": OTHER_AGENCY, "unit_id": FAR_AWAY}
        far = {name: there[name] for name in place} | {"office_id": OTHER_OFFICE}
        data["accounts"].append(_account(f"far-{role}", role, far))
    return data


def _like(unit: Json, unit_id: str, number: int) -> Json:
    return unit | {
        "unit_id": unit_id,
        "name": f"青岛示例单位{number}号",
        "credit_code": credit_code(8000 + number),
        "contact": unit["contact"] | {"mobile": f"138000010{number:02}"},
    }


def _account(username: str, role: str, place: Json) -> Json:
    return {
        "account_id": username,
        "username": username,
        "name": username,
        "role": role,
        "agency_id": None,
        "unit_id": None,
        **place,
        "password": secrets.token_urlsafe(9),
    }
