"""Whoever puts something into the object store under a new prefix says who deletes it there."""

from collections import Counter

from services.host.registry import NAMES, load
from shared.contracts.files import Prefix


def test_every_prefix_has_one_owner() -> None:
    """A key of no prefix is not written (`Storage.put`), so every key has an owner."""
    owners = Counter(stored.prefix for name in NAMES for stored in load(name).stores)
    assert owners == dict.fromkeys(set(Prefix) - {Prefix.OWNERS}, 1)


def test_what_rows_name_is_told_from_what_is_fetched_once() -> None:
    """Only what can be made anew at any time may go without asking the rows."""
    fetched_once = {
        stored.prefix for name in NAMES for stored in load(name).stores if stored.named is None
    }
    assert fetched_once == {Prefix.DOWNLOADS, Prefix.PREVIEWS, Prefix.TEMPLATES}
