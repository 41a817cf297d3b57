"""Passwords: argon2id, off the event loop; and the common ones."""

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn.frequency_lists import FREQUENCY_LISTS

_hasher = PasswordHasher()
_COMMON = frozenset(FREQUENCY_LISTS["passwords"])
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


def is_common(password: str) -> bool:
    """Return whether a password is among the 30,000 that people choose most, in any case."""
    return password.lower() in _COMMON
