"""Personal data at rest: AES-GCM to read it back, a keyed hash to look it up."""

import hashlib
import hmac
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
NONCE_BYTES = 12

Sealed = tuple[bytes, str]
"""What was sealed, and the place that it is bound to."""


class Sealer:
    """Seals bytes under one installation key; each purpose has a key derived from it."""

    def __init__(self, key: bytes) -> None:
        """Take the installation's key, 32 bytes."""
        if len(key) != KEY_BYTES:
            raise ValueError("the sealing key has 32 bytes")
        self._cipher = AESGCM(_derived(key, b"seal"))
        self._lookup = _derived(key, b"look-up")

    def seal(self, plain: bytes, place: str) -> bytes:
        """Encrypt; `place` names where the bytes belong, and is needed again to decrypt them."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, place.encode())

    def unseal(self, sealed: bytes, place: str) -> bytes:
        """Decrypt; cryptography's InvalidTag when bytes or place differ from what was sealed."""
        return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place.encode())

    def opens(self, sealed: bytes, place: str) -> bool:
        """Return whether bytes were sealed under this key, for this place."""
        try:
            self.unseal(sealed, place)
        except (InvalidTag, ValueError):
            return False
        return True

    def lookup_hash(self, value: str) -> bytes:
        """Return the 32-byte hash that finds equal values; useless without the key."""
        return hmac.digest(self._lookup, value.encode(), hashlib.sha256)


def new_key() -> str:
    """Return a new installation key, URL-safe base64."""
    return urlsafe_b64encode(os.urandom(KEY_BYTES)).decode()


def read_key(written: str) -> bytes:
    """Return the 32 bytes of a key that `new_key` returned."""
    return urlsafe_b64decode(written)


def _derived(key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose).derive(key)
