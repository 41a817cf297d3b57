"""Saying which column of a file is which: the path names the import, enrollment knows its unit."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import jwt
import pytest

from shared.contracts.enrollment import ApplicationEvent
from shared.identity.caller import Caller, Seen
from tests.gateway.conftest import Gateway
from tests.gateway.front import Front, Owners, before

NUMBER = "PRT0000000001"
IMPORT = "5f0c9a52-6a0e-4c53-9a55-0d4f5c1b7a10"
OTHER = "5f0c9a52-6a0e-4c53-9a55-0d4f5c1b7a11"
COLUMNS = f"/imports/{IMPORT}/columns"
GIVEN = {"sheet": "", "header_row": 1, "columns": {"name": 0, "number": 1}}


@dataclass
class Services(Owners):
    """Roster has one import; enrollment says how its application stands."""

    suspended: bool = False
    calls: list[str] = field(default_factory=list)
    seen: tuple[Seen, ...] = ()
    """Of the last call."""

    async def answer(self, request: httpx.Request) -> httpx.Response:
        """Answer as the two would."""
        self.calls.append(f"{request.method} {request.url.path}")
        token = request.headers["Authorization"].removeprefix("Bearer ")
        claims = jwt.decode(token, options={"verify_signature": False})
        self.seen = Caller.model_validate(claims["caller"]).seen
        if request.url.path == "/standings":
            changing = request.url.params.get("changing") == "true"
            if self.suspended and changing:
                return httpx.Response(409, json={"code": "unit_suspended"})
            standing = {"application_no": request.url.params["application_no"], "sequence": 7}
            return httpx.Response(200, json=[standing])
        if not request.url.path.startswith(f"/imports/{IMPORT}"):
            return httpx.Response(404, json={"code": "not_found"})
        return httpx.Response(200, json={"import_id": IMPORT, "application_no": NUMBER})


@pytest.fixture
async def services() -> Services:
    """Return the two."""
    return Services()


@pytest.fixture
async def front(
    services: Services, gateway: Gateway, gateway_database: str, tmp_path: Path
) -> AsyncIterator[Front]:
    """Sign in at a gateway before them."""
    async with before(services, gateway, gateway_database, tmp_path) as found:
        yield found


async def test_columns_are_given_to_a_roster_that_is_up_to_date(
    services: Services, front: Front
) -> None:
    """As far as the application is known; what was said is in the trail by its name alone."""
    answer = await front.http.put(COLUMNS, json=GIVEN)
    assert answer.status_code == 200
    assert services.calls == [f"GET /imports/{IMPORT}", "GET /standings", f"PUT {COLUMNS}"]
    assert services.seen == (Seen(stream=ApplicationEvent.stream, subject=NUMBER, sequence=7),)
    entry = await front.last()
    assert (entry.action, entry.subject) == ("import.columns_given", IMPORT)


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_a_suspended_unit_decides_nothing(
    method: str, services: Services, front: Front
) -> None:
    """It goes on reading."""
    services.suspended = True
    answer = await front.http.request(method, COLUMNS, json=GIVEN)
    assert (answer.status_code, json.loads(answer.content)["code"]) == (409, "unit_suspended")
    assert f"{method} {COLUMNS}" not in services.calls
    assert (await front.http.get(COLUMNS)).status_code == 200


async def test_an_import_of_somebody_else_is_not_there(services: Services, front: Front) -> None:
    """Roster says so; enrollment is not asked."""
    answer = await front.http.delete(f"/imports/{OTHER}/columns")
    assert answer.status_code == 404
    assert services.calls == [f"GET /imports/{OTHER}"]


async def test_the_first_rows_are_kept_nowhere_on_their_way(front: Front) -> None:
    """Full numbers are in them; who looked is in the trail."""
    for path, action in (
        (COLUMNS, "import.columns_read"),
        (f"/imports/{IMPORT}/warnings", "warnings.read"),
    ):
        answer = await front.http.get(path)
        assert answer.headers["cache-control"] == "no-store"
        entry = await front.last()
        assert (entry.action, entry.subject, entry.outcome) == (action, IMPORT, "done")
