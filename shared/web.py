"""HTTP as every service speaks it: who asks, one transaction per command, problem details."""

import hashlib
import json
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import AbstractAsyncContextManager
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Header, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel
from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException

from shared.caller import Caller, read_token
from shared.errors import Invalid, Refusal, StillArriving, Unauthenticated
from shared.log import correlated, correlation_of, get_logger
from shared.messaging.arrival import caught_up
from shared.messaging.faults import describe, is_bad_value, is_database_down
from shared.messaging.tables import answers
from shared.messaging.transaction import Transaction, Transactions

log = get_logger(__name__)

PROBLEM = "application/problem+json"
Scope = MutableMapping[str, Any]


def transactions_of(request: Request) -> Transactions:
    """Give the transactions of the service that answers."""
    found: Transactions = request.app.state.transactions
    return found


async def caller_of(
    request: Request, authorization: Annotated[str | None, Header(include_in_schema=False)] = None
) -> Caller:
    """Read the gateway's token, and wait until our copies are as new as what it has seen."""
    if authorization is None or not authorization.startswith("Bearer "):
        raise Unauthenticated
    transactions = transactions_of(request)
    settings = transactions.resources.settings
    caller = read_token(authorization.removeprefix("Bearer "), settings.token_public_key)
    await caught_up(transactions, request.app.state.service, caller.seen)
    return caller


class Command:
    """One request's work: who asks, and the transaction it may open."""

    def __init__(
        self,
        request: Request,
        caller: Annotated[Caller, Depends(caller_of)],
        idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
        if_match: Annotated[str | None, Header()] = None,
    ) -> None:
        """Be made by FastAPI."""
        self.caller = caller
        self.transactions = transactions_of(request)
        self.key = idempotency_key
        self.if_match = if_match.strip('W/"') if if_match else None
        self._path = f"{request.method} {request.url.path}"

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """Open the one transaction of a command, or of a read."""
        return self.transactions.begin()

    async def once(
        self, body: BaseModel, act: Callable[[Transaction], Awaitable[BaseModel]], status: int = 201
    ) -> Response:
        """Carry out a creating call once per `Idempotency-Key`, with one answer.

        A second call at the same time waits for the first; the same key with another body is 422.
        """
        if not self.key:
            raise Invalid("idempotency_key_missing", "请求缺少 Idempotency-Key，请重新提交。")
        digest = hashlib.sha256(f"{self._path}\n{body.model_dump_json()}".encode()).hexdigest()
        async with self.transaction() as tx:
            found = await self._claim(tx, digest)
            if found is not None:
                return JSONResponse(found, status)
            answer = (await act(tx)).model_dump(mode="json")
            await tx.session.execute(
                update(answers)
                .where(answers.c.caller == self.caller.account_id, answers.c.key == self.key)
                .values(answer=answer)
            )
        return JSONResponse(answer, status)

    async def _claim(self, tx: Transaction, digest: str) -> Any:  # noqa: ANN401 - any JSON answer
        mine = await tx.session.scalar(
            upsert(answers)
            .values(caller=self.caller.account_id, key=self.key, digest=digest, created_at=tx.now)
            .on_conflict_do_nothing()
            .returning(answers.c.key)
        )
        if mine is not None:
            return None
        row = (
            await tx.session.execute(
                select(answers.c.digest, answers.c.answer).where(
                    answers.c.caller == self.caller.account_id, answers.c.key == self.key
                )
            )
        ).one()
        if row.digest != digest:
            raise Invalid(
                "idempotency_key_reused", "同一个 Idempotency-Key 已用于另一请求，请更换后重试。"
            )
        return row.answer


CommandOf = Annotated[Command, Depends()]


class Correlation:
    """Runs each request under one correlation id, from `traceparent` or new."""

    def __init__(self, app: Any, service: str) -> None:  # noqa: ANN401 - an ASGI application
        """Wrap the application of one service."""
        self._app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's
        """Set the id, answer with it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        header = dict(scope["headers"]).get(b"traceparent", b"").decode("latin-1")
        correlation = correlation_of(header)

        async def send_with_id(message: Scope) -> None:
            if message["type"] == "http.response.start":
                message["headers"].append((b"x-correlation-id", correlation.encode()))
            await send(message)

        with correlated(correlation, service=self._service):
            await self._app(scope, receive, send_with_id)


def problem(
    status: int, code: str, message: str, field: str | None = None, **more: object
) -> Response:
    """Write an RFC 9457 problem: a stable code, a sentence for the user, the field meant."""
    content = {
        "type": f"urn:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": message,
        **({"field": field} if field else {}),
        **more,
    }
    return Response(json.dumps(content, ensure_ascii=False), status, media_type=PROBLEM)


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    response = problem(error.status, error.code, error.message, error.field)
    if isinstance(error, StillArriving):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


async def _invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    errors = [
        {"field": ".".join(str(part) for part in item["loc"][1:]), "code": item["type"]}
        for item in error.errors()
    ]
    field = errors[0]["field"] if errors else None
    named = f"（{field}）" if field else ""
    return problem(
        422,
        "invalid_input",
        f"填写的内容不符合要求{named}，请检查后重新提交。",
        field,
        errors=errors,
    )


async def _http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    sentences = {404: "没有这个地址，请检查后重试。", 405: "这个地址不支持此操作。"}
    return problem(
        error.status_code,
        HTTPStatus(error.status_code).name.lower(),
        sentences.get(error.status_code, "请求无法处理，请检查后重试。"),
    )


async def _failed(_: Request, error: Exception) -> Response:
    if is_bad_value(error):
        return problem(422, "invalid_input", "填写的内容含有无法保存的字符，请检查后重新提交。")
    away = is_database_down(error)
    log.error("request_failed", reason=describe(error), exc_info=None if away else error)
    if away:
        response = problem(503, "unavailable", "系统暂时繁忙，请稍后重试。")
        response.headers["Retry-After"] = "1"
        return response
    return problem(500, "internal_error", "系统出现错误，请稍后重试；如仍失败请联系办事处。")


def build_app(service: str, title: str, transactions: Transactions) -> FastAPI:
    """Make the web application of a service, without its own routes yet."""
    production = transactions.resources.settings.production
    app = FastAPI(
        title=title, version="1", docs_url=None if production else "/docs", redoc_url=None
    )
    app.state.service = service
    app.state.transactions = transactions
    app.add_middleware(Correlation, service=service)
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    # Named by itself: the handler of every other exception ends the client's connection.
    app.add_exception_handler(DBAPIError, _failed)
    app.add_exception_handler(Exception, _failed)

    @app.get("/healthz", include_in_schema=False)
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/readyz", include_in_schema=False)
    async def readyz() -> dict[str, str]:
        async with transactions.begin() as tx:
            await tx.session.execute(text("SELECT 1"))
        return {"status": "ready"}

    @app.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return app
