"""What the tests of roster's handlers do before they look."""

from decimal import Decimal

from services.roster.domain.imports import Import
from services.roster.domain.persons import ListedPerson
from services.roster.handlers.imports import accept_import
from services.roster.repository.imports import ImportRepository
from services.roster.repository.persons import PersonRepository
from services.roster.repository.rosters import RosterRepository
from shared.contracts.enrollment import (
    ApplicationDrafted,
    ApplicationLinesChanged,
    ConfirmationIssued,
    Kind,
    LineChoice,
)
from shared.contracts.files import StoredFile
from shared.contracts.roster import ImportStarted
from tests.enrollment.samples import plan
from tests.handling import NOON, NUMBER, SCOPE, Handling, caller
from tests.people import Invented

ABOUT = {"application_no": NUMBER, **SCOPE}


def drafted(*codes: str) -> ApplicationDrafted:
    """Announce a draft with one share of each plan."""
    return ApplicationDrafted(
        **ABOUT,
        kind=Kind.ENROLLMENT,
        new_employment=False,
        unit_name="青岛海晏示例职业学校",
        lines=_lines(*codes),
    )


def lines_changed(*codes: str) -> ApplicationLinesChanged:
    """Announce that a draft has these plans now."""
    return ApplicationLinesChanged(**ABOUT, lines=_lines(*codes))


def confirmed(roster_key: str, roster_digest: str) -> ConfirmationIssued:
    """Announce the confirmation of our application, for a year from noon's day on."""
    return ConfirmationIssued(
        **ABOUT,
        confirmation_no="G00122026030210000001",
        kind=Kind.ENROLLMENT,
        unit_name="青岛海晏示例职业学校",
        agency_name="市北区代办处",
        effective_on=NOON.date(),
        confirmed_on=NOON.date(),
        lines=(),
        terms={"A": 1},
        total_fee=Decimal("0.00"),
        roster_key=roster_key,
        roster_digest=roster_digest,
    )


def _lines(*codes: str) -> tuple[LineChoice, ...]:
    return tuple(LineChoice(plan=plan(code, usual_age=60), shares=1) for code in codes)


async def upload(
    roster: Handling,
    people: list[Invented],
    corrects: str | None = None,
    titles: str = "姓名,身份证号",
) -> Import:
    """Send a list of persons for all lines; nothing has read it yet."""
    rows = [titles, *(f"{one.name},{one.number}" for one in people)]
    content = "\n".join(rows).encode()
    file = await roster.storage.put_file(
        f"uploads/{NUMBER}/{len(content)}", content, "名单.csv", "text/csv"
    )
    return await accepted(roster, file, corrects)


async def accepted(roster: Handling, file: StoredFile, corrects: str | None = None) -> Import:
    """Let an operator import a stored file."""
    async with roster.transaction() as tx:
        return await accept_import(NUMBER, file, None, corrects, caller(), tx)


async def imported(roster: Handling, people: list[Invented], corrects: str | None = None) -> Import:
    """Send a list of persons and let a worker take it in."""
    batch = await upload(roster, people, corrects)
    await roster.handle(ImportStarted(**ABOUT, import_id=batch.import_id))
    return await kept(roster, batch.import_id)


async def kept(roster: Handling, import_id: str) -> Import:
    """Return a batch as it stands."""
    async with roster.transaction() as tx:
        return await ImportRepository(tx).get(import_id)


async def line(roster: Handling, code: str = "A") -> list[ListedPerson]:
    """Return the persons of a line."""
    async with roster.transaction() as tx:
        return await PersonRepository(tx).line(NUMBER, code)


async def state(roster: Handling) -> str:
    """Return how the roster stands."""
    async with roster.transaction() as tx:
        return (await RosterRepository(tx).get(NUMBER)).state
