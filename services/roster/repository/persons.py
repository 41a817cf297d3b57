"""Persons of lines to and from rows: sealed, looked up by hashes."""

import asyncio
from collections.abc import Iterable, Sequence

from pydantic import TypeAdapter
from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.roster.domain.outcomes import LineKey
from services.roster.domain.persons import Entry, ListedPerson, Person
from services.roster.tables import PersonRow
from shared.bus import Transaction
from shared.contracts.enrollment import OccupationClass, Sex
from shared.contracts.roster import LineCount
from shared.errors import NotFound
from shared.runtime.sealing import Sealed

PERSON = TypeAdapter(Person)
COPIED = (
    "application_no",
    "plan_code",
    "import_id",
    "number_hash",
    "name_hash",
    "sealed",
    "woman",
    "high_risk",
    "unexpired",
    "over_usual_age",
)


class PersonRepository:
    """Persons of lines: sealed, looked up by hashes."""

    def __init__(self, tx: Transaction) -> None:
        self._session = tx.session
        self._sealer = tx.resources.sealer

    def number_hash(self, kind: str, number: str) -> bytes:
        """Return the hash that finds a document."""
        return self._sealer.lookup_hash(f"{kind}:{number}")

    def seal(self, application_no: str, person: Person) -> bytes:
        """Return a person sealed for a roster."""
        return self._sealer.seal(PERSON.dump_json(person), _place(application_no))

    def listed(self, row: PersonRow) -> ListedPerson:
        """Return a row's person unsealed."""
        return ListedPerson(
            row.plan_code,
            PERSON.validate_json(self._sealer.unseal(row.sealed, _place(row.application_no))),
            row.unexpired,
            row.over_usual_age,
            row.person_id,
            row.application_no,
        )

    async def numbers(self, application_no: str, plans: Sequence[str]) -> set[LineKey]:
        """Return (plan, number hash) of all persons in these lines."""
        rows = await self._session.execute(
            select(PersonRow.plan_code, PersonRow.number_hash).where(
                PersonRow.application_no == application_no, PersonRow.plan_code.in_(plans)
            )
        )
        return {(row.plan_code, row.number_hash) for row in rows}

    async def add(self, application_no: str, import_id: str, entries: Sequence[Entry]) -> None:
        """Add persons to their lines, by COPY."""
        connection = await self._session.connection()
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        records = await asyncio.to_thread(self._records, application_no, import_id, entries)
        await driver.copy_records_to_table(PersonRow.__tablename__, columns=COPIED, records=records)

    def _records(
        self, application_no: str, import_id: str, entries: Sequence[Entry]
    ) -> list[tuple[object, ...]]:
        return [
            (
                application_no,
                entry.plan_code,
                import_id,
                self.number_hash(entry.person.document_kind, entry.person.number),
                self._sealer.lookup_hash(entry.person.name),
                self.seal(application_no, entry.person),
                entry.person.sex is Sex.FEMALE,
                entry.person.occupation_class is OccupationClass.HIGH_RISK,
                entry.unexpired,
                entry.over_usual_age,
            )
            for entry in entries
        ]

    async def counts(self, application_no: str) -> tuple[LineCount, ...]:
        """Count the lines that have persons."""
        rows = await self._session.execute(
            select(
                PersonRow.plan_code,
                func.count().label("persons"),
                func.count().filter(PersonRow.woman).label("women"),
                func.count().filter(PersonRow.high_risk).label("high_risk"),
                func.count().filter(PersonRow.unexpired).label("unexpired"),
                func.count().filter(PersonRow.over_usual_age).label("over_usual_age"),
            )
            .where(PersonRow.application_no == application_no)
            .group_by(PersonRow.plan_code)
            .order_by(PersonRow.plan_code)
        )
        return tuple(LineCount.model_validate(row, from_attributes=True) for row in rows)

    async def line(self, application_no: str, plan_code: str) -> list[ListedPerson]:
        """Return all persons of a line in the order of their import."""
        rows = await self._session.scalars(
            select(PersonRow)
            .where(PersonRow.application_no == application_no, PersonRow.plan_code == plan_code)
            .order_by(PersonRow.person_id)
        )
        # In a thread: decrypting many would hold up everybody else.
        return await asyncio.to_thread(
            lambda found: [self.listed(row) for row in found], rows.all()
        )

    async def get(self, application_no: str, plan_code: str, person_id: int) -> ListedPerson:
        """Return one; NotFound when the line has no such person."""
        row = await self._session.scalar(
            select(PersonRow).where(
                PersonRow.person_id == person_id,
                PersonRow.application_no == application_no,
                PersonRow.plan_code == plan_code,
            )
        )
        if row is None:
            raise NotFound
        return self.listed(row)

    async def correct(self, person: ListedPerson) -> None:
        """Save a corrected person."""
        row = await self._session.get_one(PersonRow, person.person_id)
        row.number_hash = self.number_hash(person.person.document_kind, person.person.number)
        row.name_hash = self._sealer.lookup_hash(person.person.name)
        row.sealed = self.seal(person.application_no, person.person)
        row.woman = person.person.sex is Sex.FEMALE
        row.high_risk = person.person.occupation_class is OccupationClass.HIGH_RISK
        row.unexpired = person.unexpired
        row.over_usual_age = person.over_usual_age
        await self._session.flush()

    async def remove(self, person: ListedPerson) -> None:
        """Delete a person."""
        await self._session.delete(await self._session.get_one(PersonRow, person.person_id))
        await self._session.flush()

    async def keep_only(self, application_no: str, plans: Sequence[str]) -> int:
        """Delete the persons of other lines than these; return how many."""
        result = await self._session.execute(
            delete(PersonRow)
            .where(PersonRow.application_no == application_no, PersonRow.plan_code.not_in(plans))
            .returning(PersonRow.person_id)
        )
        return len(result.all())

    async def mark_over_usual_age(self, ids: Iterable[int], application_no: str) -> None:
        """Mark exactly those who are above the usual age on the day of submission."""
        marked = list(ids)
        await self._session.execute(
            update(PersonRow)
            .where(PersonRow.application_no == application_no)
            .values(over_usual_age=PersonRow.person_id.in_(marked))
        )


async def oldest_sealed(session: AsyncSession) -> Sealed | None:
    """Return the first person, sealed; None when there are no persons yet."""
    query = (
        select(PersonRow.sealed, PersonRow.application_no).order_by(PersonRow.person_id).limit(1)
    )
    row = (await session.execute(query)).one_or_none()
    return (row.sealed, _place(row.application_no)) if row else None


def _place(application_no: str) -> str:
    return f"persons/{application_no}"
