"""Calls that schemathesis invents from the OpenAPI description, and checks against it."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from tests.schema.example_calls import ExampleCall

Json = dict[str, Any]

SEED = 20261128
LIKELY = 0.8
"""Probability that a parameter names something that exists."""
OFF = {"enabled": False}
UNCHECKED = {
    # Rules that a schema cannot express (fees, states, days) also answer 422.
    "positive_data_acceptance": OFF,
    # These follow what calls create and delete; here every call is independent.
    "use_after_free": OFF,
    "ensure_resource_availability": OFF,
    "object_level_authorization": OFF,
}
WHERE = {
    "application_no": ("path.application_no", "body.application_no", "body.application_nos[*]"),
    "confirmation_no": ("path.confirmation_no", "body.confirmation_nos[*]"),
    "plan": ("path.plan", "body.lines[*].plan"),
}
"""Where each is named; the others in the path only."""


@dataclass
class CallResults:
    """Counts of calls and statuses, and what was wrong."""

    calls: Counter[str] = field(default_factory=Counter)
    """Number by operation."""
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    """Number by operation and status."""
    faults: dict[str, str] = field(default_factory=dict)
    """One failure of each kind, by operation and check."""


def described(document: Json, calls: Mapping[str, ExampleCall], wanted: Collection[str]) -> Json:
    """Return the description of some operations, with one example call each.

    Without their `default` response: every status must be described.
    """
    cut = deepcopy(document)
    for path, found in list(cut["paths"].items()):
        kept = {method: call for method, call in found.items() if call["operationId"] in wanted}
        for call in kept.values():
            del call["responses"]["default"]
            _exemplify(call, calls.get(call["operationId"], ExampleCall()))
        if kept:
            cut["paths"][path] = kept
        else:
            del cut["paths"][path]
    return cut


def _exemplify(call: Json, example: ExampleCall) -> None:
    for parameter in call.get("parameters", ()):
        if parameter["in"] == "path":
            parameter["example"] = example.path[parameter["name"]]
        elif parameter["name"] == "Idempotency-Key":
            parameter["example"] = f"{call['operationId']}-example"
    for content in call.get("requestBody", {}).get("content", {}).values():
        if example.body is not None:
            content["example"] = example.body


def invent_calls(
    document: Json,
    address: str,
    headers: Mapping[str, str],
    things: Mapping[str, Sequence[str]],
    *,
    limits: bool,
    examples: int,
) -> CallResults:
    """Send invented calls, the same ones each time; returns their results.

    `limits` tries every limit of parameters and fields; `examples` is the number of random calls
    per operation, half of them invalid.
    """
    config = SchemathesisConfig.from_dict(
        {
            "seed": SEED,
            "base-url": address,
            "headers": dict(headers),
            "request-timeout": 30,
            "continue-on-failure": True,
            "dictionaries": {name: {"values": list(them)} for name, them in things.items()},
            "parameters": {
                "query.wait": 0,  # nobody waits for an event that may come
                **{
                    place: {"dictionary": name, "probability": LIKELY}
                    for name in things
                    for place in WHERE.get(name, (f"path.{name}",))
                },
            },
            "generation": {
                "max-examples": examples,
                "no-shrink": True,
                "database": "none",
                "with-security-parameters": False,
            },
            "phases": {
                "examples": {"enabled": True},
                "coverage": {
                    "enabled": limits,
                    "unexpected-methods": ["PUT", "PATCH", "DELETE"],
                },
                "fuzzing": {"enabled": examples > 0},
                "stateful": OFF,
            },
            "checks": UNCHECKED,
            "operations": [
                # Who has signed out already may do so again.
                {"include-operation-id": "post_logout", "checks": {"ignored_auth": OFF}}
            ],
        }
    )
    results = CallResults()
    for event in from_schema(schemathesis.openapi.from_dict(document, config=config)).execute():
        if isinstance(event, events.ScenarioFinished):
            _note(results, event)
        elif isinstance(event, events.NonFatalError):
            results.faults[f"{event.label}: error"] = str(event.info)
        elif isinstance(event, events.FatalError):
            raise event.exception
    return results


def _note(results: CallResults, scenario: events.ScenarioFinished) -> None:
    recorder = scenario.recorder
    for interaction in recorder.interactions.values():
        results.calls[recorder.label] += 1
        if interaction.response is not None:
            results.statuses[recorder.label, interaction.response.status_code] += 1
    for checks in recorder.checks.values():
        for check in checks:
            if check.failure_info is not None:
                found = f"{recorder.label}: {check.name}"
                failure = check.failure_info
                results.faults.setdefault(
                    found, f"{failure.failure.message}\n{failure.code_sample}"
                )
