"""The keys of an installation: one that seals, one pair that vouches for callers."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from shared.sealing import new_key


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


def one_line(pem: str) -> str:
    """Write a PEM so that it fits an environment file."""
    return pem.strip().replace("\n", "\\n")


def many_lines(pem: str) -> str:
    """Read what `one_line` wrote."""
    return pem.replace("\\n", "\n")
