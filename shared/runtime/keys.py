"""The keys of an installation: one that seals data, one pair that signs tokens."""

from pathlib import Path

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
from shared.runtime.files import write_whole
from shared.runtime.sealing import new_key


def new_keys() -> dict[str, str]:
    """Return new keys by the names of their settings; the pair as PEM in one line each."""
    pair = Ed25519PrivateKey.generate()
    private = pair.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = pair.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return {
        "SEALING_KEY": new_key(),
        "TOKEN_PRIVATE_KEY": one_line(private.decode()),
        "TOKEN_PUBLIC_KEY": one_line(public.decode()),
    }


def kept_keys(path: Path) -> dict[str, str]:
    """Return the installation's keys; create the file, for its owner only, on first use."""
    if not path.exists():
        written = "".join(f"{name}={value}\n" for name, value in new_keys().items())
        write_whole(path, written.encode())
    lines = path.read_text(encoding="utf-8").splitlines()
    return {name: value for name, _, value in (line.partition("=") for line in lines)}


def require_pair(private: str, public: str) -> None:
    """Raise CannotStart unless the two are a pair."""
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
    """Return the 32 bytes of an Ed25519 private key; none when it is no such key."""
    try:
        key = load_pem_private_key(many_lines(private).encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return b""
    return key.private_bytes_raw() if isinstance(key, Ed25519PrivateKey) else b""


def is_one_byte(key: bytes) -> bool:
    """Return whether all bytes of a key are the same, zeros for example."""
    return len(set(key)) == 1


def one_line(pem: str) -> str:
    """Return a PEM in one line, for environment files."""
    return pem.strip().replace("\n", "\\n")


def many_lines(pem: str) -> str:
    """Return the PEM that `one_line` was given."""
    return pem.replace("\\n", "\n")
