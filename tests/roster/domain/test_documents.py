import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.roster.domain.documents import Document, DocumentKind, read_document
from services.roster.domain.reasons import Reason
from shared.contracts.enrollment import Sex
from tests.people import resident_number

TODAY = date(2026, 11, 24)
CASES = Path(__file__).parents[2] / "cases" / "person_documents.csv"


def _cases() -> list[dict[str, str]]:
    with CASES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("case", _cases(), ids=lambda case: case["note"] or case["as_written"])
def test_every_number_of_the_truth_table_is_judged_as_it_says(case: dict[str, str]) -> None:
    """Accepted with number, sex and birth date, or refused."""
    read = read_document(DocumentKind(case["kind"]), case["as_written"], TODAY)
    if case["verdict"] == "refuse":
        assert isinstance(read, Reason)
    else:
        assert read == Document(
            DocumentKind(case["kind"]),
            case["normalised"],
            Sex(case["sex"]),
            date.fromisoformat(case["birth_date"]),
        )


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", "number_empty"),
        (" \u200b\ufeff'", "number_empty"),
        ("3.70203E+17", "number_scientific"),
        ("3.70203198607092e+17", "number_scientific"),
        ("370281197112089000", "number_digits_lost"),
        ("37028O197112089447", "number_letter_o"),
        ("370212800325714", "number_old"),
        ("37028119711208944", "number_length"),
        ("37028119711208944A", "number_characters"),
        ("000101199001017895", "number_province"),
        ("370211199502297102", "number_birth_date"),
        ("370213209901010315", "number_born_in_future"),
        ("370281197112089442", "number_check"),
        ("810000196104013622", "number_not_of_kind"),
        ("911392199809277785", "number_not_of_kind"),
    ],
)
def test_a_refused_number_says_what_to_do(written: str, code: str) -> None:
    """Each mistake has its own code, and no sentence repeats the number."""
    read = read_document(DocumentKind.RESIDENT_ID, written, TODAY)
    assert isinstance(read, Reason)
    assert read.code == code
    assert read.column == "number"
    assert not written.strip() or written not in read.message


@pytest.mark.parametrize(
    ("kind", "written", "number"),
    [
        (DocumentKind.PASSPORT, " e1234 5678", "E12345678"),
        (DocumentKind.PASSPORT, "ＡＢ１２３４５", "AB12345"),
        (DocumentKind.PASSPORT, "x123456", "X123456"),
        (DocumentKind.PASSPORT, "'‘’`e123456", "E123456"),
        (DocumentKind.PERMANENT_RESIDENT_CARD, "usa110078112800", "USA110078112800"),
    ],
)
def test_documents_that_carry_neither_sex_nor_birth_date_are_accepted(
    kind: DocumentKind, written: str, number: str
) -> None:
    """Passports and the old permanent resident card of 15 characters."""
    assert read_document(kind, written, TODAY) == Document(kind, number)


@pytest.mark.parametrize("written", ["E123", "E" * 21, "E1234-678", "护照12345"])
def test_a_passport_has_5_to_20_letters_or_digits(written: str) -> None:
    """Anything else is refused."""
    read = read_document(DocumentKind.PASSPORT, written, TODAY)
    assert isinstance(read, Reason)
    assert read.code == "passport_number"


@pytest.mark.parametrize(
    "kind", [DocumentKind.RESIDENCE_PERMIT, DocumentKind.PERMANENT_RESIDENT_CARD]
)
def test_a_resident_id_is_no_other_document(kind: DocumentKind) -> None:
    """The kind and the number must belong together."""
    read = read_document(kind, "370203198607091894", TODAY)
    assert isinstance(read, Reason)
    assert read.code == "number_not_of_kind"


districts = st.sampled_from(["110105", "370203", "510107", "650102", "710000", "469099"])
births = st.dates(date(1900, 1, 1), TODAY)
sequences = st.integers(1, 999)


@given(districts, births, sequences)
def test_every_valid_number_is_accepted_and_gives_back_its_person(
    district: str, born: date, sequence: int
) -> None:
    """Sex and birth date follow from the number."""
    number = resident_number(district, born, sequence)
    sex = Sex.MALE if sequence % 2 else Sex.FEMALE
    assert read_document(DocumentKind.RESIDENT_ID, number, TODAY) == Document(
        DocumentKind.RESIDENT_ID, number, sex, born
    )


@given(districts, births, sequences, st.integers(0, 17), st.integers(1, 9))
def test_a_number_with_one_wrong_digit_is_refused(
    district: str, born: date, sequence: int, at: int, shift: int
) -> None:
    """Whichever digit was mistyped."""
    number = resident_number(district, born, sequence)
    wrong = str((int(number[at].replace("X", "0")) + shift) % 10)
    if number[at] == wrong:
        return
    mistyped = number[:at] + wrong + number[at + 1 :]
    assert isinstance(read_document(DocumentKind.RESIDENT_ID, mistyped, TODAY), Reason)


@given(districts, births, sequences, st.data())
def test_what_nobody_sees_does_not_matter(
    district: str, born: date, sequence: int, data: st.DataObject
) -> None:
    """Spaces, invisible characters, full-width digits, a lower-case x."""
    number = resident_number(district, born, sequence)
    unseen = st.sampled_from(["", " ", "\u200b", "\ufeff", "\u3000", "\xa0", "\t", "\u202c"])
    written = "".join(
        data.draw(st.sampled_from([char.lower(), chr(ord(char) + 0xFEE0)])) + data.draw(unseen)
        for char in number
    )
    read = read_document(DocumentKind.RESIDENT_ID, written, TODAY)
    assert isinstance(read, Document)
    assert read.number == number


@given(st.sampled_from(DocumentKind), st.text())
def test_any_text_at_all_is_answered(kind: DocumentKind, written: str) -> None:
    """Never a crash."""
    assert isinstance(read_document(kind, written, TODAY), Document | Reason)


PROVINCES = (
    "11北京 12天津 13河北 14山西 15内蒙古 21辽宁 22吉林 23黑龙江 31上海 32江苏 33浙江 34安徽 "
    "35福建 36江西 37山东 41河南 42湖北 43湖南 44广东 45广西 46海南 50重庆 51四川 52贵州 53云南 "
    "54西藏 61陕西 62甘肃 63青海 64宁夏 65新疆 71台湾"
)
"""GB/T 2260."""


def test_a_number_begins_with_a_province() -> None:
    """Each of them, and no other two digits; what begins with 8 or 9 is no resident ID's."""
    provinces = {one[:2] for one in PROVINCES.split()}
    born = date(1990, 1, 1)
    for begin in (f"{code:02d}" for code in range(80)):
        read = read_document(
            DocumentKind.RESIDENT_ID, resident_number(f"{begin}0101", born, 1), TODAY
        )
        assert isinstance(read, Document if begin in provinces else Reason), begin
        card = read_document(
            DocumentKind.PERMANENT_RESIDENT_CARD,
            resident_number(f"9{begin}101", born, 1),
            TODAY,
        )
        assert isinstance(card, Document if begin in provinces else Reason), begin


def test_a_card_of_permanent_residents_begins_with_9() -> None:
    """A province alone is not enough."""
    number = resident_number("111101", date(1990, 1, 1), 1)
    read = read_document(DocumentKind.PERMANENT_RESIDENT_CARD, number, TODAY)
    assert isinstance(read, Reason)
    assert read.code == "number_not_of_kind"


@pytest.mark.parametrize("place", ["810000", "820000", "830000"])
def test_a_residence_permit_is_of_hong_kong_macao_or_taiwan(place: str) -> None:
    """As such it is read; as a resident ID it is refused with what to do."""
    number = resident_number(place, date(1990, 1, 1), 1)
    assert isinstance(read_document(DocumentKind.RESIDENCE_PERMIT, number, TODAY), Document)
    read = read_document(DocumentKind.RESIDENT_ID, number, TODAY)
    assert isinstance(read, Reason)
    assert (read.code, read.column) == ("number_not_of_kind", "number")


def test_nobody_was_born_before_1900() -> None:
    """1 January 1900 is the earliest birth."""
    first, before = (
        read_document(DocumentKind.RESIDENT_ID, resident_number("370203", born, 1), TODAY)
        for born in (date(1900, 1, 1), date(1899, 12, 31))
    )
    assert isinstance(first, Document)
    assert isinstance(before, Reason)
    assert before.code == "number_birth_date"


@pytest.mark.parametrize("written", ["E1234", "E" * 20])
def test_the_shortest_and_the_longest_passport_are_read(written: str) -> None:
    """Five letters or digits, and twenty."""
    assert isinstance(read_document(DocumentKind.PASSPORT, written, TODAY), Document)


def test_a_child_born_today_has_a_number_and_one_born_tomorrow_has_not() -> None:
    """Births count up to the day that is asked about."""
    today = resident_number("370203", TODAY, 1)
    assert isinstance(read_document(DocumentKind.RESIDENT_ID, today, TODAY), Document)
    tomorrow = resident_number("370203", TODAY + timedelta(days=1), 1)
    read = read_document(DocumentKind.RESIDENT_ID, tomorrow, TODAY)
    assert isinstance(read, Reason)
    assert read.code == "number_born_in_future"
