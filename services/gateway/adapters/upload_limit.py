"""No request may be larger than the installation allows, said or not said beforehand."""

from collections.abc import MutableMapping
from typing import Any

from shared.web import problem

Message = MutableMapping[str, Any]
ROOM_FOR_FORM = 64 * 1024
JSON_LIMIT = 1024 * 1024


class TooMuch(Exception):  # noqa: N818 - ends reading
    """More came than may."""


class UploadLimit:
    """Counts what comes in: files up to the limit, everything else up to a megabyte."""

    def __init__(self, app: Any, limit: int) -> None:  # noqa: ANN401 - an ASGI application
        """Wrap the gateway; `limit` in bytes per file."""
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Message, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's
        """Refuse with 413 before the application has read too much."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        form = headers.get(b"content-type", b"").startswith(b"multipart/form-data")
        limit = self._limit + ROOM_FOR_FORM if form else JSON_LIMIT
        announced = headers.get(b"content-length", b"0")
        if announced.isdigit() and int(announced) > limit:
            await self._refuse(scope, receive, send)
            return
        size, answered = 0, False

        async def counted() -> Message:
            nonlocal size
            message: Message = await receive()
            size += len(message.get("body", b""))
            if size > limit:
                raise TooMuch
            return message

        async def noted(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            await self._app(scope, counted, noted)
        except TooMuch:
            if not answered:
                await self._refuse(scope, receive, send)

    async def _refuse(self, scope: Message, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's
        megabytes = self._limit // 1024 // 1024
        response = problem(
            413, "file_too_large", f"文件超过{megabytes}MB，请压缩或拆分后再上传。", "file"
        )
        await response(scope, receive, send)
