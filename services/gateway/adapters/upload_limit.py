"""Limits the size of requests, announced by Content-Length or not."""

from collections.abc import MutableMapping
from typing import Any

from fastapi import Response
from starlette.exceptions import HTTPException

from shared.http.problems import problem

Message = MutableMapping[str, Any]
ROOM_FOR_FORM = 64 * 1024
MEGABYTE = 1024 * 1024
JSON_LIMIT = MEGABYTE
TOO_LARGE = 413


class UploadLimit:
    """Counts received bytes: uploads up to the limit, everything else up to a megabyte."""

    def __init__(self, app: Any, limit: int) -> None:  # noqa: ANN401 - an ASGI application
        """Wrap the gateway; `limit` in bytes per file."""
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Message, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's
        """Answer 413 before the application has read too much."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        form = headers.get(b"content-type", b"").startswith(b"multipart/form-data")
        limit = self._limit + ROOM_FOR_FORM if form else JSON_LIMIT
        announced = headers.get(b"content-length", b"0")
        if announced.isdigit() and int(announced) > limit:
            await self._refusal(file=form)(scope, receive, send)
            return
        size, answered = 0, False

        async def counted() -> Message:
            nonlocal size
            message: Message = await receive()
            size += len(message.get("body", b""))
            if size > limit:
                # The application stops reading; its answer is replaced below.
                raise HTTPException(TOO_LARGE)
            return message

        async def kept(message: Message) -> None:
            nonlocal answered
            if size <= limit:
                answered = True
            if answered:
                await send(message)

        await self._app(scope, counted, kept)
        if size > limit and not answered:
            await self._refusal(file=form)(scope, receive, send)

    def _refusal(self, *, file: bool) -> Response:
        if not file:
            message = "请求内容超过1MB，请减少内容后重试。"
            return problem(TOO_LARGE, "request_too_large", message)
        megabytes = self._limit // MEGABYTE
        message = f"文件超过{megabytes}MB，请压缩或拆分后再上传。"
        return problem(TOO_LARGE, "file_too_large", message, "file")
