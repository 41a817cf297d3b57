"""Rendering papers as PDF: pure functions for a child process."""

from collections.abc import Iterator
from functools import partial

from services.documents.adapters.annex_writer import Annex
from services.documents.adapters.coverage import printable
from services.documents.adapters.form_writer import set_form
from services.documents.adapters.paper_file import SetPaper, write_file
from services.documents.adapters.templates import html
from services.documents.domain.confirmation import ConfirmationPaper
from services.documents.domain.contents import PaperContent

_COUNTED_EVERY = 10
"""Papers: to say more often costs more than to set one."""


def render(*papers: PaperContent) -> bytes:
    """Return papers of one kind as one PDF, each from page 1; same papers, same bytes.

    Raises FontsMissing on a machine without the fonts, ValueError for none or mixed papers.
    """
    *_, pdf = rendered(*papers)
    assert isinstance(pdf, bytes)
    return pdf


def rendered(*papers: PaperContent) -> Iterator[int | bytes]:
    """Yield now and then how many papers are set; last what `render` returns."""
    if len({paper.kind for paper in papers}) != 1:
        raise ValueError("one PDF holds papers of one kind, at least one")
    found = []
    for paper in papers:
        found.append(_set(paper))
        if len(found) % _COUNTED_EVERY == 0:
            yield len(found)
    title = found[0].title if len(found) == 1 else f"{papers[0].title}（{len(found)}份）"
    yield write_file(found, title)


def _set(paper: PaperContent) -> SetPaper:
    """Return one paper, set on its pages."""
    title = printable(f"{paper.title} {paper.number}")
    annex = None
    if isinstance(paper, ConfirmationPaper):
        annex = Annex(paper.annex, f"{paper.title} · 确认书号 {paper.number}")
    more_pages = annex.page_count if annex is not None else 0
    form = set_form(partial(html, paper.kind, paper=paper), more_pages)
    return SetPaper(title, paper.dated, form, annex)
