"""Papers: drawn beside plain WeasyPrint, and rendered by workers: `make bench ARGS=documents`."""

from typing import Any

from bench import drawing, render_lanes
from bench.tables import table

FORMS_RATIO, ROSTER_RATIO, BULK_RATIO, SECOND_RATIO, WAITING_RATIO = 12, 100, 1.25, 1.5, 2
"""What is promised: at least, at least, at most, at least, at most."""
MOST_BYTES = 120_000


async def measured(postgres: str, bus_url: str, *, quick: bool) -> dict[str, Any]:
    """Return what papers take."""
    return {
        "forms": drawing.forms(),
        "rosters": list(drawing.rosters(quick=quick)),
        "lanes": await render_lanes.measured(postgres, bus_url, quick=quick),
    }


def _bulk_rows(workers: str, taken: dict[str, float], promised: str) -> list[tuple[Any, ...]]:
    """Return the rows of so many workers; ratios are to the drawing measured beside."""
    drawn = taken["drawn"]
    return [
        (f"{workers}, jobs alone", taken["jobs"], taken["jobs"] / drawn, promised),
        (f"{workers}, from the approvals on", taken["announced"], taken["announced"] / drawn, ""),
    ]


def report(found: dict[str, Any]) -> str:
    """Return all tables of a run."""
    lanes = found["lanes"]
    one, two = lanes["workers"]
    alone, beside = (render_lanes.p95(lanes[name]) for name in ("waiting_alone", "waiting_beside"))
    return "\n\n".join(
        [
            "## Forms, processor time each, warm",
            table(
                ("paper", "ms", "plain WeasyPrint ms", "times", "at least", "KB"),
                (
                    (
                        form["paper"],
                        form["ours"] * 1000,
                        form["plain"] * 1000,
                        form["plain"] / form["ours"],
                        FORMS_RATIO,
                        form["bytes"] / 1000,
                    )
                    for form in found["forms"]
                ),
            ),
            "## Confirmations with rosters",
            table(
                ("persons", "s", "plain s", "times", "at least", "MB", "own memory MB", "peak MB"),
                (
                    (
                        f"{one['persons']:,}",
                        one["ours"],
                        one["plain"],
                        one["plain"] / one["ours"],
                        ROSTER_RATIO,
                        one["bytes"] / 1e6,
                        one["own"],
                        one["peak"],
                    )
                    for one in found["rosters"]
                ),
            ),
            f"## {lanes['notices']:,} notices in bulk jobs on the real bus",
            table(
                ("what", "s", "ratio", "promised"),
                (
                    ("drawing alone, one core", one["drawn"], 1.0, ""),
                    *_bulk_rows("one bulk worker", one, f"at most {BULK_RATIO}"),
                    *_bulk_rows("two bulk workers", two, ""),
                    (
                        "one / two, jobs alone",
                        "",
                        one["jobs"] / one["drawn"] * two["drawn"] / two["jobs"],
                        f"at least {SECOND_RATIO}",
                    ),
                ),
            ),
            "## Somebody who waits for a print, p95",
            table(
                ("beside", "ms", "ratio", "promised"),
                (
                    ("nothing", alone * 1000, 1.0, ""),
                    (
                        f"{lanes['backlog']:,} notices in bulk",
                        beside * 1000,
                        beside / alone,
                        f"at most {WAITING_RATIO}",
                    ),
                ),
            ),
            f"{lanes['left']} of the notices were not yet rendered when the last print was done.",
            f"Load before {found['machine']['load_before']:.2f}, after {found['load_after']:.2f}.",
        ]
    )
