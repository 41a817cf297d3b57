"""Receives webhooks and checks that they are genuine; needs nothing but Python itself.

    WEBHOOK_SECRET=whsec_… python3 examples/webhook_receiver.py [PORT]

prints one line per event. Give several secrets, separated by spaces, while one replaces another.
"""

import base64
import hashlib
import hmac
import json
import os
import sys
import time
from collections.abc import Iterable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOLERANCE = 300
"""Seconds that a message may be old, or our clock be wrong."""
LARGEST = 1024 * 1024
SECRETS = os.environ.get("WEBHOOK_SECRET", "").split()


def is_genuine(
    secrets: Iterable[str], headers: Mapping[str, str], body: bytes, now: float | None = None
) -> bool:
    """Return whether one of the secrets signed this message, and lately; names in lower case."""
    stamp = headers.get("webhook-timestamp", "")
    if not stamp.isascii() or not stamp.isdigit():
        return False
    if abs((time.time() if now is None else now) - int(stamp)) > TOLERANCE:
        return False
    signed = f"{headers.get('webhook-id', '')}.{stamp}.".encode() + body
    given = headers.get("webhook-signature", "").encode().split()
    expected = [
        b"v1," + base64.b64encode(hmac.digest(_key(secret), signed, hashlib.sha256))
        for secret in secrets
    ]
    # In constant time: how long it takes must not tell how much of a forged one is right.
    return any(hmac.compare_digest(ours, theirs) for ours in expected for theirs in given)


def _key(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix("whsec_"))


class Receiver(BaseHTTPRequestHandler):
    """Answers 204 to what is genuine; anything else makes the sender try again."""

    seen: set[str] = set()  # noqa: RUF012 - one for all requests; a real system uses its database

    def do_POST(self) -> None:
        """Take one message; the same id twice is the same event."""
        body = self.rfile.read(min(int(self.headers.get("content-length", "0")), LARGEST))
        headers = {name.lower(): value for name, value in self.headers.items()}
        if not is_genuine(SECRETS, headers, body):
            self.send_response(401)
            self.end_headers()
            return
        event = json.loads(body)
        if event["id"] not in self.seen:
            sys.stdout.write(f"{event['type']} {event['subject']}\n")
            sys.stdout.flush()
            self.seen.add(event["id"])
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Keep quiet about requests."""


if __name__ == "__main__":
    if not SECRETS:
        sys.exit("WEBHOOK_SECRET must be set: making the webhook answers it, once.")
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 9000
    ThreadingHTTPServer(("127.0.0.1", port), Receiver).serve_forever()
