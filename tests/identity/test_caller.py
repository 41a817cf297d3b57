from datetime import timedelta

import jwt
import pytest
from sqlalchemy import Column, MetaData, Table, Text

from shared.errors import Forbidden, NotFound, Unauthenticated
from shared.identity.caller import Caller, Seen
from shared.identity.permissions import PERMISSIONS, Permission, Role
from shared.identity.token import SKEW, TOKEN_LIFE, TokenIssuer, read_token
from shared.identity.visibility import visible_to
from shared.runtime.clock import system_clock
from shared.runtime.keys import new_keys

KEYS = new_keys()
CALLER = Caller(
    account_id="operator-1",
    name="李晓梅",
    role=Role.OPERATOR,
    office_id="0012",
    agency_id="001201",
    unit_id="U1",
    seen=(Seen(stream="enrollment.application", subject="PRT0000000001", sequence=7),),
)
ROWS = Table(
    "rows", MetaData(), *(Column(name, Text) for name in ("unit_id", "agency_id", "office_id"))
)


def _caller(role: Role) -> Caller:
    return CALLER.model_copy(update={"role": role})


def test_a_token_carries_the_caller_and_what_was_seen() -> None:
    """What the gateway vouches for arrives unchanged."""
    token = TokenIssuer(KEYS["TOKEN_PRIVATE_KEY"], system_clock).issue(CALLER)
    assert read_token(token, KEYS["TOKEN_PUBLIC_KEY"]) == CALLER


def test_a_token_older_than_its_life_is_refused() -> None:
    """A minute, no longer."""
    before = system_clock() - TOKEN_LIFE - SKEW - timedelta(seconds=1)
    token = TokenIssuer(KEYS["TOKEN_PRIVATE_KEY"], lambda: before).issue(CALLER)
    with pytest.raises(Unauthenticated):
        read_token(token, KEYS["TOKEN_PUBLIC_KEY"])


def test_a_token_of_another_key_is_refused() -> None:
    """Only this installation's gateway vouches for anyone."""
    token = TokenIssuer(new_keys()["TOKEN_PRIVATE_KEY"], system_clock).issue(CALLER)
    with pytest.raises(Unauthenticated):
        read_token(token, KEYS["TOKEN_PUBLIC_KEY"])


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_a_token_without_the_pair_is_refused(algorithm: str) -> None:
    """Neither unsigned nor signed with a word."""
    key = "" if algorithm == "none" else "a word of at least thirty-two bytes"
    claims = {
        "iss": "gateway",
        "exp": system_clock() + TOKEN_LIFE,
        "caller": CALLER.model_dump(mode="json"),
    }
    with pytest.raises(Unauthenticated):
        read_token(jwt.encode(claims, key, algorithm=algorithm), KEYS["TOKEN_PUBLIC_KEY"])


def test_a_token_that_is_none_is_refused() -> None:
    """Whatever stands in the header."""
    with pytest.raises(Unauthenticated):
        read_token("not a token", KEYS["TOKEN_PUBLIC_KEY"])


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("permission", Permission)
def test_a_role_may_do_what_its_list_says_and_nothing_else(
    role: Role, permission: Permission
) -> None:
    """Every role against every permission."""
    if permission in PERMISSIONS[role]:
        _caller(role).require(permission)
    else:
        with pytest.raises(Forbidden):
            _caller(role).require(permission)


def test_nobody_takes_both_reviews_nor_reviews_what_he_enters() -> None:
    """Duties stay apart whatever is added to the list."""
    apart = {Permission.ENROLL, Permission.FIRST_REVIEW, Permission.FINAL_REVIEW}
    assert all(len(apart & allowed) <= 1 for allowed in PERMISSIONS.values())


@pytest.mark.parametrize(
    ("role", "scope"),
    [
        (Role.OPERATOR, "unit_id"),
        (Role.AGENCY_REVIEWER, "agency_id"),
        (Role.OFFICE_REVIEWER, "office_id"),
        (Role.FINANCE, "office_id"),
        (Role.ADMINISTRATOR, "office_id"),
    ],
)
def test_a_role_sees_its_own_part_of_the_tree(role: Role, scope: str) -> None:
    """A unit its own, an agency its units, the rest their office; of others: not found."""
    caller = _caller(role)
    mine = {"unit_id": "U1", "agency_id": "001201", "office_id": "0012"}
    elsewhere = dict.fromkeys(mine, "elsewhere")
    caller.require_sight(**elsewhere | {scope: mine[scope]})
    with pytest.raises(NotFound):
        caller.require_sight(**mine | {scope: "elsewhere"})
    condition = visible_to(caller, ROWS.c)
    assert str(condition) == f"rows.{scope} = :{scope}_1"
