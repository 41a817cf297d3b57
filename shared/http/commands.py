"""One call of a service: who asks, its one transaction, and one answer per Idempotency-Key."""

import hashlib
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel
from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from shared.bus.own_writes import begin_consumed
from shared.bus.tables import answers
from shared.bus.transaction import Transaction, Transactions
from shared.errors import Invalid, Unauthenticated
from shared.http.dependencies import made
from shared.http.headers import KEY_PATTERN, LONGEST_KEY, versions_of
from shared.http.problems import IDEMPOTENCY_KEY
from shared.identity.caller import Caller
from shared.identity.token import read_token
from shared.runtime.resources import Resources


def transactions_of(request: Request) -> Transactions:
    """Return the transactions of the service that answers."""
    found: Transactions = request.app.state.transactions
    return found


async def caller_of(
    request: Request, authorization: Annotated[str | None, Header(include_in_schema=False)] = None
) -> Caller:
    """Return the caller of the gateway's token."""
    if authorization is None or not authorization.startswith("Bearer "):
        raise Unauthenticated
    settings = transactions_of(request).resources.settings
    return read_token(authorization.removeprefix("Bearer "), settings.token_public_key)


def _key(description: str) -> Any:  # noqa: ANN401 - FastAPI's Header
    return Header(
        alias=IDEMPOTENCY_KEY,
        min_length=1,
        max_length=LONGEST_KEY,
        pattern=KEY_PATTERN,
        description=f"{description}; visible ASCII",
    )


KeyHeader = Annotated[
    str, _key("Names this call, so that sent twice it is done once and answered alike")
]
OptionalKeyHeader = Annotated[
    str | None,
    _key("Names this call, so that sent twice it is done once, and answered as it then stands"),
]
IfMatchHeader = Annotated[
    str | None,
    Header(
        alias="If-Match", description="ETag of what was read; 412 when somebody changed it since"
    ),
]
Answer = TypeVar("Answer", bound=BaseModel)

_CALL = (answers.c.caller == bindparam("by"), answers.c.key == bindparam("named"))
_CLAIM = upsert(answers).on_conflict_do_nothing().returning(answers.c.key)
_KEPT = select(answers.c.digest, answers.c.answer).where(*_CALL)
_KEEP = update(answers).where(*_CALL).values(answer=bindparam("made"))


class Command:
    """One request: its caller, and its transaction."""

    def __init__(self, request: Request, caller: Annotated[Caller, Depends(caller_of)]) -> None:
        self.caller = caller
        self.transactions = transactions_of(request)
        self._service: str = request.app.state.service

    @property
    def resources(self) -> Resources:
        """The outside: storage, child processes, the clock."""
        return self.transactions.resources

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """Open the one transaction of a command, or of a read.

        In it this service has consumed what the caller has seen.
        """
        return begin_consumed(self.transactions, self._service, self.caller.seen)


class Repeatable(Command):
    """A call that may name itself: sent twice under one key, it happens once."""

    def __init__(
        self,
        request: Request,
        response: Response,
        caller: Annotated[Caller, Depends(caller_of)],
        key: OptionalKeyHeader = None,
    ) -> None:
        super().__init__(request, caller)
        self.key = key
        self._path = f"{request.method} {request.url.path}"
        self._headers = response.headers

    async def once(
        self, body: BaseModel, kind: type[Answer], act: Callable[[Transaction], Awaitable[Answer]]
    ) -> Answer:
        """Run `act` once per key, always without one; return its answer, of `kind`.

        The answer's version, if it has one, becomes the ETag. A second call at the same time waits
        for the first; the same key with another body is 422.
        """
        answer = await self._answer(body, kind, act)
        version = getattr(answer, "version", None)
        if version is not None:
            self._headers["ETag"] = etag(version)
        return answer

    async def _answer(
        self, body: BaseModel, kind: type[Answer], act: Callable[[Transaction], Awaitable[Answer]]
    ) -> Answer:
        async with self.transaction() as tx:
            if self.key is None:
                return await act(tx)
            digest = hashlib.sha256(f"{self._path}\n{body.model_dump_json()}".encode()).hexdigest()
            found = await self._claim(tx, digest)
            if found is not None:
                return kind.model_validate(found)
            answer = await act(tx)
            await tx.session.execute(_KEEP, self._named | {"made": answer.model_dump(mode="json")})
            return answer

    @property
    def _named(self) -> dict[str, str | None]:
        """Return the parameters that name the call in the statements on answers."""
        return {"by": self.caller.account_id, "named": self.key}

    async def _claim(self, tx: Transaction, digest: str) -> Any:  # noqa: ANN401 - any JSON answer
        row = {"caller": self.caller.account_id, "key": self.key, "digest": digest}
        mine = await tx.session.scalar(_CLAIM, row | {"created_at": tx.now})
        if mine is not None:
            return None
        kept = (await tx.session.execute(_KEPT, self._named)).one()
        if kept.digest != digest:
            raise Invalid(
                "idempotency_key_reused", "同一个 Idempotency-Key 已用于另一请求，请更换后重试。"
            )
        return kept.answer


class Creation(Repeatable):
    """A call that creates, and so must name itself."""

    def __init__(
        self,
        request: Request,
        response: Response,
        caller: Annotated[Caller, Depends(caller_of)],
        key: KeyHeader,
    ) -> None:
        super().__init__(request, response, caller, key)


class Revision(Command):
    """A change of what several people edit: of the version that was read, if one is named."""

    def __init__(
        self,
        request: Request,
        caller: Annotated[Caller, Depends(caller_of)],
        if_match: IfMatchHeader = None,
    ) -> None:
        super().__init__(request, caller)
        del if_match  # described by it, but it may stand in several lines
        self.versions = versions_of(request.headers.getlist("If-Match"))


def etag(version: int) -> str:
    """Return a version as an entity tag."""
    return f'"{version}"'


OPEN: dict[str, Any] = {"security": []}
"""Described for calls that need no session."""
CommandOf = Annotated[Command, Depends(made(Command))]
RepeatableOf = Annotated[Repeatable, Depends(made(Repeatable))]
CreationOf = Annotated[Creation, Depends(made(Creation))]
RevisionOf = Annotated[Revision, Depends(made(Revision))]
