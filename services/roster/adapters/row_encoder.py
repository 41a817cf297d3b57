"""Rows of `import_rows` as PostgreSQL's binary COPY takes them, sealed where they were read."""

import struct
from uuid import UUID

from services.roster.domain.documents import DocumentKind
from services.roster.domain.kept_persons import PERSON, document_of, place_of, plain_bytes
from services.roster.domain.persons import Person
from services.roster.domain.quick_reading import PlainPerson
from shared.contracts.enrollment import OccupationClass, Sex
from shared.runtime.sealing import DerivedKeys, Sealer

COLUMNS = (
    "import_id",
    "place",
    "joins",
    "over_usual_age",
    "number_hash",
    "name_hash",
    "woman",
    "high_risk",
    "sealed",
)
"""The columns of each row, in this order."""
_RESIDENT = document_of(DocumentKind.RESIDENT_ID, "")
_FEMALE, _HIGH_RISK = Sex.FEMALE, OccupationClass.HIGH_RISK
BEGIN = b"PGCOPY\n\xff\r\n\0" + bytes(8)
END = b"\xff\xff"

_FIELD, _COUNT = struct.Struct(">i"), struct.Struct(">h")
_ROW = struct.Struct(">iqiiiii32si32si?i?i")
"""Each field's length in bytes and the field; after it comes `sealed`."""


class RowEncoder:
    """Encodes the persons of one import."""

    def __init__(self, import_id: str, application_no: str, keys: DerivedKeys) -> None:
        """Seal under derived keys; the installation's own is not needed."""
        self._sealer = Sealer(keys)
        self._place = place_of(application_no)
        identifier = UUID(import_id).bytes
        self._begin = _COUNT.pack(len(COLUMNS)) + _FIELD.pack(len(identifier)) + identifier

    def row(self, place: int, person: Person, joins: int, over_usual_age: int) -> bytes:
        """Return the row of a person: the plans that take it, and those that warn of its age."""
        hashed = self._sealer.lookup_hash
        number_hash = hashed(document_of(person.document_kind, person.number))
        woman, high_risk = person.sex is _FEMALE, person.occupation_class is _HIGH_RISK
        sealed = self._sealer.seal(PERSON.dump_json(person), self._place)
        # fmt: off
        fields = _ROW.pack(8, place, 4, joins, 4, over_usual_age, 32, number_hash, 32,
                           hashed(person.name), 1, woman, 1, high_risk, len(sealed))
        # fmt: on
        return self._begin + fields + sealed

    def plain_row(self, place: int, plain: PlainPerson, joins: int) -> bytes:
        """Return the row of a plain person, as `row` writes it."""
        name, number, sex, _, _, work, _, over = plain
        hashed = self._sealer.lookup_hash
        sealed = self._sealer.seal(plain_bytes(plain), self._place)
        # fmt: off
        fields = _ROW.pack(8, place, 4, joins, 4, over, 32, hashed(_RESIDENT + number), 32,
                           hashed(name), 1, sex is _FEMALE, 1, work is _HIGH_RISK, len(sealed))
        # fmt: on
        return self._begin + fields + sealed
