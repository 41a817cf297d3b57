"""Refusals as HTTP says them: RFC 9457 problem details, the same from every service."""

from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.routing import Match

from shared.errors import Refusal, StorageAway
from shared.http.field_names import field_name
from shared.http.input_reasons import reason_for
from shared.runtime.faults import describe, is_bad_value, is_database_down
from shared.runtime.log import correlated, correlation_id, get_logger

log = get_logger(__name__)

MEDIA_TYPE = "application/problem+json"
IDEMPOTENCY_KEY = "Idempotency-Key"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


class InputError(BaseModel):
    """What is wrong with one field of the input."""

    field: str = Field(description="Where it stands: names and places in lists, with dots between")
    name: str = Field(description="What pages call it, in Chinese; empty when they do not show it")
    code: str = Field(description="Stable code of the reason")
    reason: str = Field(description="What is wrong, in Chinese")


class Problem(BaseModel):
    """Why a call was refused (RFC 9457); `code` is stable, `detail` says in Chinese what to do."""

    type: str = Field(description="`urn:problem:` and the code")
    title: str = Field(description="The status in words")
    status: int
    code: str
    detail: str
    correlation: str = Field(description="Names the request in the logs")
    field: str | None = Field(None, description="The field meant; absent when it is none")
    errors: list[InputError] | None = Field(
        None, description="Every wrong field; only with the code `invalid_input`"
    )


def problem(
    status: int,
    code: str,
    message: str,
    field: str | None = None,
    errors: list[InputError] | None = None,
) -> Response:
    """Return a problem: a stable code, a sentence for the user, the field."""
    content = Problem(
        type=f"urn:problem:{code}",
        title=HTTPStatus(status).phrase,
        status=status,
        code=code,
        detail=message,
        correlation=correlation_id(),
        field=field or None,
        errors=errors,
    )
    return Response(content.model_dump_json(exclude_none=True), status, media_type=MEDIA_TYPE)


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    response = problem(error.status, error.code, error.message, error.field)
    return _later(response, error.retry_after) if error.retry_after else response


def _later(response: Response, seconds: int) -> Response:
    """Add Retry-After, in seconds."""
    response.headers["Retry-After"] = str(seconds)
    return response


async def _invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    if any(item["loc"] == ("header", IDEMPOTENCY_KEY) for item in error.errors()):
        message = "Idempotency-Key 须为1到200个可见的ASCII字符，不含空格；请补上或修改后重新提交。"
        return problem(422, "idempotency_key_missing", message, IDEMPOTENCY_KEY)
    errors = [
        InputError(
            # Broken JSON has no field, only a place in the text.
            field="" if item["type"] == "json_invalid" else ".".join(map(str, item["loc"][1:])),
            name="" if item["type"] == "json_invalid" else field_name(item["loc"][1:]),
            code=item["type"],
            reason=reason_for(item["type"], item.get("ctx", {})),
        )
        for item in error.errors()
    ]
    # A body that a dependency takes too, as for the audit trail, is found wrong twice.
    errors = [one for place, one in enumerate(errors) if one not in errors[:place]]
    first = errors[0]
    about = f"{first.name}：{first.reason}" if first.name else first.reason
    message = f"填写的内容不符合要求（{about}），请检查后重新提交。"
    return problem(422, "invalid_input", message, first.field, errors)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    sentences = {404: "没有这个地址，请检查后重试。", 405: "这个地址不支持此操作。"}
    response = problem(
        error.status_code,
        HTTPStatus(error.status_code).name.lower(),
        sentences.get(error.status_code, "请求无法处理，请检查后重试。"),
    )
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        response.headers["Allow"] = ", ".join(_allowed(request))
    return response


def _allowed(request: Request) -> list[str]:
    """Return the methods that an address has; each is a route of its own."""
    found = set()
    for method in METHODS:
        scope = {**request.scope, "method": method}
        if any(route.matches(scope)[0] is Match.FULL for route in request.app.router.routes):
            found.add(method)
    return sorted(found)


async def _failed(request: Request, error: Exception) -> Response:
    # The handler of unexpected exceptions runs outside of the middleware with the correlation.
    with correlated(request.scope.get("correlation") or correlation_id()):
        return _fault(error)


def _fault(error: Exception) -> Response:
    if is_bad_value(error):
        return problem(422, "invalid_input", "填写的内容含有无法保存的字符，请检查后重新提交。")
    stored, away = isinstance(error, StorageAway), is_database_down(error)
    log.error("request_failed", reason=describe(error), exc_info=None if stored or away else error)
    if stored:
        message = "文件暂时无法存取，请稍后重试。"
        return _later(problem(503, "storage_away", message), StorageAway.retry_after)
    if away:
        return _later(problem(503, "unavailable", "系统暂时繁忙，请稍后重试。"), 1)
    return problem(500, "internal_error", "系统出现错误，请稍后重试；如仍失败请联系办事处。")


def answer_problems(app: FastAPI) -> None:
    """Let an application answer every error as a problem."""
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    # Registered by its type: the handler for Exception closes the client's connection.
    app.add_exception_handler(SQLAlchemyError, _failed)
    app.add_exception_handler(StorageAway, _failed)
    app.add_exception_handler(Exception, _failed)
