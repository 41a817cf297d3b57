"""Commands in documents work as they stand in a fresh clone."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "deploy" / ".env.example",
    *sorted(ROOT.glob("docs/**/*.md")),
    *sorted(ROOT.glob("services/*/README.md")),
]
OTHER_PYTHON = re.compile(r"(?<!\.venv/bin/)\bpython3? -m (?:services|pytest|bench|examples|tests)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_is_run_is_run_by_the_python_that_setup_made(document: Path) -> None:
    """The machine's own has none of the packages; a container's has, and `docker` stands before."""
    wrong = [
        line
        for line in document.read_text(encoding="utf-8").splitlines()
        if OTHER_PYTHON.search(line) and "docker" not in line
    ]
    assert wrong == []
