"""API clients: other systems of the union that read events."""

import secrets
from datetime import datetime

from services.gateway.adapters.passwords import hash_password
from services.gateway.domain.accounts import Account
from services.gateway.domain.client_address import subscriber_of
from services.gateway.domain.tries import closed_until
from services.gateway.handlers.sessions import admit, too_many_tries
from services.gateway.repository.accounts import AccountRepository
from services.gateway.repository.sessions import SessionRepository
from services.gateway.repository.tries import Tries
from shared.bus import Transaction, Transactions
from shared.errors import Invalid
from shared.identity.permissions import Role

ID_BYTES = 9
SECRET_BYTES = 32


async def add_client(name: str, office_id: str, tx: Transaction) -> tuple[str, str]:
    """Create a client of an office; return its id and its secret, stored as a hash only."""
    client_id = f"client-{secrets.token_hex(ID_BYTES)}"
    secret = secrets.token_urlsafe(SECRET_BYTES)
    AccountRepository(tx).save(
        Account(
            account_id=client_id,
            username=client_id,
            password_hash=await hash_password(secret),
            name=name,
            role=Role.API_CLIENT,
            office_id=office_id,
        )
    )
    return client_id, secret


async def revoke_client(client_id: str, tx: Transaction) -> bool:
    """Deactivate a client and end its sessions; False when there is none."""
    found = await AccountRepository(tx).revoke_client(client_id)
    if found:
        await SessionRepository(tx).end_all(client_id)
    return found


async def grant_token(
    client_id: str, secret: str, address: str, transactions: Transactions
) -> tuple[str, datetime]:
    """Return an access token and its end; failures are limited per client and address.

    A secret has 256 bits and nobody guesses it: the limit spares work. So only what has failed
    counts, right ones at once do not, and nobody can lock a client out from elsewhere.
    """
    name, place = f"client {client_id}", subscriber_of(address)
    async with transactions.begin() as tx:
        tries = Tries(tx, name, place)
        until = closed_until(await tries.failures())
    if until is not None:
        raise too_many_tries(until, tx.now)
    admitted = await admit(client_id, secret, transactions, client=True)
    if admitted is None:
        async with transactions.begin() as tx:
            await Tries(tx, name, place).note()
        raise Invalid("credentials_wrong", "客户端编号或密钥错误，请核对。")
    _, token, session = admitted
    return token, session.expires_at
