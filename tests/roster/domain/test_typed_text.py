import pytest

from services.roster.domain.typed_text import compact, tidy


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("", ""),
        ("  张   三 ", "张 三"),
        ("a  b", "a b"),
        ("E1 234", "E1 234"),
        ("Ａ１２３", "A123"),
        ("张\x00三\x1f", "张三"),
        ("张\u200b三\u202e\ufeff", "张三"),
        ("张\u2028三\u2029四\t五\n六\u3000七", "张 三 四 五 六 七"),
        ("葛\ufe00\ufe0f", "葛"),
        ("葛\U000e0100城\U000e01ef", "葛城"),
        ("葛\U000e01f0", "葛\U000e01f0"),
        ("ก็", "ก็"),
    ],
)
def test_text_is_read_as_a_person_sees_it(written: str, read: str) -> None:
    """Spaces of all kinds are one, what nobody sees is gone, and nothing else is."""
    assert tidy(written) == read
    assert compact(written) == read.replace(" ", "")
