"""The web UI's addresses are those that its build has recorded."""

import json
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from services.gateway.api.pages import add_pages

BUILT = {
    "index.html": "<!doctype html><title>UI</title>",
    "icon.svg": "<svg/>",
    "addresses.json": json.dumps(["/applications", "/sign-in"]),
    "assets/main-1.js": "run()",
}


async def ask(built: Path, path: str, method: str = "GET") -> httpx.Response:
    """Ask a gateway that has nothing but these pages."""
    app = FastAPI()
    add_pages(app, built)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as http:
        return await http.request(method, path)


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """Return a build."""
    for name, content in BUILT.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "path", ["/", "/applications", "/applications/", "/applications/PRT0000000001", "/sign-in"]
)
async def test_a_screens_address_is_the_one_page(built: Path, path: str) -> None:
    """And what is below it: the UI itself says when there is nothing."""
    answer = await ask(built, path)
    assert (answer.status_code, answer.text) == (200, BUILT["index.html"])
    assert answer.headers["content-security-policy"].startswith("default-src 'self'")
    head = await ask(built, path, "HEAD")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == answer.headers["content-length"]


@pytest.mark.parametrize("path", ["/icon.svg", "/assets/main-1.js"])
async def test_its_files_are_served_with_and_without_content(built: Path, path: str) -> None:
    """To GET and to HEAD."""
    assert (await ask(built, path)).text == BUILT[path[1:]]
    head = await ask(built, path, "HEAD")
    assert (head.status_code, head.content) == (200, b"")


@pytest.mark.parametrize("path", ["/payments", "/index.html", "/addresses.json", "/a/sign-in"])
async def test_any_other_address_is_not_there(built: Path, path: str) -> None:
    """Also one that a screen will have in another release."""
    assert (await ask(built, path)).status_code == 404


async def test_without_a_build_the_first_page_says_how_it_is_made(tmp_path: Path) -> None:
    """And all of it is there once it is built, without a new start."""
    assert "scripts/web.sh" in (await ask(tmp_path, "/")).text
    for path in ("/applications", "/icon.svg", "/assets/main-1.js"):
        assert (await ask(tmp_path, path)).status_code == 404
