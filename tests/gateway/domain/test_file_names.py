import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.domain.file_names import LONGEST_NAME_BYTES, safe_file_name

PDF = (".pdf",)
JPEG = (".jpg", ".jpeg")


@pytest.mark.parametrize(
    ("sent", "extensions", "kept"),
    [
        ("社保缴费证明.pdf", PDF, "社保缴费证明.pdf"),
        ("max.pdf", PDF, "max.pdf"),
        ("xml", (), "xml"),
        ("a.x.pdf", PDF, "a.x.pdf"),
        ("发\u2028票\u2029据\x00.pdf", PDF, "发票据.pdf"),
        ("发\ud800票\ue000.pdf", PDF, "发票.pdf"),
        ("照片.JPEG", JPEG, "照片.JPEG"),
        ("照片.png", JPEG, "照片.jpg"),
        ("扫描件", PDF, "扫描件.pdf"),
        ("发票.exe", PDF, "发票.pdf"),
        ("发票.pdf.exe", PDF, "发票.pdf.pdf"),
        ("2026.11", PDF, "2026.11.pdf"),
        ("v1.2", PDF, "v1.2.pdf"),
        ("证明\u202efdp.exe", PDF, "证明fdp.pdf"),
        ("证\u200b明\u2066.pdf\u2069", PDF, "证明.pdf"),
        ("证\u3164\u115f明\u034f\ufe0f.pdf", PDF, "证明.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", PDF, "aSet-Cookie_ x=1.pdf"),
        ("..\\..\\boot.ini", PDF, "boot.pdf"),
        ("../../etc/passwd", PDF, "passwd.pdf"),
        ("..", PDF, "file.pdf"),
        (".pdf", PDF, "pdf.pdf"),
        ("...pdf", PDF, "pdf.pdf"),
        ("", PDF, "file.pdf"),
        ("CON.pdf", PDF, "_CON.pdf"),
        ("com1.tar.pdf", PDF, "_com1.tar.pdf"),
        ("nul", (), "_nul"),
        ("aux.txt", (), "_aux.txt"),
        ("PRN.pdf", PDF, "_PRN.pdf"),
        ("lpt9.pdf", PDF, "_lpt9.pdf"),
        ("com10.pdf", PDF, "com10.pdf"),
        ("console.pdf", PDF, "console.pdf"),
        ("证明 .pdf", PDF, "证明.pdf"),
        ("证\u3000 明.pdf", PDF, "证 明.pdf"),
        ("e\u0301.pdf", PDF, "\u00e9.pdf"),
        ("𠮷野家.pdf", PDF, "𠮷野家.pdf"),
        ("人员清单.xlsx", (), "人员清单.xlsx"),
        ('清单"<1>|.xls', (), "清单__1__.xls"),
    ],
)
def test_a_name_is_kept_as_far_as_it_is_harmless_and_true(
    sent: str, extensions: tuple[str, ...], kept: str
) -> None:
    """The extension is that of what the file is; nothing hides in the rest."""
    assert safe_file_name(sent, extensions) == kept


@given(st.text(max_size=400), st.sampled_from([PDF, JPEG, ()]))
def test_whatever_is_sent_becomes_a_name_that_can_be_saved_and_shown(
    sent: str, extensions: tuple[str, ...]
) -> None:
    """No path, nothing unseen, no header of its own, not too long, and safe to clean again."""
    name = safe_file_name(sent, extensions)
    assert name
    assert not set(name) & set('/\\<>:"|?*\r\n')
    assert name == name.strip(". ")
    unseen = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
    assert not unseen & {unicodedata.category(sign) for sign in name}
    assert len(name.encode()) <= LONGEST_NAME_BYTES
    assert not extensions or name.lower().endswith(extensions)
    assert safe_file_name(name, extensions) == name


@pytest.mark.parametrize(("length", "kept"), [(65, 65), (66, 65)])
def test_a_long_name_is_cut_between_characters_before_its_extension(length: int, kept: int) -> None:
    """196 bytes are left beside `.pdf`: sixty-five characters of three bytes."""
    assert safe_file_name("证" * length + ".pdf", PDF) == "证" * kept + ".pdf"


def test_a_name_takes_200_bytes_at_most() -> None:
    """Its extension included; what stands before the last thousand characters is not looked at."""
    assert safe_file_name("a" * 196 + ".pdf", PDF) == "a" * 196 + ".pdf"
    assert safe_file_name("a" * 197 + ".pdf", PDF) == "a" * 196 + ".pdf"
    assert safe_file_name("b" * 1000 + "a" * 996 + ".pdf", PDF) == "a" * 196 + ".pdf"
