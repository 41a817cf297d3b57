"""The gateway names the caller to the other services."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from shared.contracts.documents import MOST_PAPERS
from shared.contracts.enrollment import ApplicationEvent
from shared.http.connections import Connection
from shared.identity.caller import Seen
from shared.identity.token import TokenIssuer
from tests.handling import NOON, caller

OTHERS = 4 * 1024
"""Bytes of a head that everything else may take: the path, the other headers."""


def test_the_token_of_whoever_prints_the_most_papers_fits_a_request() -> None:
    """It says how new each of their applications is; services take heads up to a size."""
    private_key = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    seen = tuple(
        Seen(stream=ApplicationEvent.stream, subject=f"PRT{number:010}", sequence=99_999)
        for number in range(MOST_PAPERS)
    )
    informed = caller().model_copy(update={"seen": seen})
    token = TokenIssuer(private_key.decode(), lambda: NOON).issue(informed)
    assert len(token) < Connection.head_bytes - OTHERS
