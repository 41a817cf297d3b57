import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.domain.second_factors import EASILY_READ, SecondFactor, recovery_codes

KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@given(used=st.none() | st.integers(0, 10), step=st.integers(0, 10))
def test_a_code_is_used_once_and_none_from_before_it(used: int | None, step: int) -> None:
    """Whoever read it over a shoulder comes too late."""
    factor = SecondFactor(KEY, used)
    if used is None or step > used:
        assert factor.use(step) == SecondFactor(KEY, step)
    else:
        with pytest.raises(ValueError, match=r"used once, and none from before it$"):
            factor.use(step)


def test_ten_recovery_codes_that_nobody_guesses_or_misreads() -> None:
    """Ten characters each, all different, each time others."""
    codes = [one for _ in range(40) for one in recovery_codes()]
    assert len(recovery_codes()) == 10
    assert len(set(codes)) == len(codes) == 400
    assert {len(one) for one in codes} == {10}
    assert set("".join(codes)) == set(EASILY_READ)
    assert set(EASILY_READ) == set(string.ascii_lowercase + string.digits) - set("01oil")
