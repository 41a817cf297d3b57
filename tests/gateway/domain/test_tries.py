from collections import deque
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.domain.sessions import SESSION_LIFE, TOKEN_LIFE
from services.gateway.domain.tries import (
    CAPTCHA_LIFE,
    CAPTCHA_WINDOW,
    CAPTCHAS_PER_ADDRESS,
    DOUBLINGS,
    FIRST_PAUSE,
    KNOWN_FOR,
    TRIES_BEFORE_TURNS,
    TRIES_PER_ADDRESS,
    TRIES_PER_NAME,
    WINDOW,
    Failures,
    closed_until,
    free_at,
    next_turn,
    pause_before_turn,
)
from tests.published import page

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LONGEST = FIRST_PAUSE * 2**DOUBLINGS
INSTANTS = st.timedeltas(timedelta(0), WINDOW).map(lambda ago: NOW - ago)


MINUTE = timedelta(minutes=1)
LIMITS = (
    f"| {TRIES_PER_NAME} wrong passwords in {WINDOW / MINUTE:g} minutes | a name at an address |",
    f"| {TRIES_PER_ADDRESS} failures in {WINDOW / MINUTE:g} minutes, wrong captchas too |",
    f"| turns {FIRST_PAUSE.seconds} to {LONGEST.seconds} s apart after {TRIES_BEFORE_TURNS} ",
    f"where it did not come in within {KNOWN_FOR.days} days | 429 `turn_not_come` |",
    f"| {CAPTCHAS_PER_ADDRESS / (CAPTCHA_WINDOW / MINUTE):g} captchas a minute, each good for ",
    f" captchas a minute, each good for {CAPTCHA_LIFE / MINUTE:g} minutes | an address |",
    f"| a session of {SESSION_LIFE / timedelta(hours=1):g} hours | an account |",
)


@pytest.mark.parametrize("limit", LIMITS)
def test_limits_are_those_on_the_operators_page(limit: str) -> None:
    """Who runs the system finds there why somebody is kept out."""
    assert limit in page("operations")


def test_a_clients_token_is_good_as_long_as_clients_were_told() -> None:
    """An hour, by the page on events."""
    assert "gives a bearer token for an hour." in page("events")
    assert timedelta(hours=1) == TOKEN_LIFE


def failed(count: int, ago: timedelta = timedelta(0)) -> list[datetime]:
    """Return so many failures, a second apart, the newest of them so long ago."""
    return [NOW - ago - timedelta(seconds=one) for one in range(count)]


@pytest.mark.parametrize(
    ("of_name_here", "here", "closed"),
    [
        (0, 0, False),
        (TRIES_PER_NAME - 1, TRIES_PER_ADDRESS - 1, False),
        (TRIES_PER_NAME, TRIES_PER_NAME, True),
        (0, TRIES_PER_ADDRESS, True),
        (TRIES_PER_NAME + 1, TRIES_PER_ADDRESS + 1, True),
    ],
)
def test_tries_are_counted_per_name_at_an_address_and_per_address(
    of_name_here: int, here: int, *, closed: bool
) -> None:
    """The last allowed try is allowed, the one after it is not."""
    failures = Failures(failed(of_name_here), failed(here), of_name_here)
    assert (closed_until(failures) is not None) is closed


def test_one_guesser_does_not_lock_out_his_whole_office() -> None:
    """Colleagues behind one address have more tries than one name has."""
    assert closed_until(Failures([], failed(TRIES_PER_NAME), 0)) is None


@given(of_name=st.integers(0, 10_000))
def test_a_name_is_never_locked_by_what_others_try_elsewhere(of_name: int) -> None:
    """However much it is: whoever tries it for the first time may, if only in turn."""
    assert closed_until(Failures([], [], of_name)) is None
    assert pause_before_turn(of_name) <= LONGEST


def test_an_address_is_free_again_when_its_oldest_failure_that_counts_is_old() -> None:
    """Not later: of five within a quarter of an hour the first one ends the wait."""
    five = failed(TRIES_PER_NAME, timedelta(minutes=2))
    assert closed_until(Failures(five, five, 5)) == five[-1] + WINDOW
    six = [NOW, *five]
    assert closed_until(Failures(six, six, 6)) == six[TRIES_PER_NAME - 1] + WINDOW


def test_the_longer_of_two_waits_counts() -> None:
    """Of the name here, and of the address."""
    new, old = failed(TRIES_PER_NAME), failed(TRIES_PER_ADDRESS, timedelta(minutes=5))
    assert closed_until(Failures(new, old, 5)) == new[-1] + WINDOW
    assert closed_until(Failures(old[:TRIES_PER_NAME], new * 10, 5)) == new[-1] + WINDOW


@given(times=st.lists(INSTANTS, max_size=12).map(lambda them: sorted(them, reverse=True)))
def test_at_that_instant_fewer_lie_within_the_window_and_before_it_not(
    times: list[datetime],
) -> None:
    """Retry-After is exact."""
    end = free_at(times, TRIES_PER_NAME, WINDOW)
    within = [time for time in times if end is None or time > end - WINDOW]
    assert len(within) < TRIES_PER_NAME
    if end is not None:
        a_moment_before = end - timedelta(microseconds=1)
        before = [time for time in times if time > a_moment_before - WINDOW]
        assert len(before) >= TRIES_PER_NAME


@pytest.mark.parametrize(
    ("of_name", "seconds"),
    [(0, 0), (9, 0), (10, 1), (11, 2), (12, 4), (13, 8), (14, 16), (500, 16)],
)
def test_the_pause_between_turns_grows_to_sixteen_seconds(of_name: int, seconds: int) -> None:
    """From the tenth failure of a name on."""
    assert pause_before_turn(of_name) == timedelta(seconds=seconds)


def test_many_addresses_at_once_have_turns_one_after_another() -> None:
    """As if each had failed before the next one asked."""
    given: list[datetime] = []
    for _ in range(7):
        given.append(next_turn(TRIES_BEFORE_TURNS, given, NOW))
    assert [(turn - NOW).total_seconds() for turn in given] == [1, 3, 7, 15, 31, 47, 63]


def test_a_turn_is_never_before_now_though_others_let_theirs_pass() -> None:
    """What was given in the past does not make it sooner."""
    past = [NOW - timedelta(minutes=1)]
    assert next_turn(TRIES_BEFORE_TURNS, past, NOW) == NOW + 2 * FIRST_PAUSE
    assert next_turn(0, [], NOW) == NOW


@given(
    steps=st.lists(st.tuples(st.booleans(), st.integers(0, 40)), max_size=120),
    addresses=st.integers(1, 30),
)
def test_an_attackers_addresses_get_no_more_than_one_after_another(
    steps: list[tuple[bool, int]], addresses: int
) -> None:
    """Whether they hoard turns or use them: at most one try per longest pause, once it is reached.

    A step lets seconds pass, then so many new addresses take turns, or the oldest are used.
    """
    now, of_name = NOW, TRIES_BEFORE_TURNS + DOUBLINGS
    waiting: deque[datetime] = deque()
    used: list[datetime] = []
    for takes, seconds in steps:
        now += timedelta(seconds=seconds)
        for _ in range(addresses):
            if takes:
                waiting.append(next_turn(of_name, waiting, now))
            elif waiting and waiting[0] <= now:
                used.append(waiting.popleft())
                of_name += 1
    assert all(later - earlier >= LONGEST for earlier, later in pairwise(used))
    assert len(used) <= (now - NOW) / LONGEST
