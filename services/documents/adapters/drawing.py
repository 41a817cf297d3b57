"""Rendering in a child process: WeasyPrint is loaded there only."""

from collections.abc import Iterator
from time import monotonic

from services.documents.domain.contents import PaperContent

PDF = "application/pdf"
TOGETHER_SECONDS = 0.05
"""A child's results are taken so often: each time costs as much as a tenth of a paper."""


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


def draw_some(*papers: PaperContent) -> Iterator[list[bytes]]:
    """Yield a PDF of each paper, together what is drawn within `TOGETHER_SECONDS`.

    Raises what `draw` does, after what was drawn before.
    """
    drawn: list[bytes] = []
    until = monotonic() + TOGETHER_SECONDS
    for paper in papers:
        try:
            drawn.append(draw(paper))
        except Exception:
            if drawn:
                yield drawn
            raise
        if monotonic() >= until:
            yield drawn
            drawn = []
            until = monotonic() + TOGETHER_SECONDS
    if drawn:
        yield drawn
