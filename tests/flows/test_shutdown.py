"""An embedded system that is told to stop ends clean and leaves nothing behind."""

import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

import httpx
import psutil

from examples.demo import free_port


def test_a_system_told_to_stop_ends_with_all_that_it_started(folder: Path) -> None:
    """SIGTERM: exit 0, no PostgreSQL, no child left."""
    var = folder / "stopped"
    var.mkdir()
    port = free_port()
    command = [sys.executable, "-m", "services", "--var", str(var), "--port", str(port)]
    with (var / "system.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)  # noqa: S603 - our own program
    until = monotonic() + 90
    while monotonic() < until:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/readyz").is_success:
                break
        except httpx.TransportError:
            sleep(0.1)
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    left = [
        one.pid
        for one in psutil.process_iter(["cmdline"])
        if any(str(var) in part for part in one.info["cmdline"] or [])
    ]
    assert left == []
