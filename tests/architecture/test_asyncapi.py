"""`make lint` refuses a document that AsyncAPI's own parser refuses."""

import json
import subprocess
from pathlib import Path
from typing import Any

CHECK = Path(__file__).parents[2] / "scripts" / "asyncapi" / "check.sh"
VALID: dict[str, Any] = {
    "asyncapi": "3.0.0",
    "info": {"title": "Things", "version": "1"},
    "channels": {
        "told": {"address": "told", "messages": {"event": {"payload": {"type": "object"}}}}
    },
    "operations": {"tell": {"action": "send", "channel": {"$ref": "#/channels/told"}}},
}
PLANTED: dict[str, dict[str, Any]] = {
    "an action that there is not": {
        "operations": {"tell": VALID["operations"]["tell"] | {"action": "shout"}}
    },
    "a reference to nothing": {
        "operations": {"tell": {"action": "send", "channel": {"$ref": "#/channels/gone"}}}
    },
    "no title": {"info": {"version": "1"}},
}


def test_an_invalid_document_is_named_and_a_valid_one_passes(tmp_path: Path) -> None:
    """Each planted fault is reported under its document, and only those."""
    paths = []
    for fault, changes in {"valid": {}, **PLANTED}.items():
        paths.append(tmp_path / f"{fault}.json")
        paths[-1].write_text(json.dumps(VALID | changes), encoding="utf-8")
    done = subprocess.run(  # noqa: S603 - our own script
        [CHECK, *paths], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stderr
    assert [fault for fault in PLANTED if f"{fault}.json:" not in done.stderr] == []
    assert "valid.json" not in done.stderr
    assert "1 of 4 AsyncAPI documents are valid." in done.stdout
