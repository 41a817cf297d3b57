"""What imports are to keep to, and whether they do."""

from collections.abc import Iterator, Mapping
from typing import Any

from bench.hostile import STYLED

MAX_RATIO: Mapping[int, float] = {1: 0.4, 2: 0.6}
"""Of an import to openpyxl's reading, by number of plans; from `RATIO_FROM` rows on."""
RATIO_FROM = 100_000
MAX_FIRST_EVENT, MAX_SMALL, MAX_STYLED = 1.0, 0.5, 3.4
"""Seconds: until the first event, for the smallest file, for a million rows without text."""
MAX_WRITING, MAX_COVERS = 0.5, 1.3
"""Ratios: our writer / openpyxl's; an import beside millions of covers / one beside none."""


def ratio(one: Mapping[str, float]) -> float:
    """Return an import's time in that of openpyxl."""
    return one["seconds"] / one["openpyxl"]


def limits(found: dict[str, Any]) -> list[list[object]]:
    """Return what is limited, its value, the limit, the verdict; without a limit the rest is ""."""
    return [*_of_sizes(found["imports"]), *_of_cases(found)]


def _of_sizes(imports: list[dict[str, Any]]) -> Iterator[list[object]]:
    least = min(one["rows"] for one in imports)
    for one in imports:
        name = f"{one['rows']:,} rows, plans: {one['plans']}, saved by {one['saved_by']}"
        if one["rows"] >= RATIO_FROM:
            yield _judged(f"{name}: / openpyxl's reading", ratio(one), MAX_RATIO[one["plans"]])
        elif one["rows"] == least:
            yield _judged(f"{name}: s", one["seconds"], MAX_SMALL)
    latest = max(one["first_event"] for one in imports)
    yield _judged("first event, the latest of all sizes: s", latest, MAX_FIRST_EVENT)


def _of_cases(found: dict[str, Any]) -> Iterator[list[object]]:
    failed, covers = found["failed"], found["covers"]
    name = f"{failed['rows']:,} failed rows"
    yield [f"{name}, imported: s", failed["seconds"], "", ""]
    writing = failed["writing"] / failed["openpyxl"]
    yield _judged(f"{name}, workbook: / openpyxl's writing", writing, MAX_WRITING)
    none, many = covers["none"], covers["many"]
    name = f"{covers['rows']:,} rows, {covers['covers']:,} covers / none"
    yield _judged(f"{name}: import", many["seconds"] / none["seconds"], MAX_COVERS)
    yield [f"{name}: statements on covers, s more", many["statements"] - none["statements"], "", ""]
    styled = next(one for one in found["hostile"] if one["file"] == STYLED)
    yield _judged(f"{STYLED}: s", styled["seconds"], MAX_STYLED)


def _judged(name: str, value: float, most: float) -> list[object]:
    return [name, value, most, "kept" if value <= most else "BROKEN"]
