"""Persons that an import adds to a line, without a file."""

from collections.abc import Sequence
from uuid import uuid4

from services.roster.adapters.row_encoder import BEGIN, COLUMNS, END, RowEncoder
from services.roster.domain.documents import DocumentKind
from services.roster.domain.persons import Person
from services.roster.repository.staged_rows import StagedRowRepository
from shared.bus import Transaction
from tests.people import Invented
from tests.roster.samples import import_


async def add_persons(people: Sequence[Invented], plan: str, tx: Transaction) -> None:
    """Let an import of the sample application add people to the line of a plan."""
    batch = import_(str(uuid4()), plan)
    encoder = RowEncoder(batch.import_id, batch.application_no, tx.resources.sealer.keys)
    persons = [
        Person(one.name, DocumentKind.RESIDENT_ID, one.number, one.sex, one.birth_date)
        for one in people
    ]
    encoded = [encoder.row(place, person, 1, 0) for place, person in enumerate(persons, 1)]
    rows = StagedRowRepository(tx, batch)
    await rows.clear()
    await rows.copy(b"".join((BEGIN, *encoded, END)), COLUMNS)
    await rows.add_to_lines(0, len(encoded), tx.today)
    await rows.clear()
