"""Freezing: persons checked once more, the list stored as an object, the counts fixed."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from services.roster.domain.eligibility import may_join
from services.roster.domain.imports import ImportState
from services.roster.domain.persons import Person
from services.roster.domain.reasons import refuses
from services.roster.domain.roster import Roster, RosterState
from services.roster.repository import (
    ImportRepository,
    PersonRepository,
    RosterRepository,
)
from services.roster.tables import ImportRow, PersonRow
from shared.bus import Job, TooEarly, Transaction, consumed_position
from shared.contracts.base import about
from shared.contracts.enrollment import ApplicationEvent, ApplicationSubmitted
from shared.contracts.files import Prefix
from shared.contracts.roster import (
    FrozenLine,
    FrozenRoster,
    RosterFreezeRefused,
    RosterFrozen,
    RosterPerson,
)
from shared.errors import Conflict

People = dict[str, list[tuple[int, RosterPerson]]]
"""Per plan the persons of its line with their ids."""


class FreezeRefused(Conflict):
    """The roster cannot go to review as it is."""

    def __init__(self, code: str, message: str, plan_code: str | None = None) -> None:
        super().__init__(code, message)
        self.plan_code = plan_code


async def freeze_roster(event: ApplicationSubmitted, job: Job) -> None:
    """Freeze the submitted roster, or announce why not; wait for imports that are running."""
    async with job.transaction() as tx:
        roster = await _submitted(event, job, tx)
        if roster.state is not RosterState.LOCKED:
            return  # given up meanwhile, and open again: nobody waits for this any more
        imports = await ImportRepository(tx.session).of(event.application_no)
        if any(ImportState(one.state).under_way for one in imports):
            raise TooEarly("an import is still running")
        persons = PersonRepository(tx.session, tx.resources.sealer)
        lines = {plan: await persons.line(event.application_no, plan) for plan in roster.plans}
    people = await asyncio.to_thread(_unsealed, persons, lines)
    try:
        _require_read(imports)
        over_usual_age = await asyncio.to_thread(_checked, event, roster, people)
    except FreezeRefused as refusal:
        async with job.finish() as tx:
            tx.emit(
                RosterFreezeRefused(
                    **about(roster),
                    code=refusal.code,
                    plan_code=refusal.plan_code,
                    message=refusal.message,
                )
            )
        return
    key = f"{Prefix.ROSTERS}/{event.application_no}/{job.envelope.sequence}.json"
    content = await asyncio.to_thread(_written, event, job.resources.clock(), people)
    digest = await job.resources.storage.put(key, content)
    async with job.finish() as tx:
        await tx.keep(key)
        rosters = RosterRepository(tx.session)
        roster = await rosters.get(event.application_no)
        roster.state, roster.frozen_key, roster.frozen_digest = RosterState.FROZEN, key, digest
        await rosters.put(roster)
        persons = PersonRepository(tx.session, tx.resources.sealer)
        await persons.mark_over_usual_age(over_usual_age, event.application_no)
        counts = await persons.counts(event.application_no)
        tx.emit(RosterFrozen(**about(roster), counts=counts, key=key, digest=digest))


def _unsealed(persons: PersonRepository, lines: dict[str, list[PersonRow]]) -> People:
    return {
        plan: [(row.person_id, persons.unseal(row)) for row in rows] for plan, rows in lines.items()
    }


def _written(event: ApplicationSubmitted, at: datetime, people: People) -> bytes:
    frozen = FrozenRoster(
        application_no=event.application_no,
        frozen_at=at,
        lines=tuple(
            FrozenLine(plan_code=plan, persons=tuple(person for _, person in line))
            for plan, line in people.items()
        ),
    )
    return frozen.model_dump_json().encode()


async def _submitted(event: ApplicationSubmitted, job: Job, tx: Transaction) -> Roster:
    """Load the roster once our copy knows of this submission."""
    consumed = await consumed_position(tx.session, ApplicationEvent.stream, event.application_no)
    if consumed < (job.envelope.sequence or 0):
        raise TooEarly("the submission is not noted yet")
    return await RosterRepository(tx.session).get(event.application_no)


def _require_read(imports: Sequence[ImportRow]) -> None:
    if imports and imports[-1].state == ImportState.FAILED:
        raise FreezeRefused(
            "import_failed", "最近一次导入的文件无法读取，请重新导入人员清单后再提交。"
        )


def _checked(
    event: ApplicationSubmitted,
    roster: Roster,
    people: People,
) -> Sequence[int]:
    """Return who is above the usual age; FreezeRefused for an empty line or who may not join."""
    rules = roster.rules(roster.plans)
    over_usual_age = []
    for plan, line in people.items():
        name = roster.plan_name(plan)
        if not line:
            raise FreezeRefused(
                "line_empty", f"{name}还没有参保人员，请导入人员清单或删除该活动。", plan
            )
        refused = 0
        for person_id, person in line:
            reasons = may_join(_person(person), rules[plan], event.submitted_on)
            refused += refuses(reasons)
            if reasons and not refuses(reasons):
                over_usual_age.append(person_id)
        if refused:
            raise FreezeRefused(
                "persons_not_eligible",
                f"{name}有{refused}名人员已不符合参保条件，请在人员清单中更正或删除。",
                plan,
            )
    return over_usual_age


def _person(person: RosterPerson) -> Person:
    return Person(**person.model_dump())  # the same fields, read back from the roster
