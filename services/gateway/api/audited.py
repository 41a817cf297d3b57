"""Calls with an entry in the audit trail: declared at the route, recorded before and after."""

import json
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request

from services.gateway.api.client_address import address_of
from services.gateway.api.entering import Audited, EnteringOf
from services.gateway.api.signed_in import AnySession, Reader
from services.gateway.domain.trail import NOBODY, Actor, Outcome, outcome_of, subject_of
from services.gateway.handlers.trail import note, settle
from shared.bus import Transactions
from shared.runtime.faults import describe
from shared.runtime.log import get_logger

log = get_logger(__name__)

Message = MutableMapping[str, Any]
CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@dataclass(frozen=True)
class Begun:
    """A call's entry, waiting for its outcome."""

    position: int
    subject: str
    made: str | None
    changes: bool


async def acting(caller: Reader) -> Actor:
    """Return the signed-in account."""
    return Actor(caller.account_id, caller.office_id)


async def acting_first(someone: AnySession) -> Actor:
    """Return the account of a session that may still need something."""
    return Actor(someone.account.account_id, someone.account.office_id)


async def nobody() -> Actor:
    """Return who calls what needs no account."""
    return NOBODY


async def named_in_path(request: Request) -> str:
    """Return the subject that the path names."""
    return subject_of(*request.path_params.values())


async def said_in(request: Request) -> Any:  # noqa: ANN401 - any JSON
    """Return the body as JSON, None when it is none: the entry is made before it is validated."""
    try:
        return json.loads(await request.body())
    except (ValueError, RecursionError):
        return None


def audits(
    action: str,
    *,
    about: Callable[..., Any] = named_in_path,
    by: Callable[..., Any] = acting,
    made: str | None = None,
) -> Audited:
    """Declare that a call leaves an entry, written before the call with its outcome unknown.

    `about` gives the subject and `by` the actor (None: no entry), both as dependencies; `made` is
    the answer's field that names what was created.
    """

    async def enter(
        request: Request,
        # First: it may read the body, and the transaction is not to be open while that arrives.
        subject: Annotated[str, Depends(about)],
        actor: Annotated[Actor | None, Depends(by)],
        entering: EnteringOf,
    ) -> None:
        begun = None
        if actor is not None:
            address = address_of(request) or None
            position = await note(actor, action, subject, address, await entering.transaction())
            begun = Begun(position, subject, made, request.method in CHANGING)
        await entering.entered()
        request.state.begun = begun

    return Audited(enter, action=action)


class Settling:
    """Records the outcome of a call that has an entry, before the response is sent."""

    def __init__(self, app: Any, transactions: Transactions) -> None:  # noqa: ANN401 - ASGI's
        self._app = app
        self._transactions = transactions

    async def __call__(self, scope: Message, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's
        """Hold the response back until its outcome is recorded."""
        held: list[Message] = []
        noted = False

        async def settled(message: Message) -> None:
            nonlocal noted
            begun: Begun | None = scope.get("state", {}).get("begun")
            if begun is None:
                await send(message)
            elif message["type"] == "http.response.start":
                held.append(message)
            else:
                if held:
                    start, noted = held.pop(), True
                    await self._settle(begun, start["status"], _json(start, message))
                    await send(start)
                await send(message)

        try:
            await self._app(scope, receive, settled)
        except Exception:
            begun = scope.get("state", {}).get("begun")
            if begun is not None and not noted:
                await self._settle(begun, 500, {"code": "internal_error"})
            raise

    async def _settle(self, begun: Begun, status: int, answer: dict[str, Any]) -> None:
        # OAuth's answers say `error` where problems say `code`.
        code = str(answer.get("code") or answer.get("error") or "")
        outcome = outcome_of(status, code, changes=begun.changes)
        subject = None
        if outcome is Outcome.DONE and begun.made in answer:
            named = subject_of(answer[begun.made])
            subject = f"{begun.subject}/{named}" if begun.subject else named
        if outcome is Outcome.DONE:
            code = ""
        try:
            await settle(
                begun.position, outcome, self._transactions, code=code or None, subject=subject
            )
        except Exception as error:  # noqa: BLE001 - it is done or not whatever the trail says
            log.warning("outcome_not_noted", entry=begun.position, reason=describe(error))


def _json(start: Message, body: Message) -> dict[str, Any]:
    """Return a response's JSON object; an empty one for everything else."""
    kind = dict(start["headers"]).get(b"content-type", b"")
    found = json.loads(body.get("body") or b"null") if b"json" in kind else None
    return found if isinstance(found, dict) else {}
