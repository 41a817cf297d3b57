"""Serves every template on sample data, drawn anew at each look: `make preview`."""

import argparse
from collections.abc import Callable, Mapping

import uvicorn
from fastapi import FastAPI, HTTPException, Response
from fastapi.responses import HTMLResponse

from services.documents.adapters.drawing import PDF, draw
from services.documents.domain.contents import PaperContent
from services.documents.domain.limits import drawing_seconds
from services.documents.domain.receipt import ReceiptPaper
from shared.runtime.child import ChildProcess
from tests.documents.samples import (
    CASE_A,
    CASE_C,
    CASE_D,
    HOSTILE_NAME,
    LONG_LINES,
    WOMEN_8_TIMES_10,
    confirmation,
    notice,
    preview,
    receipt,
)

SAMPLES: Mapping[str, Callable[[], PaperContent]] = {
    "notice-two-lines": lambda: notice(*CASE_A),
    "notice-with-subsidy": lambda: notice(*CASE_D),
    "notice-long": lambda: notice(*LONG_LINES),
    "notice-hostile-name": lambda: notice(*CASE_C, unit=HOSTILE_NAME),
    "confirmation-25": lambda: confirmation(25),
    "confirmation-1000": lambda: confirmation(1_000),
    "receipt": lambda: ReceiptPaper.of(receipt(WOMEN_8_TIMES_10)),
    "receipt-preview": preview,
}
"""Papers by name."""


def app() -> FastAPI:
    """Return the pages: a list of the samples, and each as PDF."""
    pages = FastAPI(openapi_url=None)

    @pages.get("/")
    async def list_samples() -> HTMLResponse:
        links = "".join(f'<li><a href="/{name}.pdf">{name}</a>' for name in SAMPLES)
        return HTMLResponse(f"<!doctype html><title>Papers</title><ul>{links}</ul>")

    @pages.get("/{name}.pdf")
    async def show(name: str) -> Response:
        if name not in SAMPLES:
            raise HTTPException(404)
        # A process of its own: it reads layouts and style as they are now.
        child = ChildProcess()
        try:
            paper = SAMPLES[name]()
            content = await child.run(drawing_seconds([paper]), draw, paper)
        finally:
            child.stop()
        return Response(content, media_type=PDF)

    return pages


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--port", type=int, default=8010)
    uvicorn.run(app(), host="127.0.0.1", port=arguments.parse_args().port)
