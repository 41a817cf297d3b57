"""The running system describes the whole public API."""

from tests.flows.conftest import System


async def test_the_description_holds_the_calls_that_are_passed_on(system: System) -> None:
    """A client that reads it can begin an application and send it in."""
    paths = (await system.http.get("/openapi.json")).json()["paths"]
    for path in ("/api/v1/applications", "/api/v1/plans", "/api/v1/auth/login", "/api/v1/billings"):
        assert path in paths
    assert (await system.http.get("/docs")).status_code == 404
