"""Rendering in a child process: WeasyPrint is loaded there only."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from services.documents.adapters.renderer import PaperContent

RENDER_SECONDS = 300.0
PDF = "application/pdf"


def draw(*papers: "PaperContent") -> bytes:
    """Return one PDF of papers of one kind; what `renderer.render` promises."""
    from services.documents.adapters.renderer import render  # noqa: PLC0415 - see above

    return render(*papers)
