"""What a password must be, and first passwords."""

import secrets
from datetime import timedelta

from shared.errors import Invalid

SHORTEST = 10
LONGEST = 128
FEWEST_SIGNS = 3
"""Different ones: aaaaaaaaaa and ababababab are no passwords."""
KEPT = 5
"""Passwords that an account may not have again, its present one among them."""
FIRST_PASSWORD_LIFE = timedelta(days=7)
FIRST_PASSWORD_LENGTH = 12
EASILY_READ = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without 0 and o, 1, i and l: it is typed from a text message."""


def first_password() -> str:
    """Return a random password that nobody chose; 59 bits."""
    return "".join(secrets.choice(EASILY_READ) for _ in range(FIRST_PASSWORD_LENGTH))


def require_good(password: str, username: str, *, common: bool) -> None:
    """Raise Invalid for a password that is short, common, or made of the user name."""
    if len(password) < SHORTEST:
        raise Invalid("password_too_short", f"密码至少{SHORTEST}位，请加长。", field="password")
    if len(password) > LONGEST:
        raise Invalid("password_too_long", f"密码最多{LONGEST}位，请缩短。", field="password")
    if common or len(set(password)) < FEWEST_SIGNS:
        raise Invalid("password_common", "该密码过于常见，容易被猜中，请换一个。", field="password")
    if username.casefold() in password.casefold():
        raise Invalid("password_has_name", "密码中不能包含用户名，请换一个。", field="password")


def refuse_repeated() -> Invalid:
    """Return the refusal of a password that the account has or had."""
    return Invalid(
        "password_repeated", f"不能使用最近{KEPT}次用过的密码，请换一个。", field="password"
    )
