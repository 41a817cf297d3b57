"""What belongs to others is not found, wherever and by whomever it is named."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from examples.client import API, Client
from tests.flows.conftest import System
from tests.flows.receiver import api_client
from tests.schema.example_calls import ExampleCall, example_calls
from tests.schema.things import Things, things_of

Json = dict[str, Any]
Operations = dict[str, tuple[str, str, Json]]

OTHERS = ("operator2", "agency2", "client")
"""Accounts that may see nothing of the first unit."""
EVERYBODYS = {"get_template", "post_login", "post_token", "post_proof", "put_registration"}
"""Operations that name nothing of a unit, or are a stranger's who proves a mobile."""
SHARED = {"plan", "event_id", "kind"}
"""Parameters that units, or the clients of one office, have in common."""
REFUSED = {403, 404}


async def called(client: Client, operations: Operations, name: str, example: ExampleCall) -> int:
    """Make a call; returns its status."""
    method, path, described = operations[name]
    media = next(iter(described.get("requestBody", {}).get("content", ())), "")
    sent: Json = {"json": example.body} if "json" in media else {}
    if "multipart" in media:
        fields = dict(example.body or {})
        sent = {"files": {"file": ("a.pdf", fields.pop("file"))}, "data": fields}
    headers = {"Authorization": f"Bearer {client.token}", "Idempotency-Key": f"walk-{name}"}
    place = path.removeprefix(API).format(**example.path)
    return (await client.http.request(method, API + place, headers=headers, **sent)).status_code


@pytest.fixture(scope="session")
async def theirs(system: System) -> Things:
    """Return the second unit's applications and ids."""
    return await things_of(system, "2", seed=950)


@pytest.fixture
async def others(system: System) -> dict[str, Client]:
    """Return the accounts that see nothing of the first unit."""
    return {
        "operator2": await system.client("operator2"),
        "agency2": await system.client("agency2"),
        "client": await api_client(system, "别的系统"),
    }


@pytest.mark.parametrize("who", OTHERS)
async def test_a_call_that_names_others_things_is_refused(
    things: Things, others: dict[str, Client], operations: Operations, who: str
) -> None:
    """Every call that names anything, in its path or its body: 404, or 403 for the role."""
    naming = {
        name: example
        for name, example in example_calls(things).items()
        if (example.path or names_things(example.body)) and name not in EVERYBODYS
    }
    assert {name for name, (_, path, _) in operations.items() if "{" in path} <= {
        *naming,
        *EVERYBODYS,
    }
    for name, example in naming.items():
        assert await called(others[who], operations, name, example) in REFUSED, name


def names_things(body: Json | None) -> bool:
    """Return whether a body names something of a unit."""
    return any(name.startswith(("application_no", "confirmation_no")) for name in body or ())


def mixed(mine: Things, foreign: Things) -> Iterator[tuple[str, str, ExampleCall]]:
    """Yield operation, role and call, each with one number of another unit among one's own."""
    own, other = example_calls(mine), example_calls(foreign)
    for name, example in own.items():
        for part in example.path:
            if part not in SHARED and len(example.path) > 1:
                path = example.path | {part: other[name].path[part]}
                yield name, example.role, replace(example, path=path)
    for name, field in (
        ("print_notices", "application_nos"),
        ("print_confirmations", "confirmation_nos"),
    ):
        both = [(one[name].body or {})[field][0] for one in (own, other)]
        yield name, "operator", ExampleCall(body={field: both})
    body = (own["post_import"].body or {}) | {"corrects": foreign.ids["import"]}
    yield "post_import", "operator", replace(own["post_import"], body=body)


async def test_one_foreign_number_among_ones_own_is_enough(
    system: System, things: Things, theirs: Things, operations: Operations
) -> None:
    """An attachment, a person, an invoice, a batch of another's application; a list with one."""
    roles = {"operator": things.desk.operator, "client": things.client}
    tried = 0
    for name, role, example in mixed(things, theirs):
        if role in roles:
            assert await called(roles[role], operations, name, example) in {404, 422}, name
            tried += 1
    assert tried > 15
    # The other unit's application is unchanged.
    number = theirs.applications["draft"]
    found = await (await system.client("operator2")).get(f"/applications/{number}")
    assert len(found["attachments"]) == 2
