"""The table of docs/permissions.md holds: every call, by every role, on things near and far."""

import asyncio
import random
from itertools import chain
from typing import Any

import httpx
import pytest

from examples.client import API
from tests.permissions.places import PLACES
from tests.permissions.table import COLUMNS, NOBODY, Place, Rule, table
from tests.permissions.walking import Walk, Walker
from tests.schema.things import Things

Operations = dict[str, tuple[str, str, dict[str, Any]]]
OURS, FAR = Place("0012", "001202", "U0000001", "me"), Place("0013", "001301", "U0000013", "they")


def test_every_call_has_a_row_and_every_row_a_call(operations: Operations) -> None:
    """A new call is entered before it passes."""
    calls = {(method, path.removeprefix(API)) for method, path, _ in operations.values()}
    assert table().keys() == calls


def test_what_needs_no_session_is_what_the_description_says(operations: Operations) -> None:
    """And is open to everybody."""
    for name, (method, path, call) in operations.items():
        rule = table()[method, path.removeprefix(API)]
        assert rule.is_open == (call.get("security") == []), name
        assert not rule.is_open or rule.roles == {*COLUMNS}, name


@pytest.mark.parametrize(
    ("reach", "may", "role", "thing", "right"),
    [
        ("unit", "operator", "operator", OURS, {200, 400, 409, 422}),
        ("unit", "operator", "operator", FAR, {404}),
        ("unit", "operator", "finance", OURS, {403}),
        ("unit", "operator", "finance", FAR, {403, 404}),
        ("unit", "operator", NOBODY, OURS, {401}),
        ("account", "operator", "operator", FAR, {404}),
        ("all", NOBODY, NOBODY, OURS, {200, 400, 409, 422}),
        ("mobile", NOBODY, "operator", OURS, {401}),
    ],
)
def test_the_table_allows_one_kind_of_answer(
    reach: str, may: str, role: str, thing: Place, right: set[int]
) -> None:
    """And no fault of the server is ever right."""
    rule = Rule(reach, frozenset({may}))
    statuses = (200, 400, 401, 403, 404, 409, 422, 500)
    assert {one for one in statuses if rule.allows(role, OURS, thing, one)} == right


@pytest.mark.parametrize("name", sorted(PLACES))
def test_the_four_places_differ(name: str) -> None:
    """By the office, the agency, the unit: what an operator, a reviewer, an auditor finds there."""
    rule, here = Rule("unit", frozenset()), PLACES["own"]
    roles = ("operator", "agency_reviewer", "auditor")
    finds = [rule.reaches(role, here, PLACES[name]) for role in roles]
    assert (
        finds.count(True)
        == {
            "own": 3,
            "another unit's": 2,
            "another agency's": 1,
            "another office's": 0,
        }[name]
    )


async def _reads(walk: Walk, walker: Walker, things_at: dict[str, Things]) -> list[str]:
    """Let a caller read everything, in an order of its own; returns what was answered wrongly."""
    names = [name for name, (method, _, _) in walk.operations.items() if method == "GET"]
    random.Random(walker.stands.owner).shuffle(names)  # noqa: S311 - an order, no secret
    return [wrong for name in names for wrong in await walk.wrong(name, walker, things_at)]


async def test_ten_callers_at_once_each_find_their_own(
    walk: Walk, walkers: list[Walker], neighbours: list[Walker], things_at: dict[str, Things]
) -> None:
    """Of different units, agencies and offices, each reading everything in another order."""
    callers = [*walkers, *neighbours]
    assert len(callers) >= 10
    found = await asyncio.gather(*(_reads(walk, one, things_at) for one in callers))
    wrong = "\n".join(chain(*found))
    assert not wrong, wrong


async def test_every_call_is_answered_as_the_table_says(
    walk: Walk, walkers: list[Walker], things_at: dict[str, Things]
) -> None:
    """By all roles at once: on one's own thing, another unit's, another agency's and office's."""
    found = []
    for name in walk.operations:
        found += await asyncio.gather(*(walk.wrong(name, one, things_at) for one in walkers))
    wrong = "\n".join(chain(*found))
    assert not wrong, wrong


async def test_a_call_is_not_answered_by_chance(walk: Walk, walkers: list[Walker]) -> None:
    """Who walks is signed in as whom the table thinks."""
    for walker in walkers:
        if walker.role not in (NOBODY, "api_client"):
            me = await walker.client.get("/auth/me")
            assert (me["role"], me["needs"]) == (walker.role, None)
    unknown = await walk.http.get(f"{API}/auth/me", headers={"Authorization": "Bearer none"})
    assert unknown.status_code == httpx.codes.UNAUTHORIZED
