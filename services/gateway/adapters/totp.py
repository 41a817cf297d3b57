"""One-time codes of apps: TOTP with its usual values, six digits every thirty seconds."""

from base64 import b64encode
from datetime import datetime
from io import BytesIO

import pyotp
import segno

ISSUER = "工会会员互助保障"
EARLIER_AND_LATER = (0, -1, 1)
"""Intervals that a clock may be off."""


def new_key() -> str:
    """Return a random key, base32."""
    return pyotp.random_base32()


def step_of(key: str, digits: str, now: datetime) -> int | None:
    """Return the interval whose code these digits are; None when they are wrong."""
    app = pyotp.TOTP(key)
    for offset in EARLIER_AND_LATER:
        step = app.timecode(now) + offset
        if pyotp.utils.strings_equal(digits, app.generate_otp(step)):
            return step
    return None


def address_of(key: str, username: str) -> str:
    """Return the `otpauth:` address that an app takes."""
    return pyotp.TOTP(key).provisioning_uri(name=username, issuer_name=ISSUER)


def picture_of(address: str) -> str:
    """Return the address as a QR code, a base64 PNG."""
    image = BytesIO()
    segno.make(address, error="m").save(image, kind="png", scale=5, border=2)
    return b64encode(image.getvalue()).decode()
