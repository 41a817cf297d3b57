"""Calls run on the event loop as a whole: a thread for each of their parts costs more than they."""

import inspect
from collections.abc import Callable, Iterator
from typing import Annotated, Any

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI, Query
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from services.host.registry import NAMES, load
from shared.http.dependencies import made


class Wanted:
    """What a call takes."""

    def __init__(self, name: str, most: Annotated[int, Query(le=9)] = 5) -> None:
        self.found = [name] * most


def _routes(routes: list[BaseRoute]) -> Iterator[APIRoute]:
    for one in routes:
        if isinstance(one, APIRoute):
            yield one
        elif hasattr(one, "original_router"):
            yield from _routes(one.original_router.routes)


def _parts(dependant: Dependant) -> Iterator[Callable[..., Any]]:
    """Yield what is called for a call: what it depends on, then itself."""
    for one in dependant.dependencies:
        yield from _parts(one)
    assert dependant.call is not None
    yield dependant.call


def _in_threads(router: APIRouter) -> set[str]:
    return {
        f"{part.__module__}.{part.__qualname__}"
        for route in _routes(router.routes)
        for part in _parts(route.dependant)
        if not inspect.iscoroutinefunction(part) and not inspect.isasyncgenfunction(part)
    }


@pytest.mark.parametrize("name", NAMES)
def test_no_part_of_a_call_runs_in_a_thread(name: str) -> None:
    """Neither its endpoint nor anything that it depends on."""
    router = load(name).router
    assert len(list(_routes(router.routes))) > 5
    assert _in_threads(router) == set()


def test_a_part_that_would_is_noticed() -> None:
    """A plain function, a class, at any depth."""
    router = APIRouter()

    def plain() -> None:
        """Do nothing."""

    async def outer(inner: Annotated[None, Depends(plain)]) -> None:
        del inner

    @router.get("/", dependencies=[Depends(outer)])
    async def get(wanted: Annotated[Wanted, Depends()]) -> None:
        del wanted

    found = {one.rpartition(".")[2] for one in _in_threads(router)}
    assert found == {"plain", "Wanted"}


async def test_what_is_made_takes_the_parameters_of_its_class() -> None:
    """With their defaults and limits."""
    app = FastAPI()

    @app.get("/")
    async def get(wanted: Annotated[Wanted, Depends(made(Wanted))]) -> list[str]:
        return wanted.found

    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
        assert (await client.get("/?name=a&most=2")).json() == ["a", "a"]
        assert (await client.get("/?name=a")).json() == ["a"] * 5
        assert (await client.get("/?name=a&most=10")).status_code == 422
        assert (await client.get("/")).status_code == 422
