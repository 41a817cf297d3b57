"""Peak memory of a process and of the largest that it has started."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from bench.processes import PROC, process_tree, proportional_megabytes

SECONDS_BETWEEN = 0.1
_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB", re.MULTILINE)


@dataclass
class Peak:
    """Peaks in MB: RSS as the kernel keeps it, PSS of the moments that were looked at."""

    rss: float = 0.0
    pss: float = 0.0


@dataclass
class Peaks:
    """Peaks of a process and of its descendants, by pid."""

    root: int
    by_pid: dict[int, Peak] = field(default_factory=dict)

    @property
    def parent(self) -> Peak:
        """Return the peak of the process itself."""
        return self.by_pid.get(self.root, Peak())

    @property
    def child(self) -> Peak:
        """Return the peak of the largest descendant."""
        children = [peak for pid, peak in self.by_pid.items() if pid != self.root]
        return max(children, key=lambda peak: peak.rss, default=Peak())

    def look(self) -> None:
        """Take note of what the processes use now, and have used."""
        for pid in process_tree(self.root):
            peak = self.by_pid.setdefault(pid, Peak())
            with suppress(OSError):
                found = _PEAK.search((PROC / str(pid) / "status").read_text())
                peak.rss = max(peak.rss, int(found[1]) / 1024 if found else 0.0)
            peak.pss = max(peak.pss, proportional_megabytes({pid}))


@asynccontextmanager
async def peaks(root: int) -> AsyncIterator[Peaks]:
    """Watch a process and its descendants while the body runs."""
    for pid in process_tree(root):
        with suppress(OSError):
            (PROC / str(pid) / "clear_refs").write_text("5")  # forgets the peak until now
    found = Peaks(root)
    watcher = asyncio.create_task(_watch(found))
    try:
        yield found
    finally:
        watcher.cancel()
        found.look()


async def _watch(found: Peaks) -> None:
    while True:
        found.look()
        await asyncio.sleep(SECONDS_BETWEEN)
