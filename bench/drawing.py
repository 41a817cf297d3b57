"""Papers drawn in this process beside plain WeasyPrint: what a page takes of a processor."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from resource import RUSAGE_SELF, getrusage
from statistics import median
from time import process_time
from typing import Any

from weasyprint import HTML

from bench.measured import log_progress
from bench.paper_samples import FORMS, confirmation, plain_annex, plain_form
from bench.processes import PROC
from services.documents.adapters.renderer import render
from services.documents.domain.contents import PaperContent

FORMS_EACH, PLAIN_EACH = 200, 8
ROSTERS, QUICK_ROSTERS = (1_000, 10_000, 100_000), (1_000, 10_000)
PLAIN_PERSONS = 500
"""Of a roster drawn by WeasyPrint; its time is linear: 10,000 take over a minute."""


def forms() -> list[dict[str, Any]]:
    """Return per kind of form what one takes, both ways in turn, warm, each with other values."""
    return [_form(name, make) for name, make in FORMS.items()]


def _form(name: str, make: Callable[[int], PaperContent]) -> dict[str, Any]:
    log_progress(name)
    numbers = count()
    papers = [make(next(numbers)) for _ in range(FORMS_EACH)]
    render(papers[0])
    HTML(string=plain_form(papers[0])).write_pdf()
    ours, theirs = [], []
    portion = FORMS_EACH // PLAIN_EACH
    for start in range(0, FORMS_EACH, portion):
        ours.append(_taken(render, papers[start : start + portion]) / portion)
        theirs.append(_taken(_plainly, papers[start : start + 1]))
    return {
        "paper": name,
        "ours": median(ours),
        "plain": median(theirs),
        "bytes": len(render(papers[0])),
    }


def _plainly(paper: PaperContent) -> None:
    HTML(string=plain_form(paper)).write_pdf()


def _taken(act: Callable[[PaperContent], object], papers: Sequence[PaperContent]) -> float:
    begun = process_time()
    for paper in papers:
        act(paper)
    return process_time() - begun


def rosters(*, quick: bool) -> Iterator[dict[str, Any]]:
    """Yield per length of a roster what its confirmation takes, and this process's memory."""
    plain = plain_annex(PLAIN_PERSONS)
    begun = process_time()
    HTML(string=plain).write_pdf()
    per_person = (process_time() - begun) / PLAIN_PERSONS
    render(confirmation(100))
    for persons in QUICK_ROSTERS if quick else ROSTERS:
        log_progress(f"{persons} persons")
        paper = confirmation(persons)
        begun = process_time()
        pdf = render(paper)
        yield {
            "persons": persons,
            "ours": process_time() - begun,
            "plain": per_person * persons,
            "bytes": len(pdf),
            "own": _own_megabytes(),
            "peak": getrusage(RUSAGE_SELF).ru_maxrss / 1024,
        }


def _own_megabytes() -> float:
    """Return the memory that this process shares with no other; mapped font files are shared."""
    status = (PROC / "self" / "status").read_text(encoding="utf-8")
    [kilobytes] = re.findall(r"^RssAnon:\s+(\d+) kB", status, re.MULTILINE)
    return int(kilobytes) / 1024
