"""Persons of lines to and from rows: sealed, looked up by hashes."""

import asyncio
from collections.abc import Iterable, Sequence

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.roster.domain.kept_persons import PERSON, document_of, place_of
from services.roster.domain.persons import ListedPerson, Person
from services.roster.tables import PersonRow
from shared.bus import Transaction
from shared.contracts.enrollment import OccupationClass, Sex
from shared.contracts.roster import LineCount
from shared.errors import NotFound
from shared.runtime.faults import is_locked
from shared.runtime.sealing import Sealed

_WAIT_FOR_NO_IMPORT = text("SET LOCAL lock_timeout = '500ms'")
"""Shorter than PostgreSQL's deadlock_timeout: the import may be waiting for our lock of the roster.

Should both have waited for too long all the same, PostgreSQL ends one: the import is done again.
"""
_WAIT_AS_USUAL = text("SET LOCAL lock_timeout = DEFAULT")


class NumberTaken(Exception):  # noqa: N818 - a state of the data, which a handler puts into words
    """Somebody else in the line has the number."""


class NumberComing(Exception):  # noqa: N818 - a state of the data, which a handler puts into words
    """An import under way has brought the number to the line, and may keep it."""


class PersonRepository:
    """Persons of lines: sealed, looked up by hashes."""

    def __init__(self, tx: Transaction) -> None:
        self._session = tx.session
        self._sealer = tx.resources.sealer

    def number_hash(self, kind: str, number: str) -> bytes:
        """Return the hash that finds a document."""
        return self._sealer.lookup_hash(document_of(kind, number))

    def seal(self, application_no: str, person: Person) -> bytes:
        """Return a person sealed for a roster."""
        return self._sealer.seal(PERSON.dump_json(person), place_of(application_no))

    def listed(self, row: PersonRow) -> ListedPerson:
        """Return a row's person unsealed."""
        return ListedPerson(
            row.plan_code,
            PERSON.validate_json(self._sealer.unseal(row.sealed, place_of(row.application_no))),
            row.unexpired,
            row.over_usual_age,
            row.person_id,
            row.application_no,
        )

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
        """Save a corrected person; NumberTaken and NumberComing change nothing."""
        row = await self._session.get_one(PersonRow, person.person_id)
        try:
            async with self._session.begin_nested():
                await self._session.execute(_WAIT_FOR_NO_IMPORT)
                row.number_hash = self.number_hash(
                    person.person.document_kind, person.person.number
                )
                row.name_hash = self._sealer.lookup_hash(person.person.name)
                row.sealed = self.seal(person.application_no, person.person)
                row.woman = person.person.sex is Sex.FEMALE
                row.high_risk = person.person.occupation_class is OccupationClass.HIGH_RISK
                row.unexpired = person.unexpired
                row.over_usual_age = person.over_usual_age
                await self._session.flush()
                await self._session.execute(_WAIT_AS_USUAL)
        except IntegrityError as error:
            raise NumberTaken from error
        except DBAPIError as error:
            if is_locked(error):
                raise NumberComing from error
            raise

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
    return (row.sealed, place_of(row.application_no)) if row else None
