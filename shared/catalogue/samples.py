"""A sample of every event: what examples show, and what must stay readable for ever."""

import json
from pathlib import Path
from typing import Any

import shared.contracts

SAMPLES = Path(shared.contracts.__path__[0]) / "samples"
"""One file per event version, `<topic>.json`; append-only."""


def sample_of(topic: str) -> dict[str, Any]:
    """Return the sample of an event as it is on the wire."""
    sample: dict[str, Any] = json.loads((SAMPLES / f"{topic}.json").read_text(encoding="utf-8"))
    return sample
