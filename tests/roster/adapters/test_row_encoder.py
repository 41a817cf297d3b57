import secrets
from datetime import date

from services.roster.adapters.row_encoder import RowEncoder
from services.roster.domain.kept_persons import PERSON, document_of, place_of
from services.roster.domain.quick_reading import PlainRows
from shared.contracts.enrollment import PlanRules
from shared.runtime.sealing import Sealer
from tests.people import invented_people

BATCH = "7f0c3f6e-1d3f-4c43-9f0c-1b6a2a7f4c11"
NUMBER = "PRT0000000001"
SEALED_FROM = 136
"""Bytes of a row before its sealed person: the count, lengths and all other fields."""


def test_a_plain_person_is_written_as_any_other_is() -> None:
    """All fields are the same; what is sealed opens to the same person, in its roster only."""
    sealer = Sealer(secrets.token_bytes(32))
    encoder = RowEncoder(BATCH, NUMBER, sealer.keys)
    read = PlainRows({"A": PlanRules(usual_age=40)}, date(2026, 11, 24)).reader(
        {"name": 0, "number": 1, "mobile": 2}
    )
    for one in invented_people(20):
        plain = read((one.name, one.number, one.mobile))
        assert plain is not None
        person = plain.person()
        row = encoder.plain_row(7, plain, 1)
        other = encoder.row(7, person, 1, plain.over_usual_age)
        assert row[:SEALED_FROM] == other[:SEALED_FROM]
        assert sealer.lookup_hash(document_of("resident_id", one.number)) in row
        assert sealer.lookup_hash(one.name) in row
        for written in (row, other):
            assert (
                PERSON.validate_json(sealer.unseal(written[SEALED_FROM:], place_of(NUMBER)))
                == person
            )
