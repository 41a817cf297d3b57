"""Files below a folder of a running system, which deletes and adds some meanwhile."""

import os
from collections.abc import Iterator
from pathlib import Path


def files_below(folder: Path) -> Iterator[Path]:
    """Yield files; a folder that goes while it is walked through counts as empty."""
    for parent, _, names in os.walk(folder):
        for name in names:
            yield Path(parent, name)
