from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime, timedelta

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from services.roster.domain.checking import Checking, Joining
from services.roster.domain.kept_persons import PERSON, plain_bytes
from services.roster.domain.persons import RawRow
from services.roster.domain.quick_reading import PlainPerson, PlainRows
from shared.contracts.enrollment import OccupationClass, PlanRules, Sex
from shared.sheets.cells import Cell, CellError, cell_text
from tests.people import invented_people, resident_number

TODAY = date(2026, 2, 28)
FIELDS = (
    "name",
    "number",
    "mobile",
    "document_kind",
    "occupation_class",
    "remark",
    "sex",
    "birth_date",
)
PEOPLE = invented_people(40)
RULES = st.builds(
    PlanRules,
    min_age=st.sampled_from([None, 16, 40]),
    usual_age=st.sampled_from([None, 45]),
    max_age=st.sampled_from([None, 60]),
    sex=st.sampled_from([None, Sex.FEMALE]),
    occupation_classes=st.sampled_from([tuple(OccupationClass), (OccupationClass.GENERAL,)]),
)

births = st.one_of(
    st.dates(date(1950, 1, 1), TODAY),
    st.dates(date(1899, 12, 30), date(1900, 1, 3)),
    st.dates(TODAY, date(2026, 3, 2)),
    st.sampled_from(
        [
            TODAY - timedelta(days=365 * years + more)
            for years in (16, 45, 60)
            for more in range(3, 18)
        ]
    ),
)
plain_numbers = st.builds(
    resident_number, st.sampled_from(["370203", "110101", "659004"]), births, st.integers(0, 999)
)
WORDS: dict[str, list[Cell]] = {
    "name": ["张三", " 张三 ", "欧阳建国"],
    "mobile": ["", None, "13800005678", 13800005678.0],
    "document_kind": ["", None, "居民身份证", "身份证"],
    "occupation_class": ["", None, "一般职业", "高危职业", "高危"],
    "remark": ["", None, "一车间", "3 号 车间", "x" * 200],
}
SPOILT: dict[str, list[Cell]] = {
    "name": ["王𬭎", "TRUE", "张3", "阿依·古丽", "王", "", None],
    "number": ["370203198613011234", "810000198607091894", 3.7e17, "", None, "E12345678"],
    "mobile": ["138", 138.5, "+8613800005678", "23800005678", True],
    "document_kind": ["护照", "居住证", "其他"],
    "occupation_class": ["未知", 1.0],
    "remark": ["x" * 201, '"', "#N/A", "a\\b", 5.0],
    "sex": ["男", "女", "不详"],
    "birth_date": ["1986-07-09", "昨天", 31602.0],
}
ANYTHING: list[Cell] = [CellError("#N/A"), "１２３", "\u200b", False]


def _right_sex(number: str) -> str:
    return "男" if int(number[16]) % 2 else "女"


def _right_birth_date(number: str) -> str:
    return f"{number[6:10]}-{number[10:12]}-{number[12:14]}"


def _right_day(number: str) -> Cell:
    return datetime(int(number[6:10]), int(number[10:12]), int(number[12:14]))  # noqa: DTZ001


@st.composite
def rows(draw: st.DrawFn) -> tuple[Cell, ...]:
    """Draw a plain row, and spoil none, one or two of its cells."""
    number = draw(plain_numbers)
    cells = {field: draw(st.sampled_from(words)) for field, words in WORDS.items()}
    cells["number"] = draw(st.sampled_from([number, number.lower()]))
    cells["sex"] = draw(st.sampled_from(["", None, _right_sex(number)]))
    dates = ["", _right_birth_date(number), _right_day(number)]
    cells["birth_date"] = draw(st.sampled_from(dates))
    for field in draw(st.lists(st.sampled_from(FIELDS), max_size=2)):
        if field == "number" and draw(st.booleans()):
            at, digit = draw(st.integers(0, 17)), draw(st.sampled_from("0123456789X"))
            cells["number"] = f"{number[:at]}{digit}{number[at + 1 :]}"
        else:
            cells[field] = draw(st.sampled_from([*SPOILT[field], *ANYTHING]))
    return tuple(cells[field] for field in FIELDS)


def _both(
    row: Sequence[Cell], rules: Sequence[PlanRules], present: AbstractSet[str]
) -> tuple[PlainPerson | None, Joining, int]:
    """Return a row read both ways, and all plans."""
    fields = {"name", "number"} | present
    at = {field: place for place, field in enumerate(FIELDS) if field in fields}
    plans = {str(number): one for number, one in enumerate(rules)}
    texts = {field: cell_text(row[place]) for field, place in at.items()}
    checking = Checking(plans, TODAY)
    plain = PlainRows(plans, TODAY).reader(at)(row)
    return plain, checking.judged(RawRow(2, **texts)), checking.all_plans


@settings(max_examples=400)
@given(rows(), st.lists(RULES, min_size=1, max_size=2), st.sets(st.sampled_from(FIELDS[2:])))
def test_a_plain_row_is_read_as_any_other_row_is(
    row: tuple[Cell, ...], rules: list[PlanRules], present: set[str]
) -> None:
    """The same person, taken by all plans, with the same warnings; or it is not plain."""
    plain, judged, all_plans = _both(row, rules, present)
    event(f"plain: {plain is not None}")
    if plain is not None:
        over_age = plain.over_usual_age
        assert judged == Joining(plain.person(), all_plans, over_age, told=over_age > 0)
        assert plain_bytes(plain) == PERSON.dump_json(plain.person())


@pytest.mark.parametrize("field", FIELDS)
def test_no_spoilt_cell_is_plain(field: str) -> None:
    """Each of them changes the person, or refuses it; and the row without it is plain."""
    one = PEOPLE[0]
    usual = {
        "name": one.name,
        "number": one.number,
        "sex": _right_sex(one.number),
        "birth_date": _right_birth_date(one.number),
    }
    row = {known: usual.get(known, WORDS.get(known, [""])[-1]) for known in FIELDS}
    plain, judged, _ = _both([row[known] for known in FIELDS], [PlanRules()], set(FIELDS))
    assert plain is not None
    assert judged.person == plain.person()
    for cell in (*SPOILT[field], CellError("#N/A")):
        if cell == row[field]:
            continue
        spoilt, judged, _ = _both(
            [*(cell if known == field else row[known] for known in FIELDS)],
            [PlanRules()],
            set(FIELDS),
        )
        assert spoilt is None or spoilt.person() == judged.person
        assert spoilt is None or field == "name"


@given(plain_numbers, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_no_number_is_plain_that_does_not_check(number: str, at: int, digit: str) -> None:
    """Whatever digit is mistyped."""
    mistyped = f"{number[:at]}{digit}{number[at + 1 :]}"
    plain, judged, _ = _both(("张三", mistyped), [PlanRules()], set())
    assert (plain is not None) == (judged.person is not None and not judged.told)


def test_rows_as_the_template_has_them_are_plain() -> None:
    """Otherwise nothing would be gained."""
    at = {field: place for place, field in enumerate(FIELDS)}
    read = PlainRows({"A": PlanRules(min_age=16, usual_age=70)}, TODAY).reader(at)
    for one in PEOPLE:
        sex = "女" if one.sex is Sex.FEMALE else "男"
        row = (
            one.name,
            one.number,
            one.mobile,
            "居民身份证",
            "一般职业",
            "一车间",
            sex,
            one.birth_date.isoformat(),
        )
        found = read(row)
        assert (found is None) == one.number.endswith("000")
        if found is not None:
            assert found.number == one.number
    assert read(("张三", "370203198607091894")) is None
