import hmac

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from shared.runtime.sealing import Sealer, new_key, read_key

KEY = bytes(range(32))
OTHER_KEY = bytes(32)
PLACE = "persons/1"


@given(st.binary(max_size=200), st.text(max_size=20))
def test_what_was_sealed_can_be_opened_again(plain: bytes, place: str) -> None:
    """Under the same key, in the same place."""
    sealer = Sealer(KEY)
    assert sealer.unseal(sealer.seal(plain, place), place) == plain


def test_equal_data_never_looks_equal_at_rest() -> None:
    """Nobody learns from a stolen disk that two persons share something."""
    sealer = Sealer(KEY)
    assert sealer.seal("张建国".encode(), PLACE) != sealer.seal("张建国".encode(), PLACE)


def test_sealed_bytes_cannot_be_moved_to_another_place() -> None:
    """A row's data put into another row does not open."""
    sealer = Sealer(KEY)
    with pytest.raises(InvalidTag):
        sealer.unseal(sealer.seal(b"plain", PLACE), "persons/2")


def test_changed_bytes_do_not_open() -> None:
    """Tampering is found, not read."""
    sealer = Sealer(KEY)
    sealed = sealer.seal(b"plain", PLACE)
    with pytest.raises(InvalidTag):
        sealer.unseal(sealed[:-1] + bytes([sealed[-1] ^ 1]), PLACE)


def test_another_key_opens_nothing() -> None:
    """Data is the installation's own."""
    with pytest.raises(InvalidTag):
        Sealer(OTHER_KEY).unseal(Sealer(KEY).seal(b"plain", PLACE), PLACE)


def test_an_equal_value_is_found_by_its_hash() -> None:
    """The same after a restart, another for another value or under another key."""
    value = "11010519491231002X"
    found = Sealer(KEY).lookup_hash(value)
    assert found == Sealer(KEY).lookup_hash(value)
    assert len(found) == 32
    assert found != Sealer(KEY).lookup_hash("110105194912310021")
    assert found != Sealer(OTHER_KEY).lookup_hash(value)


def test_a_made_key_can_be_read_and_is_never_the_same() -> None:
    """`python -m services keys` makes what the settings take."""
    first, second = new_key(), new_key()
    assert first != second
    assert Sealer(read_key(first)).seal(b"plain", PLACE)


def test_a_short_key_is_refused() -> None:
    """A mistyped key is noticed before anything is sealed under it."""
    with pytest.raises(ValueError, match="32 bytes"):
        Sealer(b"too short")


@given(st.text())
def test_the_hash_that_finds_values_is_a_standard_one(value: str) -> None:
    """HMAC-SHA256, so that rows are found after any change of how it is made."""
    sealer = Sealer(KEY)
    expected = hmac.digest(sealer.keys.look_up, value.encode(), "sha256")
    assert sealer.lookup_hash(value) == expected


def test_derived_keys_seal_and_find_as_the_installations_does() -> None:
    """A child process gets them; they show neither themselves nor the first one."""
    whole = Sealer(KEY)
    child = Sealer(whole.keys)
    assert whole.unseal(child.seal(b"plain", PLACE), PLACE) == b"plain"
    assert child.lookup_hash("x") == whole.lookup_hash("x") != Sealer(OTHER_KEY).lookup_hash("x")
    assert KEY not in (whole.keys.seal, whole.keys.look_up)
    assert whole.keys.seal != whole.keys.look_up
    assert repr(whole.keys) == "DerivedKeys()"
