"""Handlers are given their transaction; who opens more is known (docs/decisions/0015)."""

import ast
from pathlib import Path

SERVICES = Path(__file__).parents[2] / "services"
OPEN_SEVERAL = {
    "gateway/handlers/clients.py grant_token",
    "gateway/handlers/codes.py ask_code",
    "gateway/handlers/codes.py prove",
    "gateway/handlers/deliveries.py __init__",
    "gateway/handlers/deliveries.py deliver",
    "gateway/handlers/messages_sending.py __init__",
    "gateway/handlers/messages_sending.py send_messages",
    "gateway/handlers/passwords.py change_password",
    "gateway/handlers/second_factors.py _begin_try",
    "gateway/handlers/second_factors.py pass_second_factor",
    "gateway/handlers/sessions.py admit",
    "gateway/handlers/sessions.py sign_in",
    "gateway/handlers/trail.py begin",
    "gateway/handlers/trail.py settle",
    "gateway/handlers/webhooks.py probe",
}


def _functions() -> list[tuple[str, ast.AsyncFunctionDef | ast.FunctionDef]]:
    return [
        (f"{path.relative_to(SERVICES)} {node.name}", node)
        for path in SERVICES.glob("*/handlers/*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef)
    ]


def test_who_opens_transactions_is_known() -> None:
    """Every other handler runs in the one of whoever calls it."""
    found = {
        name
        for name, function in _functions()
        for argument in (*function.args.args, *function.args.kwonlyargs)
        if argument.annotation is not None and ast.unparse(argument.annotation) == "Transactions"
    }
    assert found == OPEN_SEVERAL


def test_no_handler_and_no_repository_commits() -> None:
    """What is done commits together with what it announces, or not at all."""
    committing = [
        str(path.relative_to(SERVICES))
        for room in ("handlers", "repository")
        for path in SERVICES.glob(f"*/{room}/*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"commit", "rollback"}
    ]
    assert committing == []
