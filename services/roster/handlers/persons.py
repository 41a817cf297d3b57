"""Persons corrected and removed by hand, before submission."""

from dataclasses import replace
from typing import Any

from services.roster.domain.checking import check_row
from services.roster.domain.documents import DocumentKind
from services.roster.domain.eligibility import is_above_usual_age
from services.roster.domain.persons import ListedPerson, Person, RawRow
from services.roster.domain.reasons import refuses
from services.roster.domain.rosters import Roster
from services.roster.repository.covers import CoverRepository
from services.roster.repository.persons import NumberComing, NumberTaken, PersonRepository
from services.roster.repository.rosters import RosterRepository
from shared.bus import Transaction
from shared.contracts.base import about
from shared.contracts.labels import DOCUMENT_KINDS, OCCUPATION_CLASSES, SEXES
from shared.contracts.roster import RosterPersonsChanged
from shared.errors import Conflict, Invalid
from shared.identity.caller import Caller
from shared.identity.permissions import Permission


async def _open_line(
    application_no: str, plan_code: str, person_id: int, caller: Caller, tx: Transaction
) -> tuple[Roster, PersonRepository, ListedPerson]:
    caller.require(Permission.ENROLL)
    roster = await RosterRepository(tx).get(application_no)
    caller.require_sight(roster.unit_id, roster.agency_id, roster.office_id)
    roster.require_open()
    persons = PersonRepository(tx)
    return roster, persons, await persons.get(application_no, plan_code, person_id)


async def unmask_person(
    application_no: str, plan_code: str, person_id: int, caller: Caller, tx: Transaction
) -> Person:
    """Return one person in full: to the unit while it may correct, to reviewers once submitted."""
    caller.require(Permission.ENROLL, Permission.FIRST_REVIEW, Permission.FINAL_REVIEW)
    roster = await RosterRepository(tx).get(application_no, lock=False)
    caller.require_sight(roster.unit_id, roster.agency_id, roster.office_id)
    if caller.may(Permission.ENROLL):
        roster.require_open()
    else:
        roster.require_submitted()
    return (await PersonRepository(tx).get(application_no, plan_code, person_id)).person


async def correct_person(
    application_no: str,
    plan_code: str,
    person_id: int,
    changes: dict[str, Any],
    caller: Caller,
    tx: Transaction,
) -> ListedPerson:
    """Correct a person; `changes` are texts as a sheet would hold them, checked the same way."""
    roster, persons, listed = await _open_line(application_no, plan_code, person_id, caller, tx)
    raw = replace(_as_written(listed.person), **changes)
    checked = check_row(raw, roster.rules([plan_code]), tx.today)
    reasons = checked.reasons_for(plan_code)
    if checked.person is None or refuses(reasons):
        first = next(reason for reason in reasons if refuses([reason]))
        raise Invalid(first.code, first.message, field=first.column)
    number_hash = persons.number_hash(checked.person.document_kind, checked.person.number)
    corrected = replace(
        listed,
        person=checked.person,
        unexpired=await CoverRepository(tx).lasts(plan_code, number_hash, tx.today),
        over_usual_age=is_above_usual_age(reasons),
    )
    try:
        await persons.correct(corrected)
    except NumberTaken:
        raise Conflict("already_in_line", "该证件号码已在人员清单中，请核对。") from None
    except NumberComing:
        raise Conflict(
            "number_being_imported", "该证件号码正随文件导入，请等导入完成后再修改。"
        ) from None
    counts = await persons.counts(application_no)
    tx.emit(RosterPersonsChanged(**about(roster), counts=counts))
    return corrected


async def remove_person(
    application_no: str, plan_code: str, person_id: int, caller: Caller, tx: Transaction
) -> None:
    """Delete a person of a line."""
    roster, persons, listed = await _open_line(application_no, plan_code, person_id, caller, tx)
    await persons.remove(listed)
    counts = await persons.counts(application_no)
    tx.emit(RosterPersonsChanged(**about(roster), counts=counts))


def _as_written(person: Person) -> RawRow:
    """Return a person as a row of a sheet, without what the number says itself."""
    kind = person.document_kind
    carried = kind is DocumentKind.RESIDENT_ID or kind is DocumentKind.RESIDENCE_PERMIT
    return RawRow(
        row_no=1,
        name=person.name,
        number=person.number,
        mobile=person.mobile or "",
        document_kind=DOCUMENT_KINDS[kind],
        occupation_class=OCCUPATION_CLASSES[person.occupation_class],
        remark=person.remark or "",
        sex="" if carried else SEXES[person.sex],
        birth_date="" if carried else person.birth_date.isoformat(),
    )
