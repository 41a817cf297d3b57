"""Freezing: persons checked once more, the list stored as an object, the counts fixed."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime

from services.roster.domain.freezing import FreezeRefused, above_usual_age, require_read
from services.roster.domain.persons import ListedPerson
from services.roster.domain.rosters import Roster, RosterState
from services.roster.repository.imports import ImportRepository
from services.roster.repository.persons import PersonRepository
from services.roster.repository.rosters import RosterRepository
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

NOT_FROZEN = "not_frozen"
SUBMIT_AGAIN = "系统暂时无法核对人员清单，请稍后再次提交；多次出现请联系办事处。"


async def freeze_roster(event: ApplicationSubmitted, job: Job) -> None:
    """Freeze the submitted roster, or announce why not; wait for imports that are running."""
    with job.reading() as tx:
        roster = await _submitted(event, job, tx)
        if roster.state is not RosterState.LOCKED:
            return  # given up meanwhile, and open again: nobody waits for this any more
        imports = await ImportRepository(tx).of(event.application_no)
        if any(one.under_way for one in imports):
            raise TooEarly("an import is still running")
        persons = PersonRepository(tx)
        lines = {plan: await persons.line(event.application_no, plan) for plan in roster.plans}
    try:
        require_read(imports)
        marked = await asyncio.to_thread(above_usual_age, roster, lines, event.submitted_on)
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
    content = await asyncio.to_thread(_written, event, job.resources.clock(), lines)
    digest = await job.resources.storage.put(key, content)
    async with job.finish() as tx:
        await tx.keep(key)
        rosters = RosterRepository(tx)
        roster = await rosters.get(event.application_no)
        roster.freeze(key, digest)
        await rosters.put(roster)
        persons = PersonRepository(tx)
        await persons.mark_over_usual_age(marked, event.application_no)
        counts = await persons.counts(event.application_no)
        tx.emit(RosterFrozen(**about(roster), counts=counts, key=key, digest=digest))


async def give_up_freezing(event: ApplicationSubmitted, tx: Transaction) -> None:
    """Refuse the freeze: the unit may submit again."""
    roster = await RosterRepository(tx).get(event.application_no)
    tx.emit(RosterFreezeRefused(**about(roster), code=NOT_FROZEN, message=SUBMIT_AGAIN))


def _written(
    event: ApplicationSubmitted, at: datetime, lines: Mapping[str, Sequence[ListedPerson]]
) -> bytes:
    frozen = FrozenRoster(
        application_no=event.application_no,
        frozen_at=at,
        lines=tuple(
            FrozenLine(
                plan_code=plan,
                persons=tuple(
                    RosterPerson.model_validate(one.person, from_attributes=True) for one in line
                ),
            )
            for plan, line in lines.items()
        ),
    )
    return frozen.model_dump_json().encode()


async def _submitted(event: ApplicationSubmitted, job: Job, tx: Transaction) -> Roster:
    """Load the roster once our copy knows of this submission."""
    consumed = await consumed_position(tx.session, ApplicationEvent.stream, event.application_no)
    if consumed < (job.envelope.sequence or 0):
        raise TooEarly("the submission is not noted yet")
    return await RosterRepository(tx).get(event.application_no, lock=False)
