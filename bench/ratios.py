"""Compare the whole system with the floors of its parts."""

from typing import Any


def ratios(modes: list[dict[str, Any]], floors: dict[str, Any], units: int) -> list[list[object]]:
    """Return mode, name and ratio for the last batch of `units` in each mode."""
    http, bus = floors["bare FastAPI answer"], floors["RabbitMQ publish + consume"]
    rows: list[list[object]] = []
    for mode in modes:
        one = [batch for batch in mode["batches"] if batch["units"] == units][-1]
        insert = floors[f"INSERT, {mode['mode']}"]
        events = one["events"] / one["seconds"]
        calls, commits = one["calls"] / units, one["commits"] / units
        each = one["seconds"] / units
        name = mode["mode"]
        rows += [
            [name, "events/s", events],
            [name, "events/s of the whole / raw publish + consume", events / bus["per_second"]],
            [
                name,
                "bare answers that an application's calls would take, s",
                calls / http["per_second"],
            ],
            [name, "application / its calls as bare answers", each * http["per_second"] / calls],
            [name, "an application's commits as bare INSERTs, s", commits / insert["per_second"]],
            [name, "application / its commits as INSERTs", each * insert["per_second"] / commits],
            [name, "busy processors of two", one["processors"]["machine"] / one["seconds"]],
        ]
    return rows
