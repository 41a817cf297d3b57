"""The districts of GB/T 2260, from the table that python-stdnum brings along."""

from functools import cache
from importlib.resources import files

from services.enrollment.domain.districts import District, codes, districts_of, places


@cache
def all_districts() -> list[District]:
    """Return the provinces with their cities and counties."""
    table = files("stdnum").joinpath("cn", "loc.dat").read_text(encoding="utf-8")
    return districts_of(table.splitlines())


@cache
def all_places() -> dict[str, str]:
    """Return the places that a unit can be in, by code, in words."""
    return places(all_districts())


@cache
def all_codes() -> set[str]:
    """Return the codes of provinces, cities and counties."""
    return codes(all_districts())
