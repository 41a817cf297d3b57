"""The annex of a confirmation: who is under cover, plan by plan."""

from dataclasses import dataclass
from typing import Self

from services.documents.domain.wording import (
    LONG_NAME,
    SHORT_TEXT,
    clipped,
    document_kind,
    short_date,
)
from shared.contracts.enrollment import ApprovedLine
from shared.contracts.labels import OCCUPATION_CLASSES, SEXES
from shared.contracts.roster import FrozenRoster, RosterPerson


@dataclass(frozen=True)
class AnnexRow:
    """A person as the annex prints them, with the full number: personal data."""

    number: int
    name: str
    document_kind: str
    document_number: str
    sex: str
    birth_date: str
    occupation_class: str

    @classmethod
    def of(cls, number: int, person: RosterPerson) -> Self:
        """Return the person at place `number` of the list."""
        return cls(
            number=number,
            name=clipped(person.name, LONG_NAME),
            document_kind=document_kind(person.document_kind),
            document_number=clipped(person.number, SHORT_TEXT),
            sex=SEXES[person.sex],
            birth_date=short_date(person.birth_date),
            occupation_class=OCCUPATION_CLASSES[person.occupation_class],
        )


@dataclass(frozen=True)
class PlanRoster:
    """The persons of one plan, and how many more are covered without a name (无名单)."""

    plan: str
    rows: tuple[AnnexRow, ...]
    unnamed: int


def annex_of(lines: tuple[ApprovedLine, ...], roster: FrozenRoster) -> tuple[PlanRoster, ...]:
    """Return the persons under cover per line; ValueError when they exceed the approved ones."""
    persons = {line.plan_code: line.persons for line in roster.lines}
    return tuple(_plan_roster(line, persons.get(line.plan_code, ())) for line in lines)


def _plan_roster(line: ApprovedLine, persons: tuple[RosterPerson, ...]) -> PlanRoster:
    if len(persons) > line.persons:
        message = f"{line.plan_code}: {len(persons)} persons listed, {line.persons} approved"
        raise ValueError(message)
    rows = tuple(AnnexRow.of(number, person) for number, person in enumerate(persons, 1))
    return PlanRoster(clipped(line.plan_name, LONG_NAME), rows, line.persons - len(persons))
