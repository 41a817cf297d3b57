"""Which rows of which files join which lines: all that is told, held against plain rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from unittest.mock import patch

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from services.roster.adapters import staging
from services.roster.domain.imports import Import
from services.roster.handlers.imports import accept_import, failures, warnings
from services.roster.repository.persons import PersonRepository
from services.roster.tables import CoverRow
from shared.contracts.enrollment import (
    ApplicationDrafted,
    Kind,
    LineChoice,
    OccupationClass,
    PlanRules,
    Sex,
)
from shared.contracts.roster import ImportStarted
from tests.enrollment.samples import plan
from tests.handling import NOON, NUMBER, Handling, caller
from tests.people import invented_people
from tests.roster.handlers.steps import ABOUT, kept, line
from tests.units import Open

PEOPLE = invented_people(4, women=2)
GENERAL, HIGH_RISK = OccupationClass.GENERAL, OccupationClass.HIGH_RISK
WORDS = {GENERAL: "一般职业", HIGH_RISK: "高危职业"}
RULES = {
    "A": PlanRules(),
    "B": PlanRules(occupation_classes=(GENERAL,)),
    "C": PlanRules(sex=Sex.FEMALE, occupation_classes=(HIGH_RISK,)),
}


@dataclass(frozen=True)
class Row:
    """A row of a file; `who` is one of `PEOPLE`, under any name, with a right number or not."""

    who: int
    name: str
    work: OccupationClass
    is_right: bool = True

    @property
    def written(self) -> str:
        """Return its line of a CSV file."""
        number = PEOPLE[self.who].number
        number = number if self.is_right else f"{number[:-1]}Q"
        return f"{self.name},{number},{WORDS[self.work]}"

    def may_join(self, code: str) -> bool:
        """Return whether a plan takes such a person."""
        rules = RULES[code]
        return self.work in rules.occupation_classes and (rules.sex in (None, PEOPLE[self.who].sex))


ROWS = st.builds(
    Row,
    who=st.integers(0, len(PEOPLE) - 1),
    name=st.sampled_from(("王甲", "李乙", "张丙")),
    work=st.sampled_from(tuple(WORDS)),
    is_right=st.sampled_from((True, True, True, True, False)),
)
FILES = st.tuples(
    st.lists(ROWS, min_size=1, max_size=7),
    st.lists(st.sampled_from(tuple(RULES)), min_size=1, max_size=3, unique=True),
)

Names = dict[int, str]
"""Who stands in a line, and under which name, in the order in which they came."""


@dataclass
class Expected:
    """What is to become of a file; rows are numbered as in a spreadsheet."""

    joined: dict[str, int]
    refused: dict[int, dict[str, str]] = field(default_factory=dict)
    """The plans that refuse a row, and words of the reason."""
    takers: dict[int, set[str]] = field(default_factory=dict)
    warned: dict[int, set[tuple[str, str]]] = field(default_factory=dict)
    """The plans in whose lines a row's number has another name, and that name."""


def expected(rows: Sequence[Row], codes: Sequence[str], lines: dict[str, Names]) -> Expected:
    """Say what is to become of a file, row by row; its persons join `lines`."""
    found = Expected(dict.fromkeys(codes, 0))
    before = {code: dict(names) for code, names in lines.items()}
    first: dict[str, dict[int, tuple[int, str]]] = {code: {} for code in codes}
    for row_no, row in enumerate(rows, 2):
        for code in codes:
            why = _against(row, code, before[code], first[code])
            if why is not None:
                found.refused.setdefault(row_no, {})[code] = why
                continue
            first[code][row.who] = row_no, row.name
            lines[code][row.who] = row.name
            found.joined[code] += 1
            found.takers.setdefault(row_no, set()).add(code)
    for row_no, row in enumerate(rows, 2):
        others = {
            (code, names[row.who])
            for code, names in lines.items()
            if names.get(row.who, row.name) != row.name
            and row.is_right
            and not found.refused.get(row_no, {}).get(code, "").startswith(("已在", "证件号码与"))
        }
        if row_no in found.takers and others:
            found.warned[row_no] = others
    return found


def _against(
    row: Row, code: str, before: Names, first: Mapping[int, tuple[int, str]]
) -> str | None:
    """Return words of the reason for which a plan refuses a row; None when it takes it."""
    if not row.is_right or not row.may_join(code):
        return ""
    if row.who in before:
        same = before[row.who] == row.name
        return f"已在“活动{code}”的人员清单中，{'无需重复导入' if same else '但姓名不同'}"
    if row.who in first:
        row_no, name = first[row.who]
        if name == row.name:
            return f"与第 {row_no} 行重复，请删除其中一行"
        return f"证件号码与第 {row_no} 行相同，但姓名不同"
    return None


async def _sent(
    roster: Handling, rows: Sequence[Row], codes: list[str], name: str
) -> tuple[Import, dict[int, str], dict[int, str]]:
    """Import a file; returns the batch, and why rows were refused or warned of."""
    text = "\n".join(["姓名,身份证号,职业类别", *(row.written for row in rows)])
    file = await roster.storage.put_file(f"uploads/{name}", text.encode(), "a.csv", "text/csv")
    async with roster.transaction() as tx:
        batch = await accept_import(NUMBER, file, codes, None, caller(), tx)
    await roster.handle(ImportStarted(**ABOUT, import_id=batch.import_id))
    batch = await kept(roster, batch.import_id)
    resources = roster.transactions.resources
    told = [await failures(batch, resources), await warnings(batch, resources)]
    refused, warned = ({row["row_no"]: row["why"] for row in them} for them in told)
    return batch, refused, warned


async def _draft(roster: Handling, plans: Mapping[str, PlanRules] = RULES) -> None:
    lines = tuple(
        LineChoice(plan=plan(code, **dict(rules)), shares=1) for code, rules in plans.items()
    )
    await roster.handle(
        ApplicationDrafted(
            **ABOUT, kind=Kind.ENROLLMENT, new_employment=False, unit_name="单位", lines=lines
        )
    )


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(files=st.lists(FILES, min_size=1, max_size=3), chunk=st.integers(1, 4))
async def test_every_row_joins_the_lines_that_it_should_and_is_told_of(
    open_service: Open, files: list[tuple[list[Row], list[str]]], chunk: int
) -> None:
    """However a file is cut into chunks; counts, reasons, rows that they name, warnings, order."""
    lines: dict[str, Names] = {code: {} for code in RULES}
    with patch.object(staging, "ROWS_PER_CHUNK", chunk):
        async with open_service("roster") as roster:
            await _draft(roster)
            for at, (rows, codes) in enumerate(files):
                wanted = expected(rows, codes, lines)
                batch, refused, warned = await _sent(roster, rows, codes, str(at))
                assert {one.plan_code: one.succeeded for one in batch.result} == wanted.joined
                assert all(one.succeeded + one.failed == len(rows) for one in batch.result)
                taken = len(wanted.takers)
                assert (batch.rows.taken, batch.rows.refused) == (taken, len(rows) - taken)
                assert refused.keys() == wanted.refused.keys()
                for row_no, reasons in wanted.refused.items():
                    assert all(words in refused[row_no] for words in reasons.values())
                    assert refused[row_no].count("重复，") == _count_repeats(reasons)
                assert warned.keys() == wanted.warned.keys()
                for row_no, others in wanted.warned.items():
                    assert warned[row_no].count("同一证件号码的姓名") == len(others)
                    for code, name in others:
                        assert f"“活动{code}”的人员清单中" in warned[row_no]
                        assert f"姓名是“{name}”" in warned[row_no]
            for code, names in lines.items():
                stand = [(one.person.number, one.person.name) for one in await line(roster, code)]
                assert stand == [(PEOPLE[who].number, name) for who, name in names.items()]


def _count_repeats(reasons: Mapping[str, str]) -> int:
    """Return how often a row is said to repeat another: once for all plans, else once for each."""
    repeats = [reason for reason in reasons.values() if "重复，" in reason]
    for_all = all("重复，" in reason or "相同，" in reason for reason in reasons.values())
    return len(set(repeats)) if for_all else len(repeats)


async def test_whose_cover_lasts_is_marked_in_the_line_of_that_plan(open_service: Open) -> None:
    """Up to the last day; another plan's cover, or one that ended yesterday, does not count."""
    today, (lasting, ended, other, _) = NOON.date(), PEOPLE
    covers = ((lasting, "A", today), (ended, "A", today - timedelta(days=1)), (other, "B", today))
    async with open_service("roster") as roster:
        await _draft(roster)
        async with roster.transaction() as tx:
            persons = PersonRepository(tx)
            for at, (person, code, until) in enumerate(covers):
                values = {
                    "number_hash": persons.number_hash("resident_id", person.number),
                    "plan_code": code,
                    "confirmation_no": f"G{at}",
                    "effective_on": today - timedelta(days=365),
                    "until": until,
                }
                await tx.session.execute(insert(CoverRow).values(values))
        await _sent(roster, [Row(who, "王甲", GENERAL) for who in range(4)], ["A", "B"], "file")
        marked = {
            code: [one.person.number for one in await line(roster, code) if one.unexpired]
            for code in "AB"
        }
    assert marked == {"A": [lasting.number], "B": [other.number]}


async def test_who_is_above_the_usual_age_is_marked_in_the_line_of_that_plan(
    open_service: Open,
) -> None:
    """The other plan has no such age."""
    async with open_service("roster") as roster:
        await _draft(roster, {"A": PlanRules(), "B": PlanRules(usual_age=1)})
        await _sent(roster, [Row(who, "王甲", GENERAL) for who in range(4)], ["A", "B"], "file")
        for code, is_above in (("A", False), ("B", True)):
            assert {one.over_usual_age for one in await line(roster, code)} == {is_above}
