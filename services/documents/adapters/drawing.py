"""Rendering in a child process: WeasyPrint is loaded there only."""

from collections.abc import Iterator

from services.documents.domain.contents import PaperContent

PDF = "application/pdf"


class CannotDraw(ValueError):  # noqa: N818 - an outcome: another try would end in the same way
    """A paper is such that it cannot be drawn."""


def draw(*papers: PaperContent) -> bytes:
    """Return one PDF of papers of one kind; what `renderer.render` promises.

    Raises CannotDraw, FontsMissing on a machine without the fonts.
    """
    *_, pdf = draw_batch(*papers)
    assert isinstance(pdf, bytes)
    return pdf


def draw_batch(*papers: PaperContent) -> Iterator[int | bytes]:
    """Yield now and then how many papers are set; last one PDF of all, as `draw` returns."""
    from services.documents.adapters.fonts import FontsMissing  # noqa: PLC0415 - see above
    from services.documents.adapters.renderer import rendered  # noqa: PLC0415 - see above

    try:
        yield from rendered(*papers)
    except (FontsMissing, MemoryError):
        raise  # the machine's fault
    except Exception as error:
        # Without its words, which may be a person's.
        raise CannotDraw(type(error).__name__) from error


def draw_each(*papers: PaperContent) -> Iterator[bytes]:
    """Yield a PDF of each paper."""
    for paper in papers:
        yield draw(paper)
