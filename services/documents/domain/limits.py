"""How long drawing may take, and how many papers are drawn together."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from services.documents.domain.confirmation import ConfirmationPaper
from services.documents.domain.contents import PaperContent
from shared.contracts.documents import MOST_IN_ADVANCE

T = TypeVar("T")

FIRST_SECONDS = 60.0
"""For the first paper: a form takes a part of a second, and the child may have to start before."""
FORM_SECONDS = 2.0
"""For each further paper of one file."""
PERSON_SECONDS = 0.01
"""For each person of an annex: some five times of what it takes on an idle machine."""


def drawing_seconds(papers: Iterable[PaperContent]) -> float:
    """Return after how many seconds drawing papers into one file has failed."""
    counts = [_persons(paper) for paper in papers]
    return FIRST_SECONDS + FORM_SECONDS * (len(counts) - 1) + PERSON_SECONDS * sum(counts)


def bundles(papers: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield papers in their order, as many together as one job in advance may hold."""
    for start in range(0, len(papers), MOST_IN_ADVANCE):
        yield papers[start : start + MOST_IN_ADVANCE]


def _persons(paper: PaperContent) -> int:
    if not isinstance(paper, ConfirmationPaper):
        return 0
    return sum(len(roster.rows) for roster in paper.annex)
