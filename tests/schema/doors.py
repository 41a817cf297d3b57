"""What belongs to accounts, offices and strangers: ids for the calls that name them."""

from itertools import count
from secrets import token_hex
from typing import TYPE_CHECKING

from examples.client import Client
from tests.flows.conftest import System
from tests.phones import Phone
from tests.processes import CAPTCHA
from tests.strangers import Stranger

if TYPE_CHECKING:
    from tests.schema.things import Things

_numbers = count(9000)


async def add_doors(system: System, made: "Things", administrator: Client) -> None:
    """Add an account, a session, a binding, a registration and messages of a unit's office."""
    operator, agency = made.desk.operator, made.desk.agency
    made.ids["office"] = agency.account["agency_id"]
    made.ids.setdefault("notice", await _notice(operator))
    made.ids["session"] = await _session(system, operator)
    made.ids["account"] = await _account(system, administrator)
    # The new account's: every office sees the codes that strangers were sent, too.
    messages = await administrator.get("/messages", kind="first_password", limit=1)
    made.ids.setdefault("lost_message", messages["items"][0]["message_id"])
    unit = await operator.get(f"/units/{made.ids['unit']}")
    made.ids["binding"] = await _binding(system, unit["credit_code"])
    asked = await Phone(system.var).ask(system.http, "registration")
    assert asked.status_code == 202, asked.text
    made.ids["code"] = asked.json()["code_id"]
    agencies = await Client(system.http).get("/agencies")
    mine = next(one for one in agencies if one["office_id"] == made.ids["office"])
    made.ids["district"] = mine["districts"][0]
    made.ids["registered"] = await _registered(system, made.ids["office"], made.ids["district"])


async def _notice(operator: Client) -> str:
    return str((await operator.get("/notices"))["items"][0]["notice_id"])


async def _session(system: System, client: Client) -> str:
    """Sign an account in once more; returns that session's id."""
    name = client.account["username"]
    second = await Client.sign_in(system.http, name, system.passwords[name], CAPTCHA)
    [mine] = [one for one in await second.get("/auth/sessions") if one["current"]]
    return str(mine["session_id"])


async def _account(system: System, administrator: Client) -> str:
    """Open an account of the office that nobody uses; returns its id."""
    phone = Phone(system.var)
    made = await administrator.post(
        "/accounts",
        {
            "username": f"spare-{token_hex(4)}",
            "name": "王芳",
            "mobile": phone.mobile,
            "role": "finance",
        },
    )
    await phone.first_password()
    return str(made["account_id"])


async def _binding(system: System, code: str) -> str:
    """Ask to be bound to a unit; returns the binding's id."""
    someone = Stranger(system.http, Phone(system.var))
    await someone.prove("binding")
    answer = await someone.send(
        "POST",
        "/bindings",
        data={"credit_code": code, "name": "王建国"},
        files={"file": ("a.pdf", b"%PDF-1.4", "application/pdf")},
    )
    return str(answer.json()["binding_id"])


async def _registered(system: System, agency_id: str, district_code: str) -> str:
    """Let a unit register itself at an agency; returns its id."""
    someone = Stranger(system.http, Phone(system.var))
    await someone.prove()
    made = await someone.register(next(_numbers), agency_id=agency_id, district_code=district_code)
    return str(made["unit_id"])
