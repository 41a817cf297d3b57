"""The numbers as Markdown tables."""

from collections.abc import Iterable, Sequence
from typing import Any

AT = ("p50", "p95")
BATCH = (
    "mode",
    "N",
    "s",
    "applications/s",
    "s each",
    "calls each",
    "call p50 ms",
    "p95 ms",
    "events each",
    "commits each",
    "CPU s each: system",
    "client",
    "machine",
)


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table; numbers are rounded to three digits."""
    lines = [list(head), *([_text(cell) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    written = ["| " + " | ".join(_padded(line, widths)) + " |" for line in lines]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([written[0], rule, *written[1:]])


def _padded(line: Sequence[str], widths: Sequence[int]) -> list[str]:
    return [cell.ljust(width) for cell, width in zip(line, widths, strict=True)]


def _text(cell: object) -> str:
    if not isinstance(cell, float):
        return str(cell)
    return f"{cell:.0f}" if abs(cell) >= 100 else f"{cell:.3g}"  # noqa: PLR2004 - three digits


def report(found: dict[str, Any]) -> str:
    """Return all tables of a run."""
    modes, floors = found["modes"], found["floors"]
    parts = [
        "## Applications at once",
        table(
            BATCH,
            [_batch(mode, one) for mode in modes for one in (mode["first"], *mode["batches"])],
        ),
        *(_steps(mode, found["units"]) for mode in modes),
        "## Import, persons in one application",
        table(
            ["mode", "persons", "s"],
            [(mode["mode"], *one) for mode in modes for one in mode["imports"].items()],
        ),
        "## Memory (PSS) and start",
        table(
            ["mode", "what", "MB or s"],
            [(mode["mode"], *one) for mode in modes for one in mode["memory"].items()]
            + [(mode["mode"], *one) for mode in modes for one in mode["seconds"].items()],
        ),
        "## Floors",
        table(
            ["what", "per second", "p50 ms"],
            [(name, one["per_second"], one["p50_ms"]) for name, one in floors.items()],
        ),
        "## Against the floors",
        table(["mode", "what", "is"], found["ratios"]),
        f"Load before {found['machine']['load_before']:.2f}, after {found['load_after']:.2f}.",
    ]
    return "\n\n".join(parts)


def _batch(mode: dict[str, Any], one: dict[str, Any]) -> list[object]:
    units, processors = one["units"], one["processors"]
    return [
        mode["mode"],
        "1 (first)" if one is mode["first"] else units,
        one["seconds"],
        units / one["seconds"],
        one["seconds"] / units,
        one["calls"] / units,
        one["call"]["p50"],
        one["call"]["p95"],
        one["events"] / units,
        one["commits"] / units,
        *(processors[name] / units for name in ("system", "client", "machine")),
    ]


def _steps(mode: dict[str, Any], units: int) -> str:
    chosen = [one for one in mode["batches"] if one["units"] == units]
    first = mode["first"]["steps"]
    rows = [
        [name, first[name]["p50"], *(one["steps"][name][at] for one in chosen for at in AT)]
        for name in first
    ]
    head = ["step", "first, alone"]
    for number in range(1, len(chosen) + 1):
        head += [f"run {number} p50", "p95"]
    return f"## Steps in ms, {mode['mode']}, {units} at once\n\n" + table(head, rows)
