"""Columns that a unit chose once, known again by a keyed hash of the titles: never by text."""

from collections.abc import Mapping, Sequence

from services.roster.adapters.list_reader import Recall, recalls_nothing
from shared.runtime.sealing import DerivedKeys, Sealer
from shared.values import bare

_BETWEEN = "\x1f"


def titles_hash(titles: Sequence[str], sealer: Sealer) -> bytes | None:
    """Return the keyed hash of a row of titles; None for a row without any."""
    written = [bare(title) for title in titles]
    while written and not written[-1]:
        written.pop()
    return sealer.lookup_hash(_BETWEEN.join(["titles", *written])) if written else None


def recalling(keys: DerivedKeys, recalled: Mapping[bytes, Mapping[str, int]]) -> Recall:
    """Return what knows the columns of titles whose hashes are recalled."""
    if not recalled:
        return recalls_nothing
    sealer = Sealer(keys)

    def recall(titles: Sequence[str]) -> Mapping[str, int] | None:
        found = titles_hash(titles, sealer)
        return recalled.get(found) if found is not None else None

    return recall
