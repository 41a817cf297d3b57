from datetime import UTC, date, datetime

import pytest

from services.roster.domain.eligibility import ABOVE_USUAL_AGE
from services.roster.domain.freezing import FreezeRefused, above_usual_age, require_read
from services.roster.domain.imports import FileRefusal
from services.roster.domain.persons import ListedPerson, Person, RawRow, read_person
from services.roster.domain.rosters import Roster
from tests.roster.samples import import_, roster

TODAY = date(2026, 11, 24)
AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
UNREADABLE = FileRefusal("unreadable", "文件无法读取。")


def _listed(person_id: int, born: date) -> ListedPerson:
    person, _ = read_person(
        RawRow(2, "John Smith", "E12345678", "", "护照", sex="男", birth_date=f"{born}"), TODAY
    )
    assert isinstance(person, Person)
    return ListedPerson("ZYYL-A", person, False, False, person_id, "PRT0000000001")  # noqa: FBT003 - neither


def _roster() -> Roster:
    return roster("ZYYL-A", min_age=16, usual_age=60, max_age=65)


def test_a_roster_goes_to_review_with_those_above_the_usual_age_named() -> None:
    """Judged on the day of submission: a proof is needed for them."""
    line = [_listed(1, date(1990, 1, 1)), _listed(2, date(1964, 1, 1))]
    assert above_usual_age(_roster(), {"ZYYL-A": line}, TODAY) == [2]
    assert ABOVE_USUAL_AGE == "above_usual_age"


def test_a_line_without_persons_does_not_go_to_review() -> None:
    """The refusal names the line and its plan."""
    with pytest.raises(FreezeRefused, match=r"^活动ZYYL-A还没有参保人员") as refused:
        above_usual_age(_roster(), {"ZYYL-A": []}, TODAY)
    assert (refused.value.code, refused.value.plan_code) == ("line_empty", "ZYYL-A")


def test_persons_who_may_not_join_any_more_are_counted() -> None:
    """They have grown too old since they were brought in, or are too young still."""
    line = [_listed(number, date(born, 1, 1)) for number, born in ((1, 1950), (2, 2015), (3, 1990))]
    with pytest.raises(FreezeRefused, match=r"^活动ZYYL-A有2名人员") as refused:
        above_usual_age(_roster(), {"ZYYL-A": line}, TODAY)
    assert (refused.value.code, refused.value.plan_code) == ("persons_not_eligible", "ZYYL-A")


def test_a_roster_whose_last_file_could_not_be_read_does_not_go_to_review() -> None:
    """A later file that was read makes up for it; none at all is no fault."""
    broken, whole = import_(), import_("2")
    broken.refuse(UNREADABLE, AT)
    require_read([])
    require_read([broken, whole])
    require_read([whole, broken, whole])
    with pytest.raises(FreezeRefused, match="重新导入") as refused:
        require_read([whole, broken])
    assert (refused.value.code, refused.value.plan_code) == ("import_failed", None)
