import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import Invalid
from shared.sheets.text import decoded

TEXT = "姓名,身份证号\r\n张三,370203198607091894\r\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_text_is_read_in_every_encoding(encoding: str) -> None:
    """With a BOM and without."""
    assert decoded(TEXT.encode(encoding)) == TEXT


def test_utf_16_of_the_other_byte_order_has_a_bom_too() -> None:
    """As old programs write it."""
    assert decoded(b"\xfe\xff" + TEXT.encode("utf-16-be")) == TEXT


def test_utf_16_without_a_bom_is_known_by_little_of_it() -> None:
    """A list of names with a line end after every few of them; 一 has a zero half as well."""
    for text in ("姓名\n张三丰\n", "甲乙丙丁戊己庚辛壬\n", "一车间,丁一,13800\n" * 9, "一,ab"):
        for encoding in ("utf-16-le", "utf-16-be"):
            assert decoded(text.encode(encoding)) == text


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_zero_bytes_are_left_out(encoding: str) -> None:
    """Some programs fill up fields with them; a few make no UTF-16."""
    assert decoded("张三\0\0,1".encode(encoding)) == "张三,1"
    assert decoded(f"\0{TEXT * 20}".encode(encoding)) == TEXT * 20
    assert decoded(b"a\0b\0\0".ljust(12, b"c")) == "abccccccc"


def test_a_page_names_an_encoding_that_is_not_known_otherwise() -> None:
    """That of Taiwan; where a page is UTF-8 it is, whatever it says."""
    page = "<meta charset='big5'><td>身份證號 李國華"
    assert decoded(page.encode("big5")) == page
    assert decoded(page.encode()) == page
    assert decoded("李國華".encode("big5"), named="Big5") == "李國華"


def test_bytes_in_no_encoding_are_no_text() -> None:
    """They are refused as unreadable."""
    for content in (b"\xff\xff\xff", "张三".encode("utf-16")[:5]):
        with pytest.raises(Invalid) as refused:
            decoded(content)
        assert refused.value.code == "file_unreadable"


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_utf_8_is_always_read_as_it_was_written(text: str) -> None:
    """Any text at all; a mark of the encoding at its beginning is none of it."""
    assert decoded(text.encode()) == text.removeprefix("\ufeff")
