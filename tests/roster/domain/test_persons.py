from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.roster.domain.documents import DocumentKind
from services.roster.domain.persons import Person, RawRow, read_person
from services.roster.domain.reasons import Severity
from shared.contracts.enrollment import OccupationClass, Sex
from tests.people import resident_number

TODAY = date(2026, 11, 24)
NUMBER = "370203198607091894"


def _codes(row: RawRow) -> list[str]:
    return [reason.code for reason in read_person(row, TODAY)[1]]


def _columns(row: RawRow) -> list[str]:
    return [reason.column for reason in read_person(row, TODAY)[1]]


def test_a_name_and_a_resident_id_are_enough() -> None:
    """Kind, class, sex and birth date follow."""
    assert read_person(RawRow(2, "张三", NUMBER), TODAY) == (
        Person("张三", DocumentKind.RESIDENT_ID, NUMBER, Sex.MALE, date(1986, 7, 9)),
        (),
    )


def test_a_full_row_is_read_in_the_words_of_the_template() -> None:
    """A passport brings sex and birth date in their columns."""
    row = RawRow(
        2,
        "John  Smith",
        "e12345678",
        "+86 138-0000 5678",
        "护照",
        "高危职业",
        " 焊工 ",
        "男",
        "32698",
    )
    assert read_person(row, TODAY) == (
        Person(
            "John Smith",
            DocumentKind.PASSPORT,
            "E12345678",
            Sex.MALE,
            date(1989, 7, 9),
            "13800005678",
            OccupationClass.HIGH_RISK,
            "焊工",
        ),
        (),
    )


def test_a_row_is_told_all_that_is_wrong_with_it() -> None:
    """Not only the first mistake."""
    row = RawRow(2, "张3", "3.70203E+17", "123", "军官证?", "飞行员?", "", "不详", "昨天")
    assert _codes(row) == [
        "name_characters",
        "document_kind_unknown",
        "mobile_invalid",
        "occupation_class_unknown",
        "sex_unknown",
        "birth_date_unknown",
    ]
    assert _columns(row) == [
        "name",
        "document_kind",
        "mobile",
        "occupation_class",
        "sex",
        "birth_date",
    ]
    assert _codes(RawRow(2)) == ["name_empty", "number_empty"]
    assert _columns(RawRow(2)) == ["name", "number"]
    assert _codes(RawRow(2, document_kind="军官证")) == [
        "name_empty",
        "document_kind_unknown",
        "number_empty",
    ]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        (" 张　三 ", "张三"),
        ("张\u200b三\ufeff", "张三"),
        ("阿卜杜拉•买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉・买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉‧买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉 · 买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉．买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉∙买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉⋅买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉●买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉.买买提", "阿卜杜拉·买买提"),
        ("李〇", "李〇"),
        ("张\ue000", "张\ue000"),
        ("张" * 50, "张" * 50),
        ("A" * 50, "A" * 50),
        ("Li", "Li"),
        ("Alex Ox", "Alex Ox"),
        ("J. D’Arcy", "J. D’Arcy"),
        ("ปิยะ", "ปิยะ"),
        ("\U00020bb7野家", "\U00020bb7野家"),
        ("Ｊｏｈｎ O'Neil-Smith", "John O'Neil-Smith"),
    ],
)
def test_names_are_read_without_what_nobody_sees(written: str, name: str) -> None:
    """Every dot of a minority name becomes ·."""
    person, _ = read_person(RawRow(2, written, NUMBER), TODAY)
    assert person
    assert person.name == name


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("张", "name_length"),
        ("A", "name_length"),
        ("张" * 51, "name_length"),
        ("A" * 51, "name_length"),
        ("张三1", "name_characters"),
        ("张三(女)", "name_characters"),
        ("=张三", "name_characters"),
    ],
)
def test_what_is_no_name_is_refused(written: str, code: str) -> None:
    """Too short, too long, digits or symbols."""
    assert _codes(RawRow(2, written, NUMBER)) == [code]
    assert _columns(RawRow(2, written, NUMBER)) == ["name"]


@pytest.mark.parametrize(
    "written",
    [
        "13800005678",
        "+8613800005678",
        "8613800005678",
        "138 0000 5678",
        "１３８００００５６７８",
        "138-0000-5678",
        "'13800005678",
        "008613800005678",
    ],
)
def test_a_mobile_is_read_however_it_is_spaced(written: str) -> None:
    """With or without the country."""
    person, _ = read_person(RawRow(2, "张三", NUMBER, mobile=written), TODAY)
    assert person
    assert person.mobile == "13800005678"


@pytest.mark.parametrize(
    "written", ["1380000567", "12800005678", "0532-85801234", "138000056789", "x13800005678"]
)
def test_what_is_no_mobile_is_refused(written: str) -> None:
    """Eleven digits, beginning with 13 to 19."""
    assert _codes(RawRow(2, "张三", NUMBER, mobile=written)) == ["mobile_invalid"]


@pytest.mark.parametrize(
    "written",
    [
        "1986-07-09",
        "1986/7/9",
        "1986.7.9",
        "1986年7月9日",
        "1986 年 7 月 9 日",
        "19860709",
        "31602",
        "1986-07-09 00:00:00",
        "1986-07-09T00:00:00.000",
        "'1986-07-09",
        "31602.5",
        "１９８６－０７－０９",
    ],
)
def test_dates_are_read_in_all_their_forms(written: str) -> None:
    """Text, ISO of a real date, or an Excel serial; all agree with the number."""
    assert _codes(RawRow(2, "张三", NUMBER, birth_date=written)) == []


@pytest.mark.parametrize(
    "written", ["1986", "1986-02-30", "86-7-9", "00000", "1899-12-31", "x1986-07-09"]
)
def test_what_is_no_birth_date_is_refused(written: str) -> None:
    """A year alone is no serial."""
    assert _codes(RawRow(2, "张三", NUMBER, birth_date=written)) == ["birth_date_unknown"]


def test_columns_must_agree_with_the_number() -> None:
    """A sex or birth date that contradicts the resident ID refuses the row."""
    row = RawRow(2, "张三", NUMBER, sex="女", birth_date="1986-07-10")
    person, reasons = read_person(row, TODAY)
    assert person is None
    assert [(reason.code, reason.column) for reason in reasons] == [
        ("sex_disagrees", "sex"),
        ("birth_date_disagrees", "birth_date"),
    ]
    for reason, title in zip(reasons, ("性别", "出生日期"), strict=True):
        assert f"“{title}”与证件号码不一致" in reason.message


def test_a_remark_has_at_most_200_characters() -> None:
    """A longer one is refused in its column; an empty one is none."""
    person, _ = read_person(RawRow(2, "张三", NUMBER, remark="注" * 200), TODAY)
    assert person
    assert person.remark == "注" * 200
    row = RawRow(2, "张三", NUMBER, remark="注" * 201)
    assert (_codes(row), _columns(row)) == (["remark_length"], ["remark"])


@pytest.mark.parametrize(
    ("born", "code"),
    [
        ("1900-01-01", None),
        ("1899-12-31", "birth_date_unknown"),
        ("2026-11-24", None),
        ("2026-11-25", "birth_date_in_future"),
    ],
)
def test_a_birth_date_lies_between_1900_and_today(born: str, code: str | None) -> None:
    """Both days included; the reason stands in its column."""
    row = RawRow(2, "John Smith", "E12345678", "", "护照", sex="男", birth_date=born)
    assert _codes(row) == ([code] if code else [])
    assert _columns(row) == (["birth_date"] if code else [])


def test_a_passport_needs_sex_and_birth_date() -> None:
    """They are asked for even when the passport number itself is refused."""
    assert _codes(RawRow(2, "张三", "E12345678", document_kind="护照")) == [
        "sex_missing",
        "birth_date_missing",
    ]
    assert _codes(RawRow(2, "张三", "?", document_kind="护照", birth_date="2027-01-01")) == [
        "passport_number",
        "sex_missing",
        "birth_date_in_future",
    ]


def test_a_right_number_that_ends_in_000_passes_with_a_warning() -> None:
    """It may be the person's, and it may have been rounded."""
    number = next(
        number
        for day in range(1, 29)
        if (number := resident_number("370203", date(1986, 7, day), 200)).endswith("000")
    )
    person, reasons = read_person(RawRow(2, "张三", number), TODAY)
    assert person
    assert [(reason.code, reason.column, reason.severity) for reason in reasons] == [
        ("number_ends_in_zeros", "number", Severity.WARNING)
    ]


@given(st.builds(RawRow, st.just(2), *[st.text()] * 8))
def test_any_row_at_all_is_answered(row: RawRow) -> None:
    """A person, or at least one error; never a crash."""
    person, reasons = read_person(row, TODAY)
    assert (person is None) == any(reason.severity is Severity.ERROR for reason in reasons)
