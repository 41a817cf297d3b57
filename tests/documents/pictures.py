"""Papers as pictures, and as plain WeasyPrint writes them."""

from dataclasses import astuple
from functools import partial
from types import SimpleNamespace

import pypdfium2
from PIL import Image, ImageChops

from services.documents.adapters.annex_columns import COLUMNS
from services.documents.adapters.annex_pages import said
from services.documents.adapters.annex_writer import HEADING
from services.documents.adapters.form_writer import WriteHtml, set_in_full
from services.documents.adapters.paper_file import SetPaper, write_file
from services.documents.adapters.press import laid_out
from services.documents.adapters.templates import InFull, html
from services.documents.domain.confirmation import ConfirmationPaper
from services.documents.domain.contents import PaperContent


def pictures(pdf: bytes, dots_per_inch: int = 100) -> list[Image.Image]:
    """Return a picture of each page."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.render(scale=dots_per_inch / 72).to_pil() for page in document]
    finally:
        document.close()


def differing(one: list[Image.Image], other: list[Image.Image]) -> list[object]:
    """Return where pictures differ: boxes in pixels, or the numbers of pages."""
    if len(one) != len(other):
        return [(len(one), len(other))]
    boxes = [ImageChops.difference(*pair).getbbox() for pair in zip(one, other, strict=True)]
    return [box for box in boxes if box is not None]


def in_full(paper: PaperContent) -> bytes:
    """Return a form laid out with its values in it, written by our own hand."""
    form = set_in_full(_writer(paper))
    return write_file([SetPaper("paper", paper.dated, form)], "paper")


def plain_html(paper: PaperContent, pages: int = 1) -> str:
    """Return the page of a form with everything in it."""
    return _writer(paper)(InFull(pages))


def plainly(paper: PaperContent, pages: int = 1) -> bytes:
    """Return a form as WeasyPrint writes it by itself."""
    pdf: bytes = laid_out(plain_html(paper, pages)).write_pdf()
    return pdf


def plain_annex(paper: ConfirmationPaper) -> bytes:
    """Return a confirmation's annex of one page as WeasyPrint lays it out."""
    rosters = [
        SimpleNamespace(
            title=f"{number}．{roster.plan}",
            count=said(roster),
            rows=[tuple(map(str, astuple(row))) for row in roster.rows],
        )
        for number, roster in enumerate(paper.annex, 1)
    ]
    sample = SimpleNamespace(
        kind="annex",
        title="附",
        running=f"{paper.title} · 确认书号 {paper.number}",
        page="2",
        heading=HEADING,
        rosters=rosters,
    )
    page = html("annex", InFull(2), paper=sample, columns=COLUMNS)
    pdf: bytes = laid_out(page).write_pdf()
    return pdf


def _writer(paper: PaperContent) -> WriteHtml:
    return partial(html, paper.kind, paper=paper)
