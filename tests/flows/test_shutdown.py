"""An embedded system that is told to stop ends clean and leaves nothing behind."""

import asyncio
import os
from pathlib import Path

import psutil

from examples.ports import free_port
from tests.processes import SystemProcess


async def test_a_system_told_to_stop_ends_with_all_that_it_started(folder: Path) -> None:
    """SIGTERM: exit 0, no PostgreSQL, no child left."""
    var = folder / "stopped"
    var.mkdir()
    port = free_port()
    with SystemProcess(var, "system", {**os.environ}, "--port", str(port)) as process:
        await process.answered(f"http://127.0.0.1:{port}/readyz")
        assert await asyncio.to_thread(process.stop) == 0
    left = [
        one.pid
        for one in psutil.process_iter(["cmdline"])
        if any(str(var) in part for part in one.info["cmdline"] or [])
    ]
    assert left == []
