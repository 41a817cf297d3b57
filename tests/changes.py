"""Small changes of a rule's source: an operator, a boolean or a constant."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

OPERATORS: dict[type[ast.AST], tuple[type[ast.AST], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.And: (ast.Or,),
    ast.Or: (ast.And,),
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div,),
    ast.Div: (ast.Mult,),
    ast.FloorDiv: (ast.Mult,),
    ast.Mod: (ast.FloorDiv,),
    ast.LShift: (ast.RShift,),
    ast.BitAnd: (ast.BitOr,),
    ast.USub: (ast.UAdd,),
}
NO_RULES = frozenset({"annotation", "returns", "decorator_list"})
"""Parts of a definition that mypy judges."""
REFUSALS = frozenset({"Conflict", "Forbidden", "Invalid", "Reason", "refused", "_refused"})
"""What takes a message for users."""
LONGEST_SHOWN = 70
"""Characters of the expression around a change."""
_HAN = re.compile("[一-鿿]")
_SENTENCE = re.compile("[一-鿿].*[。！]$")
_FIGURES = re.compile(r"[0-9]+(\.[0-9]+)?")


@dataclass(frozen=True)
class Change:
    """A changed module: the line, the expression there before and after, and the whole tree."""

    line: int
    before: str
    after: str
    tree: ast.Module


def changes(source: str) -> Iterator[Change]:
    """Yield every change of a module alone; its tree is good until the next is asked for."""
    tree = ast.parse(source)
    for node, around in list(_nodes(tree)):
        for name, new in _variants(node):
            old = getattr(node, name)
            shown = around if len(ast.unparse(around)) <= LONGEST_SHOWN else node
            before = ast.unparse(shown)
            setattr(node, name, new)
            yield Change(node.lineno, before, ast.unparse(shown), tree)
            setattr(node, name, old)


def _nodes(
    parent: ast.AST, *, message: bool = False
) -> Iterator[tuple[ast.expr | ast.AugAssign, ast.AST]]:
    """Yield each expression that may change, with the one around it."""
    message = message or isinstance(parent, ast.JoinedStr) or _name(parent) in REFUSALS
    for field, children in ast.iter_fields(parent):
        for node in children if isinstance(children, list) else [children]:
            if not isinstance(node, ast.AST) or field in NO_RULES or _says_nothing(node):
                continue
            if isinstance(node, ast.expr | ast.AugAssign) and not (
                isinstance(node, ast.Constant) and _is_message(node.value, among=message)
            ):
                whole = isinstance(parent, ast.expr) and not isinstance(parent, ast.JoinedStr)
                yield node, parent if whole else node
            yield from _nodes(node, message=message)


def _says_nothing(node: ast.AST) -> bool:
    """Return whether a node is a docstring, a description, or the name of a type variable."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if isinstance(node, ast.keyword):
        return node.arg == "description"
    return _name(node) == "TypeVar"


def _name(node: ast.AST) -> str | None:
    return node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else None


def _is_message(value: object, *, among: bool) -> bool:
    """Return whether a text is Chinese for users; words that stand in tables are none."""
    if not isinstance(value, str):
        return False
    return bool(_HAN.search(value) if among else _SENTENCE.search(value))


def _variants(node: ast.AST) -> Iterator[tuple[str, object]]:
    """Yield the fields of a node with other values."""
    match node:
        case ast.Compare(ops=operators):
            for place, operator in enumerate(operators):
                for other in OPERATORS[type(operator)]:
                    yield "ops", [*operators[:place], other(), *operators[place + 1 :]]
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield "operand", ast.UnaryOp(ast.Not(), operand, lineno=node.lineno, col_offset=0)
        case ast.BoolOp() | ast.BinOp() | ast.AugAssign() | ast.UnaryOp():
            for other in OPERATORS.get(type(node.op), ()):
                yield "op", other()
        case ast.Constant(value=bool(value)):
            yield "value", not value
        case ast.Constant(value=int(value) | float(value)):
            yield "value", value + 1
        case ast.Constant(value=str(value)):
            yield "value", _other_text(value)


def _other_text(text: str) -> str:
    """Return figures with another last one, and any other text a letter longer."""
    if _FIGURES.fullmatch(text):
        return f"{text[:-1]}{(int(text[-1]) + 1) % 10}"
    return f"{text}x"
