"""Receives webhooks and checks that they are genuine, with the library of Standard Webhooks.

    pip install standardwebhooks
    WEBHOOK_SECRET=whsec_… python examples/webhook_receiver.py [PORT]

prints one line per event. Give several secrets, separated by spaces, while one replaces another.
"""

import json
import os
import sys
from collections.abc import Iterable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks import Webhook, WebhookVerificationError

LARGEST = 1024 * 1024
SECRETS = os.environ.get("WEBHOOK_SECRET", "").split()


def is_genuine(secrets: Iterable[str], headers: Mapping[str, str], body: bytes) -> bool:
    """Return whether one of the secrets signed this message, within the last five minutes."""
    return any(_signed(secret, headers, body) for secret in secrets)


def _signed(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    try:
        Webhook(secret).verify(body, dict(headers), json_parse=False)
    except (WebhookVerificationError, ValueError):  # ValueError: what is no base64, no UTF-8
        return False
    return True


class Receiver(BaseHTTPRequestHandler):
    """Answers 204 to what is genuine; anything else makes the sender try again."""

    seen: set[str] = set()  # noqa: RUF012 - one for all requests; a real system uses its database

    def do_POST(self) -> None:
        """Take one message; the same id twice is the same event."""
        body = self.rfile.read(min(int(self.headers.get("content-length", "0")), LARGEST))
        if not is_genuine(SECRETS, dict(self.headers.items()), body):
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
