"""The client's address."""

from fastapi import Request


def address_of(request: Request) -> str:
    """Return the client's address, behind trusted proxies too; empty when there is no network."""
    return request.client.host if request.client else ""
