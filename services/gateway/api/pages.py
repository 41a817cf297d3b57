"""The web UI: its built files, and its one page for every address that is the UI's own."""

from pathlib import Path

from fastapi import FastAPI, Response
from fastapi.responses import FileResponse, HTMLResponse
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles

BUILT = Path(__file__).parents[1] / "web" / "dist"
NOT_BUILT = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>网页尚未生成</title>
<body style="font-family:sans-serif;max-width:40em;margin:10vh auto;padding:0 1em">
<h1>网页尚未生成</h1><p>接口 <code>/api/v1</code> 可以使用；网页请由运维人员执行
<code>scripts/web.sh</code>（<code>make run</code> 会自动执行）后刷新本页。</p></body></html>"""

NOT_PAGES = ("api/", "events/", "docs", "metrics", "healthz", "readyz", "openapi.json")
"""Where programs look: an address that is not there is not answered with a page."""
FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
PAGE = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": (
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:;"
        " object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
"""Only our own scripts run; Element Plus places things by inline styles."""


class Assets(StaticFiles):
    """Built files whose names change with what is in them."""

    def file_response(self, *arguments: object, **more: object) -> Response:
        """Let them be kept for ever."""
        response = super().file_response(*arguments, **more)  # type: ignore[arg-type]
        response.headers.update(FOR_EVER)
        return response


def add_pages(app: FastAPI, built: Path = BUILT) -> None:
    """Serve the UI where nothing else is; without a build, say how it is made."""
    assets = Assets(directory=built / "assets", check_dir=False)
    app.mount("/assets", GZipMiddleware(assets), name="assets")

    @app.get("/{path:path}", include_in_schema=False)
    async def page(path: str) -> Response:
        if path.startswith(NOT_PAGES):
            raise HTTPException(404)
        if path == "icon.svg" and (built / path).is_file():
            return FileResponse(built / path, headers=PAGE)
        index = built / "index.html"
        if not index.is_file():
            return HTMLResponse(NOT_BUILT, headers=PAGE)
        return FileResponse(index, headers=PAGE)
