"""Documents name what there is, and every decision says how it stands."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("0*.md"))
PAPERS = [
    *ROOT.glob("*.md"),
    *(ROOT / "docs").rglob("*.md"),
    *(ROOT / "services").glob("*/README.md"),
    ROOT / "services" / "gateway" / "web" / "README.md",
]
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
PATH = re.compile(
    r"`((?:services|shared|tests|docs|scripts|deploy|bench|examples|requirements)/[\w./-]*[\w/])`"
)
IN_A_SERVICE = re.compile(r"`((?:api|handlers|domain|repository|adapters)/[\w/]+\.py)`")
"""Of the document's own service, or of one of them."""
MADE = ("services/gateway/web/dist",)
"""Not there before it is built."""


def _names(paper: Path) -> Iterator[tuple[str, Path]]:
    """Yield what a document links to, or names by its path in the repository."""
    text = paper.read_text(encoding="utf-8")
    for target in LINK.findall(text):
        if "://" not in target:
            yield target, paper.parent / target
    for path in PATH.findall(text):
        if not path.startswith(MADE):
            yield path, ROOT / path
    for path in IN_A_SERVICE.findall(text):
        found = (paper.parent / path, *(ROOT / "services").glob(f"*/{path}"))
        own = paper.parent.parent == ROOT / "services"
        yield path, found[0] if own or len(found) == 1 else found[1]


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: str(paper.relative_to(ROOT)))
def test_what_a_document_names_is_there(paper: Path) -> None:
    """Links between documents, and paths of the repository."""
    assert [name for name, path in _names(paper) if not path.exists()] == []


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda decision: decision.name)
def test_a_decision_says_how_it_stands(decision: Path) -> None:
    """Its status, since when, and what would make us think again; the index says the same."""
    text = decision.read_text(encoding="utf-8")
    head = re.match(
        r"# (\d+)\. (.+)\n\nStatus: (accepted|superseded by \d+)\nDate: (\d{4}-\d\d-\d\d)\n\n", text
    )
    assert head, text[:200]
    number, title, status, date = head.groups()
    assert int(number) == int(decision.name[:4])
    assert text.count("\n**Revisit when** ") == 1
    index = (decision.parent / "README.md").read_text(encoding="utf-8")
    assert f"| {number} | [{title}]({decision.name}) | {status} | {date} |" in index
