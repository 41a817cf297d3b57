"""Papers as PDF, read back."""

import logging
from concurrent.futures import ProcessPoolExecutor
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path

import pytest
from pypdf import PdfReader
from weasyprint.formatting_structure.boxes import TableCellBox, TextBox

from services.documents.adapters import form_writer
from services.documents.adapters.annex_layout import annex_layout
from services.documents.adapters.fonts import FontsMissing
from services.documents.adapters.press import laid_out, press
from services.documents.adapters.renderer import render
from services.documents.domain.contents import PaperContent
from services.documents.domain.receipt import ReceiptPaper
from tests.documents.pictures import plain_html
from tests.documents.samples import (
    CASE_D,
    HOSTILE_NAME,
    LONG_LINES,
    LONG_NAME,
    WOMEN_8_TIMES_10,
    confirmation,
    line,
    notice,
    preview,
    receipt,
)


def pages_of(*papers: PaperContent) -> list[str]:
    """Read the pages of papers without blanks: how far apart words stand is not the point."""
    pdf = PdfReader(BytesIO(render(*papers)))
    return ["".join(page.extract_text().split()) for page in pdf.pages]


def assert_says(page: str, *sentences: str) -> None:
    """Find every sentence on a page."""
    assert [each for each in sentences if "".join(each.split()) not in page] == []


def test_a_payment_notice_says_what_to_pay_and_where() -> None:
    """Case D of docs/domain.md."""
    (page,) = pages_of(notice(*CASE_D))
    assert_says(page, "缴费通知单", "青岛区测试单位1", "PRT2612000001", "2025年9月19日", "参保")
    assert_says(page, "2,375.00 875.00 0.00 1,500.00", "贰仟肆佰元整", "¥ 2,400.00")
    assert_says(page, "232554192616", "中国银行青岛市南支行", "104452000028")
    assert_says(page, "请务必核对金额、账号", "请交款时务必备注单位名称", "第 1 页 共 1 页")


def test_a_confirmation_says_who_is_covered_and_has_room_for_signature_and_stamp() -> None:
    """The roster follows on a page of its own."""
    paper = confirmation(25)
    front, annex = pages_of(paper)
    assert_says(front, "参保确认书", "G00122024121010000845", "2024年12月9日", "2025年12月8日")
    assert_says(front, "单位经办人签字", "单位公章", "年　月　日", "贰仟叁佰柒拾伍元整", "寄送至")
    assert_says(annex, "证件号码", *(row.document_number for row in paper.annex[0].rows))
    assert_says(annex, *(row.name for row in paper.annex[0].rows))


def test_the_head_of_a_long_roster_stands_on_each_of_its_pages() -> None:
    """120 persons fill three."""
    _, *annex = pages_of(confirmation(120))
    assert len(annex) == 3
    for page in annex:
        assert_says(page, "序号姓名证件类型证件号码性别出生日期职业类别")


def test_a_receipt_stands_as_in_the_guides_picture() -> None:
    """Case B of docs/domain.md, first invoice."""
    (page,) = pages_of(ReceiptPaper.of(receipt(WOMEN_8_TIMES_10)))
    assert_says(page, "票据代码：37010125", "票据号码：0000012345", "校验码：a1b2c3")
    assert_says(page, "项目编码 项目名称 单位 数量 标准 金额（元） 备注")
    assert_says(page, "9930 会费 女工特病2025版（标准版） 元 8 10.00 80.00 2份", "捌拾元整")
    assert "预览" not in page


def test_a_preview_says_that_it_is_one() -> None:
    """And has no numbers."""
    (page,) = pages_of(preview())
    assert_says(page, "预览", "捌拾元整")
    assert "37010125" not in page


def test_several_papers_in_one_file_count_their_pages_each_from_one() -> None:
    """Two of two pages, not four of four."""
    pages = pages_of(confirmation(2), confirmation(3))
    for number, page in enumerate(pages):
        assert_says(page, f"第 {number % 2 + 1} 页 共 2 页")


def test_the_same_papers_give_the_same_bytes() -> None:
    """In this process and in another."""
    papers = (notice(*CASE_D), notice(line("意外伤害", "20.00", 1, 4)))
    with ProcessPoolExecutor(1, get_context("spawn")) as children:
        elsewhere = children.submit(render, *papers).result()
    assert render(*papers) == render(*papers) == elsewhere


def test_a_file_says_what_it_is_and_when_the_paper_was_made() -> None:
    """Not when it was rendered."""
    pdf = PdfReader(BytesIO(render(notice(*CASE_D))))
    assert pdf.metadata is not None
    assert pdf.metadata.title == "缴费通知单 PRT2612000001"
    assert str(pdf.metadata["/CreationDate"]).startswith("D:20251125")
    assert str(pdf.root_object["/Lang"]) == "zh-CN"


def test_markup_in_a_units_name_is_printed_and_not_obeyed() -> None:
    """Nothing is fetched, nothing is attached."""
    pdf = PdfReader(BytesIO(render(notice(*CASE_D, unit=HOSTILE_NAME))))
    assert_says("".join(pdf.pages[0].extract_text().split()), HOSTILE_NAME)
    assert not pdf.attachments


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/", "https://127.0.0.1:9/", "file:///etc/hosts"]
)
def test_nothing_is_ever_fetched_from_the_network_or_the_disk(url: str) -> None:
    """Should a layout ask for it one day."""
    with pytest.raises(ValueError, match="disallowed protocol"):
        press().fetcher.fetch(url)


def test_a_million_characters_cost_no_more_than_a_line() -> None:
    """They are cut before they are set."""
    (page,) = pages_of(notice(*CASE_D, unit="甲" * 1_000_000))
    assert_says(page, "甲" * 20, "…")


def test_large_sums_and_long_names_stay_on_the_page() -> None:
    """Ten lines, a sum of millions each, plan names of 40 characters."""
    assert len(LONG_NAME) == 40
    paper = notice(*LONG_LINES, unit=LONG_NAME * 2)
    pages = pages_of(paper)
    assert "".join(pages).count("9,473,755.20") == 20
    assert_says(pages[-1], "94,737,552.00", "玖仟肆佰柒拾叁万柒仟伍佰伍拾贰元整")
    assert sticking_out(paper) == []


def sticking_out(paper: PaperContent) -> list[str]:
    """List what is wider than its cell."""
    return [
        text.text
        for page in laid_out(plain_html(paper)).pages
        for cell in page._page_box.descendants()
        if isinstance(cell, TableCellBox)
        for text in cell.descendants()
        if isinstance(text, TextBox)
        and not 0 <= text.position_x - cell.content_box_x() <= cell.width - text.width + 0.01
    ]


def test_the_layouts_use_nothing_that_the_renderer_ignores(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A misspelt property would be a warning."""
    press.cache_clear()
    form_writer._layout.cache_clear()
    annex_layout.cache_clear()
    with caplog.at_level(logging.WARNING):
        for paper in (notice(*CASE_D), confirmation(3), preview()):
            render(paper)
    assert caplog.records == []


def test_papers_of_two_kinds_are_not_put_into_one_file() -> None:
    """Nor none at all."""
    with pytest.raises(ValueError, match="one kind"):
        render(notice(*CASE_D), preview())
    with pytest.raises(ValueError, match="at least one"):
        render()


def test_a_machine_without_chinese_fonts_says_which_package_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Instead of printing boxes."""
    bare = tmp_path / "fonts.conf"
    bare.write_text('<?xml version="1.0"?><fontconfig></fontconfig>')
    monkeypatch.setenv("FONTCONFIG_FILE", str(bare))
    with (
        ProcessPoolExecutor(1, get_context("spawn")) as children,
        pytest.raises(FontsMissing, match="fonts-noto-cjk"),
    ):
        children.submit(render, notice(*CASE_D)).result()
