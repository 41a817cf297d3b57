"""One application, joined of what each service says of its part."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.gateway.conftest import Gateway
from tests.gateway.front import Front, Owners, before

NUMBER = "PRT0000000001"
PARTS: dict[str, dict[str, Any]] = {
    f"/applications/{NUMBER}": {"application_no": NUMBER, "sequence": 7, "next_actions": []},
    f"/rosters/{NUMBER}": {"state": "frozen", "next_actions": ["download_roster"]},
    f"/billings/{NUMBER}": {"payable": "95.00", "next_actions": ["enter_payment"]},
    f"/papers/{NUMBER}": {"papers": [{"number": NUMBER}], "next_actions": ["print_confirmation"]},
}


@dataclass
class Services(Owners):
    """Each answers its part: what is there, 404 when it has none, 503 when it is away."""

    parts: dict[str, dict[str, Any]] = field(default_factory=lambda: dict(PARTS))
    away: set[str] = field(default_factory=set)

    async def answer(self, request: httpx.Request) -> httpx.Response:
        """Answer a part."""
        path = request.url.path
        if path in self.away:
            return httpx.Response(503, json={"code": "service_away"})
        if path not in self.parts:
            return httpx.Response(404, json={"code": "not_found"})
        return httpx.Response(200, json=self.parts[path])


@pytest.fixture
async def services() -> Services:
    """Return services that all answer."""
    return Services()


@pytest.fixture
async def front(
    services: Services, gateway: Gateway, gateway_database: str, tmp_path: Path
) -> AsyncIterator[Front]:
    """Sign in at a gateway before them."""
    async with before(services, gateway, gateway_database, tmp_path) as found:
        yield found


async def _whole(front: Front) -> dict[str, Any]:
    answer = await front.http.get(f"/applications/{NUMBER}")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


async def test_the_actions_of_all_services_are_joined(front: Front) -> None:
    """The gateway adds none of its own."""
    whole = await _whole(front)
    assert whole["next_actions"] == ["download_roster", "enter_payment", "print_confirmation"]
    assert (whole["missing"], whole["papers"]) == ([], [{"number": NUMBER}])
    assert "sequence" not in whole


@pytest.mark.parametrize(
    ("part", "path", "action"),
    [
        ("roster", "rosters", "download_roster"),
        ("billing", "billings", "enter_payment"),
        ("papers", "papers", "print_confirmation"),
    ],
)
async def test_a_service_that_is_away_adds_none(
    part: str, path: str, action: str, services: Services, front: Front
) -> None:
    """The rest still comes, and says what is missing."""
    services.away.add(f"/{path}/{NUMBER}")
    whole = await _whole(front)
    assert (whole[part], whole["missing"]) == (None, [part])
    assert action not in whole["next_actions"]
    assert len(whole["next_actions"]) == 2


async def test_a_part_that_is_not_there_yet_is_not_missing(
    services: Services, front: Front
) -> None:
    """Before the approval nothing is billed."""
    del services.parts[f"/billings/{NUMBER}"]
    whole = await _whole(front)
    assert (whole["billing"], whole["missing"]) == (None, [])
    assert whole["next_actions"] == ["download_roster", "print_confirmation"]
