"""The floor of HTTP: a FastAPI application with one trivial endpoint."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import perf_counter
from typing import Any

import httpx
import uvicorn
import uvloop
from fastapi import FastAPI

from bench.figures import spread
from bench.processes import process
from bench.systems import ready
from examples.ports import free_port

SEQUENTIAL_REQUESTS, CONNECTIONS, CONCURRENT_REQUESTS = 1000, 20, 3000

app = FastAPI()


@app.get("/readyz")
async def readyz() -> dict[str, str]:
    """Return a constant."""
    return {"status": "ok"}


@asynccontextmanager
async def served(var: Path) -> AsyncIterator[httpx.AsyncClient]:
    """Run the application in a process; returns a client of it."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with process([sys.executable, "-m", "bench.bare", str(port)], {}, var / "bare.log"):
        await ready({address: var / "bare.log"})
        async with httpx.AsyncClient(base_url=address) as http:
            yield http


async def http_floor(var: Path) -> dict[str, Any]:
    """Return the median latency of one request at a time, in ms, and requests per second."""
    async with served(var) as http:
        alone = await _asked(http, SEQUENTIAL_REQUESTS)
        began = perf_counter()
        await asyncio.gather(
            *(_asked(http, CONCURRENT_REQUESTS // CONNECTIONS) for _ in range(CONNECTIONS))
        )
        seconds = perf_counter() - began
    return {"p50_ms": spread(alone).p50, "per_second": CONCURRENT_REQUESTS / seconds}


async def _asked(http: httpx.AsyncClient, times: int) -> list[float]:
    taken = []
    for _ in range(times):
        began = perf_counter()
        await http.get("/readyz")
        taken.append(perf_counter() - began)
    return taken


async def main(port: int) -> None:
    """Serve with uvicorn, as the product does."""
    await uvicorn.Server(uvicorn.Config(app, port=port, log_config=None, lifespan="off")).serve()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1])))
