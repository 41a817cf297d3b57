"""The web UI: its built files, and its page at the address of every screen.

The build lists these addresses (`vite.config.ts`); all others are 404.
"""

import json
from pathlib import Path

from fastapi import FastAPI, Response
from fastapi.responses import FileResponse, HTMLResponse
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.routing import Match, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

BUILT = Path(__file__).parents[1] / "web" / "dist"
ADDRESSES = "addresses.json"
ICON = "/icon.svg"
NOT_BUILT = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>网页尚未生成</title>
<body style="font-family:sans-serif;max-width:40em;margin:10vh auto;padding:0 1em">
<h1>网页尚未生成</h1><p>接口 <code>/api/v1</code> 可以使用；网页请由运维人员执行
<code>scripts/web.sh</code>（<code>make run</code> 会自动执行）后刷新本页。</p></body></html>"""

FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
PAGE = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": (
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:;"
        " object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
}
"""Only our own scripts run; Element Plus places things by inline styles."""


class Assets(StaticFiles):
    """Built files, whose names contain a hash of their content."""

    async def check_config(self) -> None:
        """Answer 404 while nothing is built."""

    def file_response(self, *arguments: object, **more: object) -> Response:
        """Let clients cache them for ever."""
        response = super().file_response(*arguments, **more)  # type: ignore[arg-type]
        response.headers.update(FOR_EVER)
        return response


class Screens(Route):
    """The addresses of the screens; any other is 404."""

    def __init__(self, built: Path) -> None:
        """Take the folder of the build; it may be built anew while this runs."""
        super().__init__("/{path:path}", self._page, methods=["GET"], include_in_schema=False)
        self._built = built

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Match the addresses of screens only."""
        return super().matches(scope) if self._has(scope["path"]) else (Match.NONE, {})

    def _has(self, path: str) -> bool:
        if path == "/":
            return True
        if path == ICON:
            return (self._built / ICON[1:]).is_file()
        try:
            screens = json.loads((self._built / ADDRESSES).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return False
        return "/" + path.split("/")[1] in screens

    async def _page(self, request: Request) -> Response:
        if request.url.path == ICON:
            return FileResponse(self._built / ICON[1:], headers=PAGE)
        index = self._built / "index.html"
        if not index.is_file():
            return HTMLResponse(NOT_BUILT, headers=PAGE)
        return FileResponse(index, headers=PAGE)


def add_pages(app: FastAPI, built: Path = BUILT) -> None:
    """Serve the UI; without a build, a page that says how to make it."""
    assets = Assets(directory=built / "assets", check_dir=False)
    app.mount("/assets", GZipMiddleware(assets), name="assets")
    app.router.routes.append(Screens(built))
