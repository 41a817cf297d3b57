"""How persons are kept: the bytes that are sealed, and what they are found by."""

from pydantic import TypeAdapter

from services.roster.domain.persons import Person
from services.roster.domain.quick_reading import PlainPerson
from shared.contracts.enrollment import OccupationClass, Sex

PERSON = TypeAdapter(Person)
"""Writes the bytes of a person that are sealed, and reads them."""

_WORDS = {word: str(word) for word in (*Sex, *OccupationClass)}


def plain_bytes(plain: PlainPerson) -> bytes:
    """Return what `PERSON` writes of a plain person, in which nothing needs to be escaped."""
    name, number, sex, _, mobile, work, remark, _ = plain
    mobile = f'"{mobile}"' if mobile else "null"
    remark = f'"{remark}"' if remark else "null"
    return (
        f'{{"name":"{name}","document_kind":"resident_id","number":"{number}","sex":"{_WORDS[sex]}",'
        f'"birth_date":"{number[6:10]}-{number[10:12]}-{number[12:14]}","mobile":{mobile},'
        f'"occupation_class":"{_WORDS[work]}","remark":{remark}}}'
    ).encode()


def place_of(application_no: str) -> str:
    """Return the place that the sealed persons of a roster are bound to."""
    return f"persons/{application_no}"


def document_of(kind: str, number: str) -> str:
    """Return the text whose keyed hash finds a document."""
    return f"{kind}:{number}"
