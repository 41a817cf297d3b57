"""Districts: those of today, and the agency that follows from one."""

import pytest

from services.enrollment.domain.districts import agency_for, codes, districts_of, places
from services.enrollment.domain.offices import (
    Office,
    next_agency_id,
    require_distinct_districts,
)
from shared.errors import Conflict

TABLE = """# a note
37 province="山东省"
  0000 county="山东省"
  0200 county="青岛市"
  0201 county="[1983-]市辖区"
  0202 county="[1983-]市南区"
  0205 county="[1983-2012]四方区"
  0282 county="[1989-2017]即墨市"
  0290 county="[-1990]旧县,[1991-]新区"
42 province="湖北省"
  1300 county="[2000-]随州市"
  1303 county="[2009-]曾都区"
  9000 county="[1990-]省直辖县级行政单位"
  9001 county="[1994-]随州市"
  9004 county="[1994-]仙桃市"
65 province="新疆维吾尔自治区"
  9000 county="[1990-]自治区直辖县级行政单位"
  9001 county="[1976-]石河子市"
50 province="重庆市"
  0100 county="市辖区"
  0101 county="[1997-]万州区"
  0200 county="县"
  0229 county="[1997-]城口县"
44 province="广东省"
  1900 county="[1988-]东莞市"
71 province="台湾省"
""".splitlines()


def office(
    office_id: str, *districts: str, parent: str | None = "0012", name: str = "代办处"
) -> Office:
    """Return an agency with these districts."""
    return Office(office_id, name, [], [], parent, list(districts))


def test_only_the_names_of_today_are_offered() -> None:
    """Neither what was given up, nor the group of counties, nor a city that has its own code."""
    provinces = districts_of(TABLE)
    assert [one.name for one in provinces] == [
        "山东省",
        "湖北省",
        "新疆维吾尔自治区",
        "重庆市",
        "广东省",
    ]
    assert places(provinces) == {
        "370202": "山东省-青岛市-市南区",
        "370290": "山东省-青岛市-新区",
        "421303": "湖北省-随州市-曾都区",
        "429004": "湖北省-仙桃市",
        "659001": "新疆维吾尔自治区-石河子市",
        "500101": "重庆市-万州区",
        "500229": "重庆市-城口县",
        "441900": "广东省-东莞市",
    }


def test_codes_are_those_of_every_level() -> None:
    """Of provinces, cities and counties."""
    assert codes(districts_of(TABLE)) >= {"370000", "370200", "370202", "441900"}
    assert "370205" not in codes(districts_of(TABLE))


@pytest.mark.parametrize(
    ("district", "agency"),
    [("370202", "001201"), ("370203", "001202"), ("370102", "001203"), ("420102", None)],
)
def test_the_agency_of_the_county_comes_before_those_of_city_and_province(
    district: str, agency: str | None
) -> None:
    """The longest one wins, in whatever order they stand."""
    offices = [
        office("0012", "420000", parent=None),
        office("001203", "370000"),
        office("001201", "370202"),
        office("001202", "370200"),
    ]
    for order in (offices, offices[::-1]):
        found = agency_for(district, order)
        assert (found.office_id if found else None) == agency


def test_a_new_agency_gets_the_next_two_digits() -> None:
    """After the last one, so that no id is used twice."""
    assert next_agency_id("0012", []) == "001201"
    assert next_agency_id("0012", ["001201", "001205", "0012x"]) == "001206"
    assert next_agency_id("0012", ["001298"]) == "001299"
    with pytest.raises(Conflict, match="最多设99个") as refused:
        next_agency_id("0012", ["001299"])
    assert refused.value.code == "too_many_agencies"


def test_a_district_belongs_to_one_agency_of_an_office() -> None:
    """Those of another office, and a city around a county, do not matter."""
    mine = office("001201", "370202")
    others = [
        office("0012", "370202", parent=None),
        office("001202", "370200"),
        office("001301", "370202", parent="0013"),
        mine,
    ]
    require_distinct_districts(mine, others)
    taken = office("001203", "370203", "370202", name="市北区代办处")
    with pytest.raises(Conflict, match="已归市北区代办处") as refused:
        require_distinct_districts(mine, [*others, taken])
    assert (refused.value.code, refused.value.field) == ("district_taken", "districts")
