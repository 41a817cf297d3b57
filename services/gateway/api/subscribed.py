"""Who manages subscriptions: an API client, its own."""

from typing import Annotated

from fastapi import Depends, Request, Response

from services.gateway.api.signed_in import Reader
from shared.http.commands import Command, Creation, KeyHeader
from shared.identity.permissions import Permission


async def managing(request: Request, caller: Reader) -> Command:
    """Return a client's command; Forbidden for people."""
    caller.require(Permission.SUBSCRIBE)
    return Command(request, caller)


async def creating(
    request: Request, response: Response, caller: Reader, key: KeyHeader
) -> Creation:
    """Return a client's creating call; Forbidden for people."""
    caller.require(Permission.SUBSCRIBE)
    return Creation(request, response, caller, key)


Subscriber = Annotated[Command, Depends(managing)]
CreatingSubscriber = Annotated[Creation, Depends(creating)]
