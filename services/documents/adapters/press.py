"""WeasyPrint, loaded once per process: its fonts, the style, and a fetcher that fetches nothing."""

from dataclasses import dataclass
from functools import lru_cache

from weasyprint import CSS, HTML
from weasyprint.document import Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from services.documents.adapters.fonts import require_fonts
from services.documents.adapters.versions import LAYOUTS


@dataclass(frozen=True)
class Press:
    """What every layout is made with."""

    fonts: FontConfiguration
    fetcher: URLFetcher
    style: CSS


def laid_out(html: str) -> Document:
    """Return a document laid out on pages.

    Raises FontsMissing on a machine without the fonts.
    """
    found = press()
    return HTML(string=html, url_fetcher=found.fetcher).render(
        font_config=found.fonts, stylesheets=[found.style]
    )


@lru_cache(maxsize=1)
def press() -> Press:
    """Return the press of this process."""
    require_fonts()
    fonts = FontConfiguration()
    fetcher = URLFetcher(allowed_protocols=["data"])
    style = CSS(string=(LAYOUTS / "papers.css").read_text(), font_config=fonts, url_fetcher=fetcher)
    return Press(fonts, fetcher, style)
