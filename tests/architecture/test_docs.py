"""The documents for strangers say what the code says."""

import json
import os
import subprocess
import sys
from pathlib import Path

from services.host.apidocs import EVENTS, FOLDER, documents

DUMP = "import json; from services.host.apidocs import documents; print(json.dumps(documents()))"


def test_the_committed_documents_are_those_of_the_code() -> None:
    """`make docs` writes them anew, and takes away what is gone."""
    paths = {*FOLDER.glob("*.json"), *EVENTS.glob("*.json")}
    written = {
        path.relative_to(FOLDER).as_posix(): json.loads(path.read_text(encoding="utf-8"))
        for path in paths
    }
    described = json.loads(json.dumps(documents()))
    assert sorted(written) == sorted(described)
    assert [name for name, document in described.items() if written[name] != document] == []


def test_a_document_is_written_alike_each_time() -> None:
    """Also its order: what hashes to what must not show in a review."""
    first, second = (
        subprocess.run(  # noqa: S603 - our own interpreter, our own words
            [sys.executable, "-c", DUMP],
            cwd=Path(__file__).parents[2],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "4")
    )
    assert first == second
