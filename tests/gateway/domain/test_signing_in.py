import pytest

from services.gateway.domain.signing_in import TRIES_PER_ADDRESS, TRIES_PER_NAME, may_try


@pytest.mark.parametrize(
    ("of_name", "of_address", "allowed"),
    [
        (0, 0, True),
        (TRIES_PER_NAME - 1, TRIES_PER_ADDRESS - 1, True),
        (TRIES_PER_NAME, 0, False),
        (0, TRIES_PER_ADDRESS, False),
        (TRIES_PER_NAME + 1, TRIES_PER_ADDRESS + 1, False),
    ],
)
def test_tries_are_counted_per_name_and_per_address(
    of_name: int, of_address: int, *, allowed: bool
) -> None:
    """The last allowed try is allowed, the one after it is not."""
    assert may_try(of_name, of_address) is allowed


def test_one_guesser_does_not_lock_out_his_whole_office() -> None:
    """Colleagues behind one address have more tries than one name has."""
    assert may_try(0, TRIES_PER_NAME)
