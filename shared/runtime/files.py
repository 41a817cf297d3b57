"""Files that others read while they are written: whole, or not there."""

import os
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Write a file, readable by its owner only; it appears at once and whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    part.replace(path)
