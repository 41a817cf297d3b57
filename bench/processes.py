"""Start, measure through /proc and stop processes together with all that they started."""

import os
import re
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")
STOP_SECONDS = 30.0
UTIME = 11
"""Index of the user time in /proc/PID/stat, after the name; the system time follows."""


def process_tree(root: int) -> set[int]:
    """Return the pids of a process and all its descendants that are alive."""
    found, new = set[int](), {root}
    while new:
        found |= new
        new = {child for pid in new for child in _children(pid)} - found
    return {pid for pid in found if (PROC / str(pid)).exists()}


def _children(pid: int) -> list[int]:
    children: list[int] = []
    for task in (PROC / str(pid) / "task").glob("*/children"):
        with suppress(OSError):
            children += [int(child) for child in task.read_text().split()]
    return children


def proportional_megabytes(pids: set[int]) -> float:
    """Return the proportional set size (PSS) of processes together, in MB."""
    kilobytes = 0
    for pid in pids:
        with suppress(OSError):
            rollup = (PROC / str(pid) / "smaps_rollup").read_text()
            found = re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)
            kilobytes += int(found[1]) if found else 0
    return kilobytes / 1024


def processor_seconds(pids: set[int]) -> float:
    """Return the processor time of live processes together, in seconds."""
    ticks = 0
    for pid in pids:
        with suppress(OSError):
            fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[UTIME]) + int(fields[UTIME + 1])
    return ticks / TICKS


def machine_seconds() -> float:
    """Return the busy processor time of the whole machine, in seconds."""
    first = (PROC / "stat").read_text().split("\n", 1)[0].split()[1:]
    user, nice, system, _, _, interrupts, soft, *_ = map(int, first)
    return (user + nice + system + interrupts + soft) / TICKS


@contextmanager
def process(
    command: Sequence[str], environment: Mapping[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program; afterwards interrupt it and kill what it leaves behind."""
    with log.open("wb") as file:
        started = subprocess.Popen(command, env=environment, stdout=file, stderr=file)  # noqa: S603 - our own
        try:
            yield started
        finally:
            below = process_tree(started.pid) - {started.pid}
            started.send_signal(signal.SIGINT)
            try:
                started.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                started.kill()
                started.wait()
            end(below)


def end(pids: set[int], grace_seconds: float = 2.0) -> None:
    """Kill processes that have not ended after `grace_seconds`."""
    until = monotonic() + grace_seconds
    while monotonic() < until and any((PROC / str(pid)).exists() for pid in pids):
        sleep(0.05)
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
