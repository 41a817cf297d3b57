"""The keys of an installation: one that seals, one pair that vouches for callers."""

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from shared.errors import CannotStart
from shared.runtime.sealing import new_key


def new_keys() -> dict[str, str]:
    """Make fresh ones, named as the settings name them; the pair as one-line PEM."""
    pair = Ed25519PrivateKey.generate()
    private = pair.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = pair.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return {
        "SEALING_KEY": new_key(),
        "TOKEN_PRIVATE_KEY": one_line(private.decode()),
        "TOKEN_PUBLIC_KEY": one_line(public.decode()),
    }


def require_pair(private: str, public: str) -> None:
    """Raise CannotStart unless the public key checks what the private one signs."""
    try:
        own = load_pem_private_key(many_lines(private).encode(), None).public_key()
        match = own == load_pem_public_key(many_lines(public).encode())
    except (ValueError, TypeError, UnsupportedAlgorithm):
        match = False
    if not match:
        raise CannotStart(
            "TOKEN_PRIVATE_KEY and TOKEN_PUBLIC_KEY are not a pair: `python -m services keys` makes"
            " one; every service gets the same public key."
        )


def seed_of(private: str) -> bytes:
    """Return the bytes that a private key is made of; none when it is not one of ours."""
    try:
        key = load_pem_private_key(many_lines(private).encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return b""
    return key.private_bytes_raw() if isinstance(key, Ed25519PrivateKey) else b""


def is_one_byte(key: bytes) -> bool:
    """Return whether a key is nothing but one byte again and again, as zeros are."""
    return len(set(key)) == 1


def one_line(pem: str) -> str:
    """Write a PEM so that it fits an environment file."""
    return pem.strip().replace("\n", "\\n")


def many_lines(pem: str) -> str:
    """Read what `one_line` wrote."""
    return pem.replace("\\n", "\n")
