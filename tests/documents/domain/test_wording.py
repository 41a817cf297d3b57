"""How papers write things."""

from datetime import date
from decimal import Decimal

import pytest

from services.documents.domain.confirmation import ConfirmationPaper
from services.documents.domain.contents import PaperContent
from services.documents.domain.payment_notice import PaymentNotice
from services.documents.domain.prints import PrintState
from services.documents.domain.receipt import ReceiptPaper
from services.documents.domain.wording import (
    clipped,
    date_text,
    document_kind,
    money,
    short_date,
)
from tests.published import words_of_api


def test_days_and_money_are_written_as_the_office_writes_them() -> None:
    """In words for people, in figures for tables."""
    assert date_text(date(2025, 11, 25)) == "2025年11月25日"
    assert short_date(date(2025, 1, 5)) == "2025-01-05"
    assert money(Decimal("9473755.2")) == "9,473,755.20"


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("  青岛区\u200b测试\n单位\t1 ", "青岛区测试 单位 1"),
        ("\x00\x1b\u202e\ud800青岛", "青岛"),
        ("买买提·阿不都", "买买提·阿不都"),
        ("一二三四五六七八九十甲", "一二三四五六七八九…"),
        ("长" * 1_000_000, "长" * 9 + "…"),
        (" " * 39 + "远", "远"),
        (" " * 40 + "远", ""),
    ],
)
def test_typed_text_is_printed_on_one_line_and_never_longer_than_its_place(
    typed: str, printed: str
) -> None:
    """Invisible signs are left out; `…` says that something was. Far away nobody looks for more."""
    assert clipped(typed, 10) == printed


@pytest.mark.parametrize(
    ("paper", "title"),
    [
        (PaymentNotice, "缴费通知单"),
        (ConfirmationPaper, "参保确认书"),
        (ReceiptPaper, "全国性社会团体会费统一票据（电子）"),
    ],
)
def test_a_paper_is_headed_as_the_offices_own(paper: type[PaperContent], title: str) -> None:
    """Units file it by that."""
    assert paper.title == title


def test_a_print_is_in_a_state_that_clients_know() -> None:
    """They poll until it is done or failed."""
    assert list(PrintState) == words_of_api("PrintState")


def test_a_kind_of_document_nobody_foresaw_is_printed_as_it_was_written() -> None:
    """Known ones have their Chinese name."""
    assert document_kind("passport") == "护照"
    assert document_kind("军官证") == "军官证"
