"""Invented calls: none breaks the system, and every response is as described."""

import asyncio
from typing import Any

import pytest

from examples.client import Client
from tests.flows.conftest import System
from tests.processes import CAPTCHA
from tests.schema.example_calls import ExampleCall, example_calls
from tests.schema.inventing import CallResults, described, invent_calls
from tests.schema.things import PLAN, Things

Operations = dict[str, tuple[str, str, dict[str, Any]]]

# schemathesis uses `random` directly, which hypothesis warns of.
pytestmark = pytest.mark.filterwarnings("ignore:Do not use the `random` module")

ROLES = ("nobody", "operator", "agency", "office", "finance", "administrator", "client")
"""Nobody first: the captcha with which they sign in is good for five minutes."""
LEFT_OUT = {
    "get_events": "streams without an end; tests/flows covers it",
    "post_logout": "ends the session that other calls need; has a test of its own",
    "put_password": "five wrong ones shut the account out",
    "post_second_factor": "five wrong ones shut the account out",
    "remove_second_factor": "five wrong ones shut the account out",
}
PROVEN = "needs the proof of a mobile; tests/flows covers it"
NEVER_DONE = {
    "post_code": "needs a captcha, which is answered once",
    "post_proof": "needs what a text message says",
    "post_password_reset": PROVEN,
    "post_binding": PROVEN,
    "get_own_bindings": PROVEN,
    "post_registration": PROVEN,
    "get_registrations": PROVEN,
    "put_registration": PROVEN,
    "get_columns": "the file that waits has been told them; tests/flows does it",
    "delete_columns": "the file that waits has been told them; tests/flows does it",
    "delete_session": "the call before it has ended all others",
    "put_second_factor": "needs an app's code",
    "reset_second_factor": "needs an account that has one",
}
"""Calls that are only refused here; tests/flows does them."""
RANDOM_CALLS = 2
"""Per operation."""
MOST_CALLS = 8000
"""Of all tests together; ten milliseconds each."""


@pytest.fixture(scope="session")
async def accounts(system: System, things: Things) -> dict[str, Client]:
    """Return a client of each role, and one without an account."""
    desk = things.desk
    return {
        "operator": desk.operator,
        "agency": desk.agency,
        "office": desk.office,
        "finance": desk.finance,
        "administrator": await system.client("administrator"),
        "client": things.client,
        "nobody": Client(system.http),
    }


@pytest.fixture(scope="session")
def counted() -> list[int]:
    """Return the numbers of calls of each test so far."""
    return []


async def invented(
    system: System,
    things: Things,
    client: Client,
    wanted: set[str],
    *,
    limits: bool,
) -> CallResults:
    """Invent calls of the `wanted` operations for an account; returns their results."""
    headers = {"Authorization": f"Bearer {client.token}"} if client.token else {}
    document = described(system.description.document, example_calls(things), wanted)
    return await asyncio.to_thread(
        invent_calls,
        document,
        system.address,
        headers,
        {"application_no": list(things.applications.values()), "plan": [PLAN]},
        limits=limits,
        examples=RANDOM_CALLS,
    )


@pytest.mark.parametrize("role", ROLES)
async def test_every_limit_of_what_a_role_sends_holds(
    system: System,
    things: Things,
    accounts: dict[str, Client],
    operations: Operations,
    counted: list[int],
    role: str,
) -> None:
    """Each parameter and field at, below and above its limits, in the calls of the role."""
    calls = example_calls(things)
    mine = {name for name in operations if calls.get(name, ExampleCall()).role == role}
    mine -= LEFT_OUT.keys()
    results = await invented(system, things, accounts[role], mine, limits=True)
    counted.append(sum(results.calls.values()))
    assert results.faults == {}
    done = {name for name, status in results.statuses if status < 300}
    places = {f"{operations[name][0]} {operations[name][1]}" for name in mine - NEVER_DONE.keys()}
    assert places - done == set(), "each call reaches what it is for at least once"


@pytest.mark.parametrize("role", ROLES)
async def test_whoever_makes_any_call_is_answered_as_described(
    system: System,
    things: Things,
    accounts: dict[str, Client],
    operations: Operations,
    counted: list[int],
    role: str,
) -> None:
    """Right and wrong calls of all operations, whether the role may make them or not."""
    wanted = {*operations} - {*LEFT_OUT}
    results = await invented(system, things, accounts[role], wanted, limits=False)
    counted.append(sum(results.calls.values()))
    assert results.faults == {}
    assert len(results.calls) == len(wanted)


async def test_signing_out_is_answered_as_described(system: System, things: Things) -> None:
    """With a session of its own."""
    leaving = await Client.sign_in(system.http, "operator3", system.passwords["operator3"], CAPTCHA)
    results = await invented(system, things, leaving, {"post_logout"}, limits=True)
    assert results.faults == {}
    assert results.statuses


def test_the_calls_together_stay_few_enough_to_wait_for(counted: list[int]) -> None:
    """They are counted, so that a longer description is noticed before it takes minutes."""
    assert sum(counted) < MOST_CALLS
