"""Rows of an import that is under way, in the order of its file, and who joins a line of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.roster.domain.imports import Import
from services.roster.domain.kept_persons import PERSON, place_of
from services.roster.domain.outcomes import Finding, Listed, OtherName, Repeats
from services.roster.tables import StagedRow
from shared.bus import Transaction

MOST_NAMES = 1_000
"""Names that warnings tell; of more rows they say only that the name is another one."""
UNNAMED = "…"

Findings = dict[int, list[Finding]]
"""What speaks against rows, by their places."""

_LISTED = text(
    """
    UPDATE import_rows AS row SET joins = joins & ~CAST(:bit AS integer)
    FROM persons
    WHERE row.import_id = :import_id AND joins & :bit <> 0
    AND persons.application_no = :application_no AND persons.plan_code = :plan
    AND persons.number_hash = row.number_hash AND persons.import_id <> :batch
    RETURNING row.place, persons.name_hash = row.name_hash AS same_name
    """
)
_REPEATED = text(
    """
    WITH first AS (
        SELECT number_hash, min(place) AS place FROM import_rows
        WHERE import_id = :import_id AND joins & :bit <> 0
        GROUP BY number_hash HAVING count(*) > 1
    )
    UPDATE import_rows AS row SET joins = row.joins & ~CAST(:bit AS integer)
    FROM first JOIN import_rows AS kept
        ON kept.import_id = :import_id AND kept.place = first.place
    WHERE row.import_id = :import_id AND row.number_hash = first.number_hash
    AND row.place <> first.place AND row.joins & :bit <> 0
    RETURNING row.place, first.place AS first, kept.name_hash = row.name_hash AS same_name
    """
)
_OTHER_NAMES = text(
    """
    SELECT row.place, persons.plan_code,
        CASE WHEN row_number() OVER (ORDER BY row.place) <= :most THEN persons.sealed END AS sealed
    FROM import_rows AS row JOIN persons
        ON persons.application_no = :application_no AND persons.number_hash = row.number_hash
        AND persons.name_hash <> row.name_hash AND (:several OR persons.import_id <> :batch)
    WHERE row.import_id = :import_id
    ORDER BY row.place, persons.person_id
    """
)
_ADD = """
    INSERT INTO persons (application_no, plan_code, import_id, number_hash, name_hash, sealed,
        woman, high_risk, unexpired, over_usual_age)
    SELECT :application_no, :plan, :batch, row.number_hash, row.name_hash, row.sealed,
        row.woman, row.high_risk, cover.lasts IS NOT NULL, row.over_usual_age & :bit <> 0
    FROM import_rows AS row
    -- One look into the index for each row: however many covers there are.
    LEFT JOIN LATERAL (
        SELECT true AS lasts FROM covers
        WHERE covers.plan_code = :plan AND covers.number_hash = row.number_hash
        AND covers.until >= :today LIMIT 1
    ) AS cover ON true
    WHERE row.import_id = :import_id AND row.place > :after AND row.place <= :until
    AND row.joins & :bit <> 0
    ORDER BY row.place
    """
_ADD_ALL, _ADD_OTHERS = text(_ADD), text(f"{_ADD} ON CONFLICT DO NOTHING")
"""Add all rows, or those that stand in the line not yet: which takes a third longer."""
_NOT_IN = text(
    """
    SELECT EXISTS (
        SELECT FROM import_rows AS row
        WHERE row.import_id = :import_id AND row.joins & :bit <> 0
        AND NOT EXISTS (
            -- Sealed anew for each row: the same bytes are the same row.
            SELECT FROM persons
            WHERE persons.application_no = :application_no AND persons.plan_code = :plan
            AND persons.number_hash = row.number_hash AND persons.sealed = row.sealed
        )
    )
    """
)


@dataclass(frozen=True)
class Takers:
    """How many rows some plans take, and how many each of them takes."""

    rows: int
    by_plan: Mapping[str, int]


class StagedRowRepository:
    """The rows of one import, and the persons that its lines have got of them."""

    def __init__(self, tx: Transaction, batch: Import) -> None:
        self._tx = tx
        self._session = tx.session
        self._bits = {plan: 1 << at for at, plan in enumerate(batch.lines)}
        self._import = {"import_id": UUID(batch.import_id)}
        self._line = {"application_no": batch.application_no, "batch": batch.import_id}
        self._all_are_new = True

    async def clear(self) -> None:
        """Delete all of them; also before the first is added, see `copy`."""
        await self._session.execute(
            text("DELETE FROM import_rows WHERE import_id = :import_id"), self._import
        )

    async def copy(self, rows: bytes, columns: Sequence[str]) -> None:
        """Add rows that are encoded for binary COPY, in a transaction that has begun.

        The driver's COPY goes past SQLAlchemy, which begins a transaction with its own first
        statement only: before that each chunk would commit by itself, and stay when the job fails.
        """
        connection = await self._session.connection()
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        assert driver.is_in_transaction(), "a statement of the session has to come before it"
        await driver.copy_to_table(
            StagedRow.__tablename__, source=BytesIO(rows), columns=columns, format="binary"
        )

    async def add_to_lines(self, after: int, until: int, today: date) -> Counter[str]:
        """Add the rows of some places to the lines of the plans that take them; count these.

        Who stands in a line already, by an earlier row too, is left out.
        """
        added: Counter[str] = Counter()
        for plan, bit in self._bits.items():
            places = {"after": after, "until": until, "bit": bit, "plan": plan, "today": today}
            added[plan] = await self._add(self._import | self._line | places)
        return added

    async def _add(self, values: Mapping[str, object]) -> int:
        connection = await self._session.connection()
        if self._all_are_new:
            try:
                async with connection.begin_nested():
                    return (await connection.execute(_ADD_ALL, values)).rowcount
            except IntegrityError:
                self._all_are_new = False
        return (await connection.execute(_ADD_OTHERS, values)).rowcount

    async def are_all_in(self, plan: str) -> bool:
        """Return whether exactly those stand in a line whom its plan takes."""
        values = self._import | self._line | {"plan": plan, "bit": self._bits[plan]}
        return not await self._session.scalar(_NOT_IN, values)

    async def takers(self, plans: Sequence[str]) -> Takers:
        """Return how many of them some plans take that were not refused."""
        query = text(
            "SELECT joins, count(*) AS rows FROM import_rows WHERE import_id = :import_id"
            " AND joins <> 0 GROUP BY joins"
        )
        taken_by = {row.joins: row.rows for row in await self._session.execute(query, self._import)}
        bits = sum(self._bits[plan] for plan in plans)
        return Takers(
            sum(rows for joins, rows in taken_by.items() if joins & bits),
            {
                plan: sum(rows for joins, rows in taken_by.items() if joins & self._bits[plan])
                for plan in plans
            },
        )

    async def begin_comparing(self) -> None:
        """Let all joins of this transaction read each side once.

        Staged rows come and go faster than statistics are gathered: looked up one by one, 5,000 of
        them beside a line of 50,000 took 12 seconds.
        """
        await self._session.execute(text("SET LOCAL enable_nestloop = off"))

    async def refuse(self, plan: str, findings: Findings) -> None:
        """Refuse who stood in the line of a plan already, or repeats an earlier row of its.

        What speaks against a row is added to `findings`.
        """
        values = self._import | {"bit": self._bits[plan]}
        listed = self._line | {"plan": plan}
        for row in await self._session.execute(_LISTED, values | listed):
            findings.setdefault(row.place, []).append(Listed(plan, row.same_name))
        for row in await self._session.execute(_REPEATED, values):
            findings.setdefault(row.place, []).append(Repeats(plan, row.same_name, row.first))

    async def find_other_names(self, plan_names: Mapping[str, str], findings: Findings) -> None:
        """Add rows whose number has another name in a line, unless that refuses them for it."""
        several = len(self._bits) > 1  # who is in by another row has another line's number
        values = self._import | self._line | {"most": MOST_NAMES, "several": several}
        unseal = self._tx.resources.sealer.unseal
        place = place_of(str(self._line["application_no"]))
        for row in await self._session.execute(_OTHER_NAMES, values):
            known = findings.setdefault(row.place, [])
            if any(
                isinstance(one, Listed | Repeats) and one.plan_code == row.plan_code
                for one in known
            ):
                continue
            name = UNNAMED
            if row.sealed is not None:
                name = PERSON.validate_json(unseal(row.sealed, place)).name
            plan = plan_names.get(row.plan_code, row.plan_code)
            if OtherName(plan, name) not in known:
                known.append(OtherName(plan, name))
