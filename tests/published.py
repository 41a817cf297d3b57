"""What others read: the words of the API's description, of the web pages, of the documentation."""

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
DESCRIPTION = ROOT / "docs" / "api" / "openapi.json"
TEXTS = ROOT / "services" / "gateway" / "web" / "src" / "texts" / "zh"


def schema(name: str) -> dict[str, Any]:
    """Return a schema of the API's description."""
    found: dict[str, Any] = json.loads(DESCRIPTION.read_text(encoding="utf-8"))
    return dict(found["components"]["schemas"][name])


def words_of_api(name: str) -> list[str]:
    """Return the words that a field of this type may hold."""
    return list(schema(name)["enum"])


def texts_of_pages(name: str) -> dict[str, Any]:
    """Return the Chinese texts of a group of pages."""
    return dict(json.loads((TEXTS / f"{name}.json").read_text(encoding="utf-8")))


def page(name: str) -> str:
    """Return a page of the documentation."""
    return (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")
