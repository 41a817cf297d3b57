"""Passing a call on: check whose it is, call the owner, return its response or its file."""

import json
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Depends, Request, Response

from services.gateway.adapters.services import Address, ServiceResponse, Services, address
from shared.contracts.enrollment import ApplicationEvent
from shared.contracts.files import StoredFile
from shared.http.commands import KeyHeader, OptionalKeyHeader, transactions_of
from shared.http.headers import require_visible
from shared.identity.caller import Caller, Seen
from shared.identity.permissions import Role

PREFIX = "/api/v1"
CONVERTER = re.compile(r":\w+\}")
"""Of a path's part, as in `{person_id:int}`."""
HEADERS = ("Idempotency-Key", "If-Match")
PDF = "application/pdf"
STRANGER = Caller(account_id="stranger", name="", role=Role.SYSTEM, office_id="")
"""Who calls what needs no session: of no office, and so without sight of anything."""
IN_QUERIES = "!$&'()*+,-./:;=?@_~%"
"""Characters of a query that are passed on unquoted; quoted ones stay quoted."""


async def requires_key(key: KeyHeader) -> None:
    """Require an Idempotency-Key before anything of a creating call is stored."""
    del key


async def takes_key(key: OptionalKeyHeader = None) -> None:
    """Take an Idempotency-Key, which is passed on."""
    del key


CREATES = (Depends(requires_key),)
"""Dependencies of the calls that create and are passed on."""
REPEATABLE = (Depends(takes_key),)
"""Dependencies of the calls that are passed on and may name themselves."""
TAGGED = {
    "headers": {"ETag": {"description": "The version", "schema": {"type": "string"}}},
}
"""Described for responses whose version If-Match can name."""


class UpstreamRefusal(Exception):  # noqa: N818 - an answer to pass on
    """A service's refusal, passed on to the client unchanged."""

    def __init__(self, answer: ServiceResponse) -> None:
        super().__init__(answer.status)
        self.answer = answer


def services_of(request: Request) -> Services:
    """Return the services that the gateway calls."""
    return transactions_of(request).resources.tool(Services)


async def require_own(
    request: Request,
    caller: Caller,
    applications: Sequence[str] = (),
    confirmations: Sequence[str] = (),
    *,
    changing: bool = False,
) -> Caller:
    """Raise UpstreamRefusal, a 404 of enrollment's, unless all of these are the caller's own.

    A 409 when a suspended unit would change what it has not submitted. Returns the caller with the
    positions of these applications: copies elsewhere must be as new.
    """
    query = urlencode(
        [("application_no", one) for one in applications]
        + [("confirmation_no", one) for one in confirmations]
        + [("changing", "true")] * changing
    )
    answer = await services_of(request).call(
        "enrollment", "GET", Address("/standings"), caller, query=query
    )
    if not answer.ok:
        raise UpstreamRefusal(answer)
    seen = tuple(
        Seen(
            stream=ApplicationEvent.stream,
            subject=one["application_no"],
            sequence=one["sequence"],
        )
        for one in answer.json
    )
    return caller.model_copy(update={"seen": seen})


async def pass_on(
    request: Request,
    caller: Caller,
    service: str,
    content: bytes | None = None,
    *,
    path: Address | None = None,
) -> ServiceResponse:
    """Call the owner with the client's method, query and headers, at the client's path or `path`.

    The public path and the owner's are the same, but for the prefix.
    """
    return await services_of(request).call(
        service,
        request.method,
        path or own_path(request),
        caller,
        query=quote(request.scope["query_string"], safe=IN_QUERIES),
        content=content,
        headers={
            name: require_visible(name, ", ".join(request.headers.getlist(name)))
            for name in HEADERS
            if name in request.headers
        },
    )


def own_path(request: Request) -> Address:
    """Return the path of the call at its owner, of the route that the client called."""
    template = CONVERTER.sub("}", request.scope["route"].path.removeprefix(PREFIX))
    return address(template, **request.path_params)


def as_response(answer: ServiceResponse) -> Response:
    """Return a service's response as the client's."""
    return Response(answer.body, answer.status, headers=answer.headers)


async def file_response(
    request: Request, answer: ServiceResponse, *, inline: bool = False
) -> Response:
    """Return the file that a service's response names, decrypted from the object store."""
    if answer.status != 200:  # noqa: PLR2004 - 202 and refusals carry no file
        return as_response(answer)
    return await stored_response(request, StoredFile.model_validate(answer.json), inline=inline)


async def stored_response(request: Request, file: StoredFile, *, inline: bool = False) -> Response:
    """Return a file, decrypted from the object store."""
    content = await transactions_of(request).resources.storage.get(file.key)
    disposition = "inline" if inline else "attachment"
    return Response(
        content,
        media_type=file.media_type,
        headers={"Content-Disposition": f"{disposition}; filename*=UTF-8''{quote(file.file_name)}"},
    )


def to_json(body: Any) -> bytes:  # noqa: ANN401 - any JSON
    """Return a body for a service."""
    return json.dumps(body, ensure_ascii=False).encode()
