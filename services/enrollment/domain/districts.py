"""Districts by their codes of GB/T 2260: province, city, county."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from services.enrollment.domain.offices import Office

LINE = re.compile(r'\s*(\d+) (?:province|county)="(.*)"')
NAMED = re.compile(r"(?:\[\d*-(\d*)\])?([^,\[]+)")
"""A name with the years in which the code had it; without a last year it still has."""
ONLY_GROUPS = frozenset({"市辖区", "县", "省直辖县级行政单位", "自治区直辖县级行政单位"})
"""Names that stand for a group of counties only."""
PROVINCE, CITY = 2, 4
"""Digits of a code that all codes of its level and below share; the others are 0."""


@dataclass(frozen=True)
class District:
    """A place and the places in it; a county, or a city without counties, has none."""

    code: str
    name: str
    children: list["District"] = field(default_factory=list)


def districts_of(lines: Iterable[str]) -> list[District]:
    """Return the provinces of today, as python-stdnum's table of GB/T 2260 has them.

    A county whose city got a code of its own is that city: the table left 随州 in both places.
    Provinces without any city there are left out.
    """
    names = dict(_current(lines))
    cities: dict[str, District] = {}
    provinces: dict[str, District] = {}
    counties = []
    for code, name in names.items():
        if code.endswith("0000"):
            provinces[code[:PROVINCE]] = District(code, name)
        elif code.endswith("00"):
            cities[code[:CITY]] = District(code, name)
        else:
            counties.append(District(code, name))
    cities_of = {(code[:PROVINCE], city.name) for code, city in cities.items()}
    for county in counties:
        if county.name != "市辖区" and (county.code[:PROVINCE], county.name) not in cities_of:
            cities[county.code[:CITY]].children.append(county)
    for code, city in cities.items():
        if city.children or city.name not in ONLY_GROUPS:
            provinces[code[:PROVINCE]].children.append(city)
    return [province for province in provinces.values() if province.children]


def _current(lines: Iterable[str]) -> Iterable[tuple[str, str]]:
    """Yield codes of six digits with the name that each has today."""
    province = ""
    for line in lines:
        found = LINE.fullmatch(line.rstrip())
        if found is None:
            continue
        digits, names = found.groups()
        if len(digits) == PROVINCE:
            province = digits
        today = [name for until, name in NAMED.findall(names) if not until]
        if today:
            yield f"{province}{digits if len(digits) > PROVINCE else ''}".ljust(6, "0"), today[-1]


def places(provinces: Iterable[District]) -> dict[str, str]:
    """Return the places that a unit can be in, by code, in words: 山东省-青岛市-市北区."""
    found = {}
    for province in provinces:
        for city in province.children:
            words = [province.name]
            if city.name not in ONLY_GROUPS:
                words.append(city.name)
            for county in city.children:
                found[county.code] = "-".join((*words, county.name))
            if not city.children:
                found[city.code] = "-".join(words)
    return found


def codes(districts: Iterable[District]) -> set[str]:
    """Return the codes of districts and of all places in them."""
    found = set()
    for one in districts:
        found |= {one.code, *codes(one.children)}
    return found


def agency_for(district_code: str, offices: Iterable[Office]) -> Office | None:
    """Return the agency for a district: of its county, else of its city, else of its province."""
    found = {
        prefix: office
        for office in offices
        for code in (office.districts if office.parent_id else ())
        if district_code.startswith(prefix := prefix_of(code))
    }
    return found[max(found, key=len)] if found else None


def prefix_of(code: str) -> str:
    """Return the digits of a code that all codes of its level and below share."""
    if code.endswith("0000"):
        return code[:PROVINCE]
    return code[:CITY] if code.endswith("00") else code
