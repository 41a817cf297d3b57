"""Whoever adds a call that changes something says what the audit trail calls it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from fastapi.routing import APIRoute, RouteContext, iter_route_contexts

from services.gateway.api.audited import CHANGING
from services.gateway.api.entering import Audited
from services.gateway.app import SERVICE
from services.host.registry import NAMES
from shared.http.app import build_app
from tests.commands import described
from tests.gateway.conftest import Gateway

CHANGE_NOTHING = {
    ("POST", "/api/v1/auth/captcha"): "a question; what is answered to it is noted",
    (
        "POST",
        "/api/v1/applications/{application_no}/lines/{plan}/persons/search",
    ): "a search that keeps names out of addresses",
    ("POST", "/api/v1/billings/{application_no}/preview"): "nothing of it is kept",
    ("POST", "/api/v1/payments/preview"): "nothing of it is kept",
    ("POST", "/api/v1/auth/second-factor/key"): "nothing of it is kept",
    ("POST", "/api/v1/notices/{notice_id}/read"): "only that its reader has seen it",
    ("POST", "/api/v1/notices/read-all"): "only that its reader has seen them",
}
SERVICES = Path(__file__).parents[2] / "services"
TEXTS = SERVICES / "gateway/web/src/texts/zh/audit.json"
READS_IN_FULL = {
    "attachment.read",
    "failed_rows.read",
    "import.columns_read",
    "warnings.read",
    "person.read",
    "print.read",
    "roster.exported",
    "payment_notice.printed",
    "confirmation.printed",
}


def _routes(gateway: Gateway) -> Iterator[tuple[str, str, list[str]]]:
    """Yield method, path and declared actions of every call of the real application."""
    assert SERVICE.extend is not None
    app = build_app(SERVICE.name, SERVICE.title, gateway.transactions)
    app.include_router(SERVICE.router)
    SERVICE.extend(app)
    for route in iter_route_contexts(app.routes):
        if isinstance(route.original_route, APIRoute):
            actions = [one.action for one in route.dependencies if isinstance(one, Audited)]
            for method in _methods(route):
                yield method, str(route.path), actions


def _methods(route: RouteContext) -> set[str]:
    return set(route.methods or ())


async def test_every_changing_call_declares_its_audit_action(gateway: Gateway) -> None:
    """One each; what changes nothing is named here with its reason, and nothing else is."""
    changing = [one for one in _routes(gateway) if one[0] in CHANGING]
    assert len(changing) > 25
    silent = {(method, path) for method, path, actions in changing if len(actions) != 1}
    assert silent == set(CHANGE_NOTHING)


async def test_what_hands_out_full_data_declares_its_audit_action_too(gateway: Gateway) -> None:
    """The names that other systems may know stay."""
    declared = {action for _, _, actions in _routes(gateway) for action in actions}
    assert declared >= READS_IN_FULL


async def test_an_action_is_named_for_one_call(gateway: Gateway) -> None:
    """Failed rows are read as a workbook or as data."""
    actions = [action for _, _, of_route in _routes(gateway) for action in of_route]
    assert sorted({one for one in actions if actions.count(one) > 1}) == ["failed_rows.read"]
    assert all(action.count(".") == 1 for action in actions)


async def test_every_action_has_a_name_on_the_screen(gateway: Gateway) -> None:
    """Those of calls and those of commands; no name is left of an action that is gone."""
    declared = {action for _, _, of_route in _routes(gateway) for action in of_route}
    for command in described().values():
        declared |= {action for action, _ in (command.get_default("audit") or {}).values()}
    texts = json.loads(TEXTS.read_text(encoding="utf-8"))["actions"]
    named = {f"{thing}.{done}" for thing, names in texts.items() for done in names}
    assert named == declared


def test_every_reason_for_a_refusal_has_words_for_whoever_reads_the_trail() -> None:
    """Codes that calls are answered with; those about a file are told in its batch."""
    raised = re.compile(
        r"(?:Conflict|Invalid|TooMany|PreconditionFailed|UploadTooLarge)\(\s*\"([a-z]+(?:_[a-z]+)+)\""
    )
    found = {
        code
        for service in NAMES
        for path in (SERVICES / service).rglob("*.py")
        if "adapters" not in path.parts and path.name != "imports.py"
        for code in raised.findall(path.read_text(encoding="utf-8"))
    }
    assert len(found) > 20
    words = json.loads(TEXTS.read_text(encoding="utf-8"))["codes"]
    assert sorted(found - set(words)) == []
