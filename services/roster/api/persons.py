"""Persons: HTTP endpoints; masked, unless it is a call that leaves an audit entry."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field, StringConstraints

from services.roster import views
from services.roster.domain.persons import ListedPerson
from services.roster.handlers.persons import correct_person, remove_person, unmask_person
from shared.contracts.enrollment import OccupationClass, Sex
from shared.http.commands import Command, CommandOf
from shared.values import (
    LARGEST_ID,
    ApplicationNo,
    Whole,
    mask_mobile,
    mask_name,
    mask_number,
)

router = APIRouter(tags=["roster"])

Text = Annotated[str, StringConstraints(max_length=200)]
PersonId = Annotated[int, Path(ge=0, le=LARGEST_ID)]


class PersonAnswer(BaseModel):
    """A person, masked."""

    person_id: int
    name: str
    document_kind: str
    number: str
    sex: Sex
    birth_year: int
    mobile: str | None
    occupation_class: OccupationClass
    unexpired: bool
    over_usual_age: bool


class PersonInFull(BaseModel):
    """A person as the roster holds it, nothing masked."""

    person_id: int
    name: str
    document_kind: str
    number: str
    sex: Sex
    birth_date: date
    mobile: str | None
    occupation_class: OccupationClass
    remark: str | None


class PersonPage(BaseModel):
    """A page of a line's persons, in the order of the file."""

    items: list[PersonAnswer]
    next: str | None


class PersonSearch(BaseModel):
    """A whole name or a whole document number."""

    q: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
    limit: Whole = Field(100, ge=1, le=1000)


class PersonChanges(BaseModel):
    """What to correct, written as in the template; absent fields stay."""

    name: Text | None = None
    number: Text | None = None
    mobile: Text | None = None
    document_kind: Text | None = None
    occupation_class: Text | None = None
    sex: Text | None = None
    birth_date: Text | None = None
    remark: Text | None = None


def shown_person(listed: ListedPerson) -> PersonAnswer:
    """Show a person, masked."""
    person = listed.person
    return PersonAnswer(
        person_id=listed.person_id,
        name=mask_name(person.name),
        document_kind=person.document_kind,
        number=mask_number(person.number),
        sex=person.sex,
        birth_year=person.birth_date.year,
        mobile=mask_mobile(person.mobile) if person.mobile else None,
        occupation_class=person.occupation_class,
        unexpired=listed.unexpired,
        over_usual_age=listed.over_usual_age,
    )


@router.get("/applications/{application_no}/lines/{plan}/persons")
async def get_persons(
    application_no: ApplicationNo,
    plan: str,
    command: CommandOf,
    unexpired: bool | None = None,  # noqa: FBT001 - a query parameter
    cursor: Annotated[int, Query(ge=0, le=LARGEST_ID)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> PersonPage:
    """List a line's persons, masked."""
    search = views.Search(application_no, plan, unexpired=unexpired, after=cursor)
    return await _persons(search, limit, command)


@router.post("/applications/{application_no}/lines/{plan}/persons/search")
async def search_persons(
    application_no: ApplicationNo, plan: str, body: PersonSearch, command: CommandOf
) -> PersonPage:
    """Find persons by a whole name or a whole number; in a body, since neither may be in a URL."""
    search = views.Search(application_no, plan, wanted=body.q)
    return await _persons(search, body.limit, command)


async def _persons(search: views.Search, limit: int, command: Command) -> PersonPage:
    async with command.transaction() as tx:
        await views.roster(tx, command.caller, search.application_no)
        found = await views.persons(tx, search, limit + 1)
    items = [shown_person(one) for one in found[:limit]]
    return PersonPage(items=items, next=str(items[-1].person_id) if len(found) > limit else None)


@router.get(
    "/applications/{application_no}/lines/{plan}/persons/{person_id}",
    responses={409: {"description": "The application is not in a state in which anybody looks"}},
)
async def get_person(
    application_no: ApplicationNo, plan: str, person_id: PersonId, command: CommandOf
) -> PersonInFull:
    """Show one person in full: to correct in an open application, or to compare in review."""
    async with command.transaction() as tx:
        person = await unmask_person(application_no, plan, person_id, command.caller, tx)
    return PersonInFull(person_id=person_id, **asdict(person))


@router.patch("/applications/{application_no}/lines/{plan}/persons/{person_id}")
async def patch_person(
    application_no: ApplicationNo,
    plan: str,
    person_id: PersonId,
    body: PersonChanges,
    command: CommandOf,
) -> PersonAnswer:
    """Correct a person of a line, before submission."""
    async with command.transaction() as tx:
        changes: dict[str, Any] = body.model_dump(exclude_none=True)
        return shown_person(
            await correct_person(application_no, plan, person_id, changes, command.caller, tx)
        )


@router.delete("/applications/{application_no}/lines/{plan}/persons/{person_id}", status_code=204)
async def delete_person(
    application_no: ApplicationNo, plan: str, person_id: PersonId, command: CommandOf
) -> None:
    """Remove a person from a line, before submission."""
    async with command.transaction() as tx:
        await remove_person(application_no, plan, person_id, command.caller, tx)
