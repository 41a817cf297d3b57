"""Forms look as WeasyPrint lays them out, however they are written."""

from unittest.mock import Mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.documents.adapters import form_writer
from services.documents.adapters.renderer import render
from services.documents.domain.contents import PaperContent
from services.documents.domain.payment_notice import PaymentNotice
from services.documents.domain.receipt import ReceiptPaper
from shared.contracts.enrollment import ApprovedLine
from shared.contracts.invoicing import ReceiptItem
from tests.documents.pictures import differing, in_full, pictures, plainly
from tests.documents.samples import (
    ACCOUNT,
    CASE_A,
    CASE_D,
    HOSTILE_NAME,
    LONG_LINES,
    LONG_NAME,
    WOMEN_8_TIMES_10,
    approved,
    line,
    notice,
    preview,
    receipt,
)

COMMON = "青岛市南区教育和体育局工会委员会（本级）第一二〇号Ab 12-·《》、，"
RARE = "䶮𫍽𬱖𪚥𪡏㛃ﾊ❤é😀㐀"
NAMES = st.text(st.sampled_from(COMMON), min_size=1, max_size=120)
"""Of units, offices, plans."""
ODD_NAMES = st.text(st.sampled_from(COMMON + RARE), min_size=1, max_size=60)
FEES = st.decimals("0.01", "298.48", places=2)


@st.composite
def notices(draw: st.DrawFn) -> PaymentNotice:
    """Invent a payment notice: 1 to 12 lines, sums to 9,473,755.20, long and rare names."""
    lines = draw(st.lists(_lines(), min_size=1, max_size=12))
    event = approved(*lines, unit=draw(NAMES | ODD_NAMES))
    return PaymentNotice.of(event.model_copy(update={"agency_name": draw(NAMES)}), ACCOUNT)


@st.composite
def _lines(draw: st.DrawFn) -> ApprovedLine:
    persons = draw(st.integers(1, 31_740))
    one = line(draw(NAMES), str(draw(FEES)), draw(st.integers(1, 3)), persons)
    return one.model_copy(update={"programme": draw(NAMES)})


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(paper=notices())
def test_a_notice_looks_the_same_written_into_a_layout_and_laid_out_in_full(
    paper: PaymentNotice,
) -> None:
    """Pixel by pixel; and as WeasyPrint writes it by itself."""
    found = pictures(render(paper))
    assert differing(found, pictures(in_full(paper))) == []
    assert differing(found, pictures(plainly(paper, len(found)))) == []


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_receipt_looks_the_same_both_ways(data: st.DataObject) -> None:
    """Its names, remarks and sums."""
    items = [
        ReceiptItem(
            code=data.draw(st.text(st.sampled_from("0123456789"), min_size=1, max_size=8)),
            name=data.draw(NAMES),
            quantity=quantity,
            standard=fee,
            amount=quantity * fee,
            remark=data.draw(NAMES | st.just("")),
        )
        for quantity, fee in data.draw(
            st.lists(st.tuples(st.integers(1, 30_000), FEES), min_size=1, max_size=5)
        )
    ]
    event = receipt(*items).model_copy(update={"payer": data.draw(NAMES | ODD_NAMES)})
    paper = ReceiptPaper.of(event, reviewer="王芳", cashier=data.draw(NAMES))
    found = pictures(render(paper))
    assert differing(found, pictures(plainly(paper, len(found)))) == []


@pytest.mark.parametrize(
    "paper",
    [
        notice(*CASE_A),
        notice(*CASE_D),
        notice(*LONG_LINES, unit=LONG_NAME * 2),
        notice(*CASE_D, unit=HOSTILE_NAME),
        ReceiptPaper.of(receipt(WOMEN_8_TIMES_10)),
        preview(),
    ],
    ids=["two lines", "subsidy", "two pages", "markup", "receipt", "preview"],
)
def test_a_known_paper_looks_the_same_both_ways(paper: PaperContent) -> None:
    """Each template, at a resolution that shows a hair."""
    found = pictures(render(paper), 200)
    assert differing(found, pictures(plainly(paper, len(found)), 200)) == []


def layouts_made() -> int:
    """Count the layouts that this process has made of shapes."""
    return form_writer._layout.cache_info().misses


def test_papers_of_one_shape_are_laid_out_once() -> None:
    """Whatever their names and sums, as long as they take as many lines."""
    render(notice(*CASE_D))
    before = layouts_made()
    for number in range(5):
        render(notice(line("意外伤害", "20.00", 1, number + 1), CASE_D[1], unit=f"第{number}小学"))
    assert layouts_made() == before
    render(notice(line(LONG_NAME, "20.00", 1, 4), CASE_D[1]))
    assert layouts_made() == before + 1


@pytest.mark.parametrize(("unit", "in_full_too"), [("青岛欧阳𪡏学校", 1), ("青岛䶮学校", 0)])
def test_a_sign_of_another_font_is_laid_out_in_full(
    unit: str, in_full_too: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For it moves the line that it stands on; the value alone decides."""
    calls = Mock(wraps=form_writer.set_in_full)
    monkeypatch.setattr(form_writer, "set_in_full", calls)
    render(notice(*CASE_D, unit=unit))
    assert calls.call_count == in_full_too


def test_a_figure_that_is_wider_than_its_column_is_laid_out_in_full(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """There it stands as WeasyPrint places what overflows."""
    calls = Mock(wraps=form_writer.set_in_full)
    monkeypatch.setattr(form_writer, "set_in_full", calls)
    paper = notice(line("意外伤害", "0.01", 1_000_000_000, 1))
    found = pictures(render(paper))
    assert calls.call_count == 1
    assert differing(found, pictures(plainly(paper, len(found)))) == []


def test_what_a_process_drew_before_changes_nothing() -> None:
    """A layout holds no paper's words."""
    paper = notice(*CASE_A, unit="青岛区测试单位1")
    alone = render(paper)
    form_writer._layout.cache_clear()
    render(notice(*CASE_A, unit="别的单位"), notice(*CASE_A, unit="龘" * 30))
    assert render(paper) == alone
