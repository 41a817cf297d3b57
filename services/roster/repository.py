"""Rosters, persons, imports and covers to and from rows; never commits."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from pydantic import TypeAdapter
from sqlalchemy import LargeBinary, any_, delete, func, insert, literal, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from services.roster.domain.persons import Person
from services.roster.domain.roster import Roster, RosterState
from services.roster.tables import CoverRow, ImportRow, PersonRow, RosterRow
from shared.contracts.enrollment import LineChoice, OccupationClass, Sex
from shared.contracts.roster import LineCount, RosterPerson
from shared.errors import NotFound
from shared.runtime.sealing import Sealed, Sealer

LINES = TypeAdapter(list[LineChoice])
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


@dataclass(frozen=True)
class Entry:
    """A person to be added to a line."""

    plan_code: str
    person: Person
    unexpired: bool
    over_usual_age: bool


class RosterRepository:
    """Rosters."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, application_no: str, *, lock: bool = True) -> Roster:
        """Return one, locked unless it is only read; NotFound when there is none."""
        row = await self._session.get(
            RosterRow, application_no, with_for_update=lock, populate_existing=True
        )
        if row is None:
            raise NotFound
        return _roster(row)

    async def by_confirmation(self, confirmation_no: str) -> Roster:
        """Return the one of a confirmation."""
        row = await self._session.scalar(
            select(RosterRow).where(RosterRow.confirmation_no == confirmation_no)
        )
        if row is None:
            raise NotFound
        return _roster(row)

    async def put(self, roster: Roster) -> None:
        """Save one, new or changed."""
        columns = vars(roster) | {"lines": LINES.dump_python(roster.lines, mode="json")}
        await self._session.merge(RosterRow(**columns))
        await self._session.flush()


def _roster(row: RosterRow) -> Roster:
    return Roster(
        row.application_no,
        row.unit_id,
        row.agency_id,
        row.office_id,
        LINES.validate_python(row.lines),
        RosterState(row.state),
        row.frozen_key,
        row.frozen_digest,
        row.confirmation_no,
    )


class PersonRepository:
    """Persons of lines: sealed, looked up by hashes."""

    def __init__(self, session: AsyncSession, sealer: Sealer) -> None:
        self._session = session
        self._sealer = sealer

    def number_hash(self, kind: str, number: str) -> bytes:
        """Return the hash that finds a document."""
        return self._sealer.lookup_hash(f"{kind}:{number}")

    def seal(self, application_no: str, person: Person) -> bytes:
        """Return a person sealed for a roster."""
        plain = RosterPerson.model_validate(person, from_attributes=True).model_dump_json()
        return self._sealer.seal(plain.encode(), _place(application_no))

    def unseal(self, row: PersonRow) -> RosterPerson:
        """Return a person unsealed."""
        plain = self._sealer.unseal(row.sealed, _place(row.application_no))
        return RosterPerson.model_validate_json(plain)

    async def numbers(self, application_no: str, plans: Sequence[str]) -> set[tuple[str, bytes]]:
        """Return (plan, number hash) of all persons in these lines."""
        rows = await self._session.execute(
            select(PersonRow.plan_code, PersonRow.number_hash).where(
                PersonRow.application_no == application_no, PersonRow.plan_code.in_(plans)
            )
        )
        return {(row.plan_code, row.number_hash) for row in rows}

    async def covered(
        self, plans: Sequence[str], hashes: Iterable[bytes], on: date
    ) -> set[tuple[str, bytes]]:
        """Return (plan, number hash) of those whose cover under the plan has not expired."""
        rows = await self._session.execute(
            select(CoverRow.plan_code, CoverRow.number_hash).where(
                CoverRow.plan_code.in_(plans),
                CoverRow.number_hash == any_(literal(list(hashes), ARRAY(LargeBinary))),
                CoverRow.until >= on,
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

    async def line(self, application_no: str, plan_code: str) -> list[PersonRow]:
        """Return all persons of a line in the order of their import."""
        rows = await self._session.scalars(
            select(PersonRow)
            .where(PersonRow.application_no == application_no, PersonRow.plan_code == plan_code)
            .order_by(PersonRow.person_id)
        )
        return list(rows)

    async def get(self, application_no: str, plan_code: str, person_id: int) -> PersonRow:
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
        return row

    async def replace(self, row: PersonRow, entry: Entry) -> None:
        """Save a corrected person."""
        row.number_hash = self.number_hash(entry.person.document_kind, entry.person.number)
        row.name_hash = self._sealer.lookup_hash(entry.person.name)
        row.sealed = self.seal(row.application_no, entry.person)
        row.woman = entry.person.sex is Sex.FEMALE
        row.high_risk = entry.person.occupation_class is OccupationClass.HIGH_RISK
        row.unexpired = entry.unexpired
        row.over_usual_age = entry.over_usual_age
        await self._session.flush()

    async def remove(self, row: PersonRow) -> None:
        """Delete a person."""
        await self._session.delete(row)
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

    async def begin_cover(
        self, application_no: str, confirmation_no: str, until: dict[str, date], effective_on: date
    ) -> None:
        """Begin the cover of everyone in the roster."""
        for plan_code, last in until.items():
            await self._session.execute(
                insert(CoverRow).from_select(
                    ["number_hash", "plan_code", "confirmation_no", "effective_on", "until"],
                    select(
                        PersonRow.number_hash,
                        PersonRow.plan_code,
                        literal(confirmation_no),
                        literal(effective_on),
                        literal(last),
                    ).where(
                        PersonRow.application_no == application_no,
                        PersonRow.plan_code == plan_code,
                    ),
                )
            )


class ImportRepository:
    """Import batches."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def add(self, row: ImportRow) -> None:
        """Add a new one."""
        self._session.add(row)

    async def count_open(self, unit_id: str) -> int:
        """Lock a unit's imports and return how many have not ended.

        Of several at once each counts those before it.
        """
        lock = func.pg_advisory_xact_lock(func.hashtext(f"imports/{unit_id}"))
        await self._session.execute(select(lock))
        count = await self._session.scalar(
            select(func.count())
            .select_from(ImportRow)
            .join(RosterRow, RosterRow.application_no == ImportRow.application_no)
            .where(RosterRow.unit_id == unit_id, ImportRow.finished_at.is_(None))
        )
        return count or 0

    async def get(self, import_id: str) -> ImportRow:
        """Return one; NotFound when there is none."""
        row = await self._session.get(ImportRow, import_id)
        if row is None:
            raise NotFound
        return row

    async def has_failed_rows(self, application_no: str, import_id: str) -> bool:
        """Return whether an application has such a batch, with failed rows."""
        row = await self._session.get(ImportRow, import_id)
        return row is not None and row.application_no == application_no and row.failed is not None

    async def note_corrected(self, import_id: str | None, by: ImportRow) -> None:
        """Record that the failed rows of an import were corrected in another, if all of them were.

        Not when it has fewer rows or leaves out a plan for which some failed; nor for another
        application's import: the id may come from somebody else's workbook.
        """
        if import_id is None or not await self.has_failed_rows(by.application_no, import_id):
            return
        batch = await self.get(import_id)
        plans = {line["plan_code"] for line in batch.result if line["failed"]}
        if by.total >= batch.failed_rows and plans <= set(by.lines):
            batch.corrected_by = by.import_id

    async def of(self, application_no: str) -> list[ImportRow]:
        """Return an application's batches, oldest first."""
        rows = await self._session.scalars(
            select(ImportRow)
            .where(ImportRow.application_no == application_no)
            .order_by(ImportRow.created_at, ImportRow.import_id)
        )
        return list(rows)


async def oldest_sealed(session: AsyncSession) -> Sealed | None:
    """Return the first person, sealed; None when there are no persons yet."""
    query = (
        select(PersonRow.sealed, PersonRow.application_no).order_by(PersonRow.person_id).limit(1)
    )
    row = (await session.execute(query)).one_or_none()
    return (row.sealed, _place(row.application_no)) if row else None


def _place(application_no: str) -> str:
    return f"persons/{application_no}"
