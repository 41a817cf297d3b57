"""Whatever is typed into any field: it is printed as it stands, or as its code, and bounded."""

import io

import page
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from services.documents.adapters.coverage import printable
from services.documents.adapters.renderer import render
from services.documents.domain.confirmation import ConfirmationPaper
from services.documents.domain.contents import PaperContent
from services.documents.domain.payment_notice import Account, PaymentNotice
from services.documents.domain.receipt import ReceiptPaper
from services.documents.domain.wording import LONG_NAME, clipped
from tests.documents.samples import (
    CASE_A,
    HOSTILE_NAME,
    NO_NUMBERS,
    WOMEN_8_TIMES_10,
    approved,
    issued,
    line,
    persons,
    receipt,
    roster,
)

HOSTILE = {
    "markup": HOSTILE_NAME,
    "a cell's end": "</td></tr></table><style>*{display:none}</style>",
    "a style": "}}body{display:none}/* url(http://127.0.0.1:9/x)",
    "a template": "{{ paper.office }}{% raw %}",
    "entities": "&amp;&lt;br&gt;&#0;",
    "PDF operators": ") Tj ET EMC /Span <</MCID 0>> BDC 1 0 R endstream",
    "one long word": "W" * 10_000,
    "blanks of all kinds": " 甲\t\n\r 乙\u00a0\u3000\u2028\u2029\x1c\x1d丙  ",
    "blanks around nothing": "第一 \u200b 小学\u200b ",
    "controls": "甲\x00\x07\x1b乙",
    "directions": "\u202e甲乙\u202c\u2066丙\u2069\u200f",
    "joiners": "甲\u200d乙\u200c丙\ufeff丁",
    "marks": "\u0301甲\u0301e\u0301\u0f39",
    "emoji": "👨‍👩‍👧‍👦❤️🇨🇳⌚",
    "private use": "\ue000\uf8ff\U000f0000",
    "unassigned": "\u0378\U0003ffff",
    "half a sign": "甲\ud800乙",
    "Arabic and Tibetan": "نۇر བོད",
    "rare ideographs": "㐀㐁䶶䶿𪚥𪡏𬱖𰻝",
    "radicals": "⻢⼀",
    "jamo": "\u1112\u1161\u11ab",
}
"""Texts by what is wrong with them."""


def papers(text: str) -> list[PaperContent]:
    """Write a paper of each kind with a text in every field that somebody types."""
    about = {"unit_name": text, "agency_name": text}
    lines = tuple(one.model_copy(update={"plan_name": text, "programme": text}) for one in CASE_A)
    notice = PaymentNotice.of(
        approved(*lines).model_copy(update=about), Account(text, text, text, text)
    )
    [who] = persons(1)
    someone = who.model_copy(update={"name": text, "number": text, "document_kind": text})
    one = line("住院医疗", "95.00", 1, 1).model_copy(update={"plan_name": text, "programme": text})
    confirmation = ConfirmationPaper.of(
        issued(one).model_copy(update=about), roster(住院医疗=(someone,)), text
    )
    item = WOMEN_8_TIMES_10.model_copy(
        update={"code": text, "name": text, "unit": text, "remark": text}
    )
    typed = dict.fromkeys(("payer", "payer_credit_code", "other", "payee"), text)
    numbered = typed | dict.fromkeys(NO_NUMBERS, f"1{text}")
    receipts = [
        ReceiptPaper.of(
            receipt(item).model_copy(update=typed | numbers), reviewer=text, cashier=text
        )
        for numbers in (numbered, NO_NUMBERS)
    ]
    return [notice, confirmation, *receipts]


def assert_sound(paper: PaperContent) -> str:
    """Find a paper to be an archive's, of few pages; returns what it says, without blanks."""
    pdf = render(paper)
    report = page.validate_pdf_bytes(pdf, profile=page.ValidationProfile.PDF_A_3A)
    assert [(one.rule_id, one.message) for one in report.failures] == []
    pages = PdfReader(io.BytesIO(pdf)).pages
    assert len(pages) <= 4
    return "".join("".join(one.extract_text() for one in pages).split())


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_paper_says_what_was_typed(text: str) -> None:
    """In every field, of every kind of paper."""
    shown = "".join(printable(clipped(text, LONG_NAME)).split())
    for paper in papers(text):
        said = assert_sound(paper)
        if text not in (HOSTILE["jamo"], HOSTILE["radicals"]):  # read as others of the same look
            assert shown in said


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=st.text(st.characters(exclude_categories=()), max_size=300))
def test_any_text_is_printed_or_left_out(text: str) -> None:
    """And nothing else on the paper suffers."""
    for paper in papers(text):
        assert_sound(paper)


def test_a_paper_in_a_file_of_many_reads_the_same_whatever_stands_on_the_others() -> None:
    """Also where two signs look alike and share a glyph."""
    ours, theirs = (
        PaymentNotice.of(approved(*CASE_A, unit=unit), Account("甲", "1", "乙", "2"))
        for unit in ("龙马方小学", "⻢小学")
    )
    for order in ((ours, theirs), (theirs, ours)):
        pages = PdfReader(io.BytesIO(render(*order))).pages
        said = ["".join(one.extract_text().split()) for one in pages]
        assert "龙马方小学" in said[order.index(ours)]


def test_a_person_who_fills_more_than_the_rest_of_a_page_goes_to_the_next() -> None:
    """Nothing is written over the foot."""
    who = tuple(
        one.model_copy(update={"name": "长" * 100 if place == 45 else one.name})
        for place, one in enumerate(persons(60))
    )
    paper = ConfirmationPaper.of(
        issued(line("住院医疗", "95.00", 1, 60)), roster(住院医疗=who), "办事处"
    )
    _, first, second = PdfReader(io.BytesIO(render(paper))).pages
    assert "长" not in first.extract_text()
    assert second.extract_text().count("长") == 100
