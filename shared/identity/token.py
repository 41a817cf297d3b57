"""Tokens with which the gateway names the caller to the other services."""

from datetime import timedelta
from functools import cache

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    load_pem_private_key,
    load_pem_public_key,
)
from pydantic import ValidationError

from shared.errors import Unauthenticated
from shared.identity.caller import Caller
from shared.runtime.clock import Clock
from shared.runtime.keys import many_lines

TOKEN_LIFE = timedelta(seconds=60)
SKEW = timedelta(minutes=2)
"""Clocks of two machines may differ by so much; a token is valid so much longer."""
ALGORITHM = "EdDSA"
ISSUER = "gateway"


@cache
def _read_public_key(pem: str) -> Ed25519PublicKey:
    """Return a key, read once: every call needs it."""
    key = load_pem_public_key(many_lines(pem).encode())
    assert isinstance(key, Ed25519PublicKey)
    return key


class TokenIssuer:
    """Signs short-lived tokens; the gateway's alone."""

    def __init__(self, private_key: str, clock: Clock) -> None:
        """Take an Ed25519 private key in PEM."""
        key = load_pem_private_key(many_lines(private_key).encode(), None)
        assert isinstance(key, Ed25519PrivateKey)
        self._key = key
        self._clock = clock

    def issue(self, caller: Caller) -> str:
        """Return a token of a caller, valid for `TOKEN_LIFE`."""
        claims = {
            "iss": ISSUER,
            "exp": self._clock() + TOKEN_LIFE,
            "caller": caller.model_dump(mode="json"),
        }
        return jwt.encode(claims, self._key, algorithm=ALGORITHM)


def read_token(token: str, public_key: str) -> Caller:
    """Return the caller of a token; Unauthenticated when it is not valid."""
    try:
        claims = jwt.decode(
            token,
            _read_public_key(public_key),
            algorithms=[ALGORITHM],
            issuer=ISSUER,
            leeway=SKEW,
            options={"require": ["exp"]},
        )
        return Caller.model_validate(claims["caller"])
    except (jwt.PyJWTError, KeyError, ValidationError):
        raise Unauthenticated from None
