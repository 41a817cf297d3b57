"""`CONTRIBUTING.md` leads a newcomer to files that are there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"`((?:services|shared|tests|docs)/[\w./-]+)`")


def test_every_file_that_a_walk_names_is_there() -> None:
    """Whoever moves one corrects the walk."""
    named = set(NAMED.findall((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")))
    assert named
    assert sorted(path for path in named if not (ROOT / path).exists()) == []
