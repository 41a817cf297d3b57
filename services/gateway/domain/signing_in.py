"""How often one may try to sign in."""

from datetime import timedelta

SESSION_LIFE = timedelta(hours=12)
TOKEN_LIFE = timedelta(hours=1)
"""An API client's access token."""
CAPTCHA_LIFE = timedelta(minutes=5)
WINDOW = timedelta(minutes=15)
TRIES_PER_NAME = 5
TRIES_PER_ADDRESS = 50


def may_try(failures_of_name: int, failures_of_address: int) -> bool:
    """Say whether another try is allowed after these failures within `WINDOW`."""
    return failures_of_name < TRIES_PER_NAME and failures_of_address < TRIES_PER_ADDRESS
