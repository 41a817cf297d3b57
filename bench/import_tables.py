"""The numbers of imports as Markdown tables."""

from typing import Any

from bench.import_limits import limits, ratio
from bench.rosters import COLUMNS
from bench.tables import table

SIZE = ("rows", "saved by", "plans")


def report(found: dict[str, Any]) -> str:
    """Return all tables of a run; an import ends with the event that says so."""
    imports = found["imports"]
    parts = [
        "## Imports, from the sending of the file to the event that it has ended",
        table(
            (*SIZE, "s", "openpyxl s", "ratio", "ms / 1,000 rows", "first event s"),
            map(_time, imports),
        ),
        "## Memory, peaks in MB",
        table(
            (*SIZE, "parent RSS", "PSS", "child RSS", "PSS", "bytes / cell"),
            (_memory(one, imports) for one in imports),
        ),
        "## Hostile files",
        table(
            ("file", "MB", "s", "answer"),
            (
                (one["file"], one["bytes"] / 1e6, one["seconds"], one["answer"])
                for one in found["hostile"]
            ),
        ),
        "## Limits",
        table(("what", "is", "at most", ""), limits(found)),
        f"Load before {found['machine']['load_before']:.2f}, after {found['load_after']:.2f}.",
    ]
    return "\n\n".join(parts)


def _size(one: dict[str, Any]) -> list[object]:
    return [f"{one['rows']:,}", one["saved_by"], one["plans"]]


def _time(one: dict[str, Any]) -> list[object]:
    seconds, per_thousand = one["seconds"], one["seconds"] / one["rows"] * 1e6
    return [*_size(one), seconds, one["openpyxl"], ratio(one), per_thousand, one["first_event"]]


def _memory(one: dict[str, Any], others: list[dict[str, Any]]) -> list[object]:
    peaks = [one[process][kind] for process in ("parent", "child") for kind in ("rss", "pss")]
    return [*_size(one), *peaks, _bytes_per_cell(one, others)]


def _bytes_per_cell(one: dict[str, Any], others: list[dict[str, Any]]) -> object:
    """Return by how much the child's peak is above that of the smallest file, for each cell."""
    least = min(
        (other for other in others if other["plans"] == one["plans"]), key=lambda each: each["rows"]
    )
    if one["rows"] == least["rows"]:
        return ""
    more = (one["child"]["rss"] - least["child"]["rss"]) * 2**20
    return more / ((one["rows"] - least["rows"]) * COLUMNS)
