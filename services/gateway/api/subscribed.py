"""Who manages subscriptions: an API client, its own."""

from typing import Annotated

from fastapi import Depends, Header, Request

from services.gateway.api.signed_in import Reader
from shared.caller import Permission
from shared.web import Command


async def subscriber(
    request: Request,
    caller: Reader,
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
) -> Command:
    """Give a client's command; Forbidden for people."""
    caller.require(Permission.SUBSCRIBE)
    return Command(request, caller, idempotency_key)


Subscriber = Annotated[Command, Depends(subscriber)]
