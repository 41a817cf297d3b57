"""The demo office: Qingdao, its agencies, the guide's plans, three units, an account per role."""

import json
import secrets
from pathlib import Path
from typing import Any

from stdnum.cn import uscc

from shared.runtime.files import write_whole

SEED = Path(__file__).parents[2] / "deploy" / "seed" / "qingdao.json"


def demo_data(accounts: Path | None) -> dict[str, Any]:
    """Read the demo office; passwords are made up once and kept in `accounts`."""
    data: dict[str, Any] = json.loads(SEED.read_text(encoding="utf-8"))
    known: dict[str, str] = {}
    if accounts is not None and accounts.exists():
        known = json.loads(accounts.read_text(encoding="utf-8"))
    for account in data["accounts"]:
        name = account["username"]
        account["password"] = known.setdefault(name, secrets.token_urlsafe(9))
    if accounts is not None:
        write_whole(accounts, json.dumps(known, indent=1).encode())
    return data


def more_units(first: int, count: int) -> dict[str, Any]:
    """Make up `count` more demo units with an operator each, from number `first`."""
    agencies = [f"0012{number:02d}" for number in range(1, 13)]
    units, accounts = [], []
    for number in range(first, first + count):
        agency, body = agencies[number % len(agencies)], f"91370200{number:09d}"
        units.append(
            {
                "unit_id": f"U{number:07d}",
                "agency_id": agency,
                "office_id": "0012",
                "name": f"青岛示例单位{number}号",
                "kind": "enterprise",
                "credit_code": body + uscc.calc_check_digit(body),
                "union_name": f"青岛示例单位{number}号工会委员会",
                "secret": False,
                "district": "山东省-青岛市",
                "address": f"示例路{number}号",
                "contact": {
                    "name": "经办员",
                    "mobile": f"139{number:08d}",
                    "office_phone": "0532-82800000",
                },
            }
        )
        accounts.append(
            {
                "account_id": f"A1{number:07d}",
                "username": f"unit{number}",
                "name": f"示例单位{number}号经办人",
                "role": "operator",
                "office_id": "0012",
                "agency_id": agency,
                "unit_id": f"U{number:07d}",
                "password": secrets.token_urlsafe(9),
            }
        )
    return {"units": units, "accounts": accounts}


def accounts_text(data: dict[str, Any], captcha: str | None) -> str:
    """Return names and passwords of the accounts, for the terminal."""
    lines = ["Demo accounts (username, password, role):"]
    lines += [
        f"  {account['username']:<14} {account['password']:<14} {account['role']}"
        for account in data["accounts"]
    ]
    if captcha is not None:
        lines.append(f"The captcha's answer is always {captcha}.")
    return "\n".join([*lines, ""])
