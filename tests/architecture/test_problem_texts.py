"""Whatever a service refuses, the English pages say in English."""

import ast
import json

from shared.http.field_names import field_name
from tests.architecture.codes import ROOT, codes

TEXTS = json.loads(
    (ROOT / "services/gateway/web/src/texts/en/problems.json").read_text(encoding="utf-8")
)


def _keys(module: str, name: str) -> set[str]:
    """Return the keys of a table in a module."""
    tree = ast.parse((ROOT / module).read_text(encoding="utf-8"))
    tables = [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name
    ]
    assert isinstance(tables[0], ast.Dict)
    return {str(ast.literal_eval(key)) for key in tables[0].keys if key}


def test_every_code_has_an_english_sentence() -> None:
    """Codes of refusals, objections and imports; no sentence is left of a code that is gone."""
    found = codes()
    assert len(found) > 100
    missing = {code: place for code, place in found.items() if code not in TEXTS["codes"]}
    assert missing == {}
    assert sorted(set(TEXTS["codes"]) - set(found)) == []


def test_every_reason_for_wrong_input_is_said_in_english() -> None:
    """Those that the server says in Chinese."""
    module = "shared/http/input_reasons.py"
    reasons = _keys(module, "_REASONS") | _keys(module, "_MEASURED")
    assert len(reasons) > 30
    assert sorted(reasons - set(TEXTS["reasons"])) == []


def test_every_field_with_a_chinese_name_has_an_english_one() -> None:
    """And no other."""
    named = _keys("shared/http/field_names.py", "_NAMES")
    assert len(named) > 50
    assert set(TEXTS["fields"]) == named
    assert all(field_name([name]) for name in TEXTS["fields"])
