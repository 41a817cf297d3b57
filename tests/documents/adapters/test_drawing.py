"""What the worker asks its child for."""

import pytest

from services.documents.adapters import drawing, renderer
from services.documents.adapters.drawing import (
    CannotDraw,
    draw,
    draw_batch,
    draw_some,
)
from services.documents.adapters.fonts import FontsMissing
from services.documents.domain.contents import PaperContent
from tests.documents.samples import CASE_A, CASE_D, notice

PAPERS = (notice(*CASE_A), notice(*CASE_D))


def test_a_paper_alone_is_the_same_as_among_others() -> None:
    """Drawn in one go, or one by one."""
    alone = [draw(paper) for paper in PAPERS]
    assert [one for some in draw_some(*PAPERS) for one in some] == alone


@pytest.mark.parametrize(("seconds", "together"), [(60.0, [3]), (0.0, [1, 1, 1])])
def test_what_is_drawn_in_little_time_comes_together(
    seconds: float, together: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each handing over costs time too."""
    monkeypatch.setattr(drawing, "TOGETHER_SECONDS", seconds)
    assert [len(some) for some in draw_some(*PAPERS, PAPERS[0])] == together
    assert list(draw_some()) == []


def test_what_was_drawn_comes_before_the_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that it is known which paper it was."""
    first, second = (draw(paper) for paper in PAPERS)
    pdfs = [first, second]

    def until_none_is_left(_: PaperContent) -> bytes:
        if not pdfs:
            raise CannotDraw("third")
        return pdfs.pop(0)

    monkeypatch.setattr(drawing, "TOGETHER_SECONDS", 60.0)
    monkeypatch.setattr(drawing, "draw", until_none_is_left)
    stream = draw_some(*PAPERS, PAPERS[0])
    assert next(stream) == [first, second]
    with pytest.raises(CannotDraw):
        next(stream)


def test_a_batch_says_how_many_papers_are_set() -> None:
    """Every now and then; last comes the file."""
    *counts, pdf = draw_batch(*PAPERS * 15)
    assert counts == [10, 20, 30]
    assert pdf == draw(*PAPERS * 15)


@pytest.mark.parametrize("error", [TypeError("王芳"), KeyError("王芳"), ValueError("王芳")])
def test_what_cannot_be_drawn_is_not_tried_again(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever went wrong; and nobody's name gets into a log."""
    monkeypatch.setattr(renderer, "write_file", _raising(error))
    with pytest.raises(CannotDraw) as found:
        draw(PAPERS[0])
    assert str(found.value) == type(error).__name__


@pytest.mark.parametrize("error", [FontsMissing("none"), MemoryError()])
def test_a_fault_of_the_machine_stays_what_it_is(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be mended."""
    monkeypatch.setattr(renderer, "write_file", _raising(error))
    with pytest.raises(type(error)):
        draw(PAPERS[0])


def _raising(error: Exception) -> object:
    def act(*_: object) -> bytes:
        raise error

    return act
