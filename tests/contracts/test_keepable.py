"""An event that PostgreSQL cannot store is refused when it is parsed, and blocks no other."""

import json
from typing import Any

import pytest

from shared.contracts.base import Envelope

GOOD: dict[str, Any] = {
    "specversion": "1.0",
    "id": "0b5f7a52-6a4e-4f0c-9a55-3f6f6b1f8a11",
    "source": "enrollment",
    "type": "enrollment.application.drafted.v1",
    "subject": "PRT0000000001",
    "time": "2026-11-25T00:00:00Z",
    "stream": "enrollment.application",
    "sequence": "0000000001",
    "correlationid": "c",
    "data": {},
}


def test_an_event_is_read_and_written_as_it_came() -> None:
    """Its bytes on the wire do not change."""
    body = json.dumps(GOOD, indent=2).encode()
    assert Envelope.from_wire(body).to_wire() == body


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "PRT\x00"},
        {"source": "\x00"},
        {"type": "a" * 501},
        {"subject": "s" * 12_800},
        {"stream": "\x00"},
        {"sequence": 2**63},
        {"sequence": -1},
        {"sequence": 0},
    ],
)
def test_what_cannot_be_kept_is_no_event(change: dict[str, Any]) -> None:
    """PostgreSQL's limits: no zero byte in text, bounded keys, 64-bit integers."""
    with pytest.raises(ValueError, match=r"attribute|sequence"):
        Envelope.from_wire(json.dumps(GOOD | change).encode())
