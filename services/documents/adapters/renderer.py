"""Rendering papers as PDF: pure functions for a child process."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from weasyprint import CSS, HTML
from weasyprint.document import Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from services.documents.adapters.fonts import require_fonts
from services.documents.adapters.roster_blocks import COLUMNS, blocks
from services.documents.domain.confirmation import ConfirmationPaper
from services.documents.domain.payment_notice import PaymentNotice
from services.documents.domain.receipt import ReceiptPaper
from services.documents.domain.wording import date_text, money, short_date

LAYOUTS = Path(__file__).parent.parent / "layouts"

PaperContent = PaymentNotice | ConfirmationPaper | ReceiptPaper


def render(*papers: PaperContent) -> bytes:
    """Return papers of one kind as one PDF, each from page 1; same papers, same bytes.

    Raises FontsMissing on a machine without Chinese fonts, ValueError for none or mixed papers.
    """
    if len({paper.kind for paper in papers}) != 1:
        raise ValueError("one PDF holds papers of one kind, at least one")
    set_papers = [_press().set(paper) for paper in papers]
    whole = set_papers[0]
    if len(papers) > 1:
        whole = whole.copy([page for one in set_papers for page in one.pages])
        whole.metadata.title = f"{papers[0].title}（{len(papers)}份）"
    pdf: bytes = whole.write_pdf()
    return pdf


@dataclass(frozen=True)
class _Press:
    """Loaded once per process: fonts, layouts, style, and a fetcher that fetches nothing."""

    layouts: Environment
    fonts: FontConfiguration
    fetcher: URLFetcher
    style: CSS

    def set(self, paper: PaperContent) -> Document:
        """Return one paper laid out on pages."""
        html = self.layouts.get_template(f"{paper.kind}.html").render(paper=paper)
        document = HTML(string=html, url_fetcher=self.fetcher)
        return document.render(font_config=self.fonts, stylesheets=[self.style])


@lru_cache(maxsize=1)
def _press() -> _Press:
    require_fonts()
    layouts = Environment(
        loader=FileSystemLoader(LAYOUTS),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: dict[str, Any] = {
        "blocks": blocks,
        "date_text": date_text,
        "money": money,
        "short_date": short_date,
    }
    layouts.filters.update(filters)
    layouts.globals["columns"] = COLUMNS
    fonts = FontConfiguration()
    fetcher = URLFetcher(allowed_protocols=["data"])
    style = CSS(string=(LAYOUTS / "papers.css").read_text(), font_config=fonts, url_fetcher=fetcher)
    return _Press(layouts, fonts, fetcher, style)
