"""Passwords: argon2id, off the event loop; and those that are easily guessed."""

import asyncio
from collections.abc import Sequence

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

_hasher = PasswordHasher()
_NOBODYS = _hasher.hash("a password that nobody has")


async def hash_password(password: str) -> str:
    """Return the hash to store."""
    return await asyncio.to_thread(_hasher.hash, password)


async def is_password(kept: str | None, password: str) -> bool:
    """Return whether a password is right; without a stored hash False, after the same time."""
    return await asyncio.to_thread(_verify, kept or _NOBODYS, password) and kept is not None


def _verify(kept: str, password: str) -> bool:
    try:
        return _hasher.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


GUESSED = 2
"""zxcvbn's score below which a password is guessed in 100 million tries, often at once."""
LOOKED_AT = 72
"""Characters: what a longer password begins with decides."""


async def is_guessable(password: str, *about: str) -> bool:
    """Return whether a password is common, a pattern, or made of what is known about its owner."""
    return await asyncio.to_thread(_is_guessable, password, about)


def _is_guessable(password: str, about: Sequence[str]) -> bool:
    found = zxcvbn(password[:LOOKED_AT], user_inputs=[*about])
    return int(found["score"]) < GUESSED
