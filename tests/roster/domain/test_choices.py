import pytest

from services.roster.domain.choices import read_document_kind, read_occupation_class, read_sex
from services.roster.domain.documents import DocumentKind
from services.roster.domain.reasons import Reason
from shared.contracts.enrollment import OccupationClass, Sex
from shared.contracts.labels import DOCUMENT_KINDS
from tests.published import texts_of_pages


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("", "resident_id"),
        (" ", "resident_id"),
        ("resident_id", "resident_id"),
        ("Passport", "passport"),
        ("居民身份证", "resident_id"),
        ("身份证", "resident_id"),
        ("二代身份证", "resident_id"),
        ("第二代居民身份证", "resident_id"),
        ("中国居民身份证", "resident_id"),
        ("港澳台居民居住证", "residence_permit"),
        ("港澳居民居住证", "residence_permit"),
        ("台湾居民居住证", "residence_permit"),
        ("港澳台居住证", "residence_permit"),
        ("居住证", "residence_permit"),
        ("外国人永久居留身份证", "permanent_resident_card"),
        ("外国人永久居留证", "permanent_resident_card"),
        ("永久居留身份证", "permanent_resident_card"),
        ("永久居留证", "permanent_resident_card"),
        ("护照", "passport"),
        ("外国护照", "passport"),
        ("外国人护照", "passport"),
        ("中国护照", "passport"),
        ("因私 护照", "passport"),
    ],
)
def test_a_kind_of_document_is_read_as_people_call_it(written: str, kind: str) -> None:
    """Left empty it is the resident ID."""
    assert read_document_kind(written) == kind


def test_kinds_of_documents_are_called_as_on_the_pages() -> None:
    """What the page shows can be typed into the sheet."""
    assert texts_of_pages("persons")["documentKinds"] == DOCUMENT_KINDS
    for kind, name in DOCUMENT_KINDS.items():
        assert read_document_kind(name) is DocumentKind(kind)


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("", OccupationClass.GENERAL),
        ("general", OccupationClass.GENERAL),
        ("一般职业", OccupationClass.GENERAL),
        ("一般", OccupationClass.GENERAL),
        ("普通", OccupationClass.GENERAL),
        ("普通职业", OccupationClass.GENERAL),
        ("high_risk", OccupationClass.HIGH_RISK),
        ("高危职业", OccupationClass.HIGH_RISK),
        ("高危", OccupationClass.HIGH_RISK),
    ],
)
def test_an_occupation_class_is_read_as_people_call_it(written: str, kind: OccupationClass) -> None:
    """Left empty it is general."""
    assert read_occupation_class(written) is kind


@pytest.mark.parametrize(
    ("written", "sex"),
    [
        ("", None),
        ("男", Sex.MALE),
        ("男性", Sex.MALE),
        ("m", Sex.MALE),
        ("male", Sex.MALE),
        ("女", Sex.FEMALE),
        ("女性", Sex.FEMALE),
        ("Ｆ", Sex.FEMALE),
        ("Female", Sex.FEMALE),
    ],
)
def test_a_sex_is_read_as_people_write_it(written: str, sex: Sex | None) -> None:
    """Left empty it is what the number says."""
    assert read_sex(written) is sex


@pytest.mark.parametrize(
    ("read", "code", "column"),
    [
        (read_document_kind("军官证"), "document_kind_unknown", "document_kind"),
        (read_occupation_class("飞行员"), "occupation_class_unknown", "occupation_class"),
        (read_sex("不详"), "sex_unknown", "sex"),
    ],
)
def test_another_word_is_refused_in_its_column(read: object, code: str, column: str) -> None:
    """The sentence says which words there are."""
    assert isinstance(read, Reason)
    assert (read.code, read.column) == (code, column)


def test_the_refusal_of_a_kind_lists_all_that_there_are() -> None:
    """By their whole names."""
    read = read_document_kind("军官证")
    assert isinstance(read, Reason)
    assert "居民身份证、港澳台居民居住证、外国人永久居留身份证、护照之一" in read.message
