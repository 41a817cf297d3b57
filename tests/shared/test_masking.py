from shared.values import mask_mobile, mask_name, mask_number


def test_a_name_keeps_its_ends() -> None:
    """Of two characters only the first."""
    assert [mask_name(name) for name in ("张", "张三", "张小三", "欧阳小三")] == [
        "张*",
        "张*",
        "张*三",
        "欧**三",
    ]


def test_a_number_keeps_four_characters_at_each_end() -> None:
    """Fewer of short passports, so that something stays hidden."""
    assert mask_number("370203198607091234") == "3702**********1234"
    assert mask_number("E12345678") == "E1*****78"
    assert mask_number("E12") == "***"
    assert mask_number("E1234") == "E***4"
    assert mask_number("ABCDE1234567890FGHIJ") == "ABCD************GHIJ"


def test_a_mobile_keeps_three_and_four_digits() -> None:
    """The middle is hidden."""
    assert mask_mobile("13800005678") == "138****5678"
