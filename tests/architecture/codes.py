"""The codes that services say to users, read from their sources."""

import ast
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).parents[2]
TO_OPERATORS = ("services/host/", "shared/bus/")
"""What commands say to operators, in English; no page shows it."""

FUNCTIONS = {"problem": 1, "refused": 0}
"""Functions that are given a code, and where among their arguments."""

PASSED_ON: dict[str, tuple[str, ...]] = {
    "error.code": (),
    "event.code": (),
    "first.code": (),
    "refusal.code": (),
    "one.code": (),
    "code in services/roster/domain/resident_numbers.py": (),
    "HTTPStatus(error.status_code).name.lower()": ("not_found", "method_not_allowed"),
    "f'{field}_missing'": ("sex_missing", "birth_date_missing"),
    "f'{field}_disagrees'": ("sex_disagrees", "birth_date_disagrees"),
}
"""Codes that are not written where they are said, with those that come of it."""


def codes() -> dict[str, str]:
    """Return every code, and where it is said first."""
    trees = {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for folder in ("shared", "services")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "node_modules" not in path.parts
    }
    classes = {
        node.name: node
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    enumerations = dict(chain.from_iterable(map(_enumerated, classes.values())))
    found: dict[str, str] = {}
    for path, tree in trees.items():
        if not path.startswith(TO_OPERATORS):
            constants = enumerations | dict(_texts(tree.body))
            for said, line in _said(tree, classes):
                for code in _read(said, constants, path):
                    found.setdefault(code, f"{path}:{line}")
    return found


def _said(tree: ast.Module, classes: dict[str, ast.ClassDef]) -> Iterator[tuple[ast.expr, int]]:
    """Return the expressions that give a code."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and _is_refusal(node.name, classes):
            yield from ((code, node.lineno) for code in _fixed(node))
        elif isinstance(node, ast.Dict):
            keys = {
                ast.unparse(key): value
                for key, value in zip(node.keys, node.values, strict=True)
                if key
            }
            if {"'code'", "'message'"} <= set(keys):
                yield keys["'code'"], node.lineno
        elif isinstance(node, ast.Call):
            code = _given(node, classes)
            if code is not None:
                yield code, node.lineno


def _given(call: ast.Call, classes: dict[str, ast.ClassDef]) -> ast.expr | None:
    name = ast.unparse(call.func).rpartition(".")[2]
    if _is_refusal(name, classes):
        place = 0 if _takes_code(name, classes) else None
    else:
        place = FUNCTIONS.get(name, _field(classes.get(name)))
    if place is None:
        return None
    by_name = {keyword.arg: keyword.value for keyword in call.keywords}
    return call.args[place] if place < len(call.args) else by_name.get("code")


def _field(of: ast.ClassDef | None) -> int | None:
    """Return where a class has its code; None unless it has a message beside it."""
    body = of.body if of else []
    fields = [ast.unparse(one.target) for one in body if isinstance(one, ast.AnnAssign)]
    return fields.index("code") if {"code", "message"} <= set(fields) else None


def _is_refusal(name: str, classes: dict[str, ast.ClassDef]) -> bool:
    if name == "Refusal" or name not in classes:
        return name == "Refusal"
    return any(_is_refusal(ast.unparse(base), classes) for base in classes[name].bases)


def _takes_code(name: str, classes: dict[str, ast.ClassDef]) -> bool:
    """Return whether its first argument is a code: it may have one of its own instead."""
    for node in classes[name].body:
        if isinstance(node, ast.FunctionDef) and node.name == "__init__":
            return [argument.arg for argument in node.args.args[1:2]] == ["code"]
    return name == "Refusal" or _takes_code(ast.unparse(classes[name].bases[0]), classes)


def _fixed(refusal: ast.ClassDef) -> Iterator[ast.expr]:
    """Return the code that a class gives to `super().__init__` by itself."""
    for node in ast.walk(refusal):
        if (
            isinstance(node, ast.Call)
            and ast.unparse(node.func) == "super().__init__"
            and isinstance(node.args[0], ast.Constant)
        ):
            yield node.args[0]


def _enumerated(of: ast.ClassDef) -> Iterator[tuple[str, str]]:
    """Return the members of an enumeration of texts, as code names them."""
    return ((f"{of.name}.{name}", text) for name, text in _texts(of.body))


def _texts(body: list[ast.stmt]) -> Iterator[tuple[str, str]]:
    """Return the names that are given to texts."""
    for one in body:
        if isinstance(one, ast.Assign) and isinstance(one.value, ast.Constant):
            yield from ((ast.unparse(target), str(one.value.value)) for target in one.targets)


def _read(said: ast.expr, constants: dict[str, str], path: str) -> tuple[str, ...]:
    if isinstance(said, ast.Constant):
        return (str(said.value),)
    written = ast.unparse(said)
    if written in constants:
        return (constants[written],)
    known = PASSED_ON.get(written, PASSED_ON.get(f"{written} in {path}"))
    assert known is not None, f"{path}: where does {written} come from?"
    return known
