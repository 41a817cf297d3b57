"""What the worker asks its child for."""

import pytest

from services.documents.adapters import renderer
from services.documents.adapters.drawing import CannotDraw, draw, draw_batch, draw_each
from services.documents.adapters.fonts import FontsMissing
from tests.documents.samples import CASE_A, CASE_D, notice

PAPERS = (notice(*CASE_A), notice(*CASE_D))


def test_a_paper_alone_is_the_same_as_among_others() -> None:
    """Drawn in one go, or one by one."""
    assert list(draw_each(*PAPERS)) == [draw(paper) for paper in PAPERS]


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
