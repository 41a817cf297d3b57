"""Changes of a schema that break consumers written for the older one.

A consumer ignores fields that it does not know, and reads whatever the older schema allowed. So a
newer one may say more, never less, and never something else.
"""

from collections.abc import Iterator, Mapping
from typing import Any

Schema = dict[str, Any]

REMEDY = (
    "A released event stays as it is: make a new class with the topic …v2 beside it, announce both "
    "for a while, and leave the old class alone (docs/events.md, Versions)."
)
SAYS_NOTHING = {"description", "title", "examples", "$schema", "$id", "$defs"}
"""Keywords without meaning for a reader."""
WHOLE = "the event"
LOOKED_INTO = {"$ref", "properties", "required", "items", "additionalProperties", "anyOf", "enum"}


def breaking_changes(released: Mapping[str, Schema], current: Mapping[str, Schema]) -> list[str]:
    """List what breaks the promises of released schemas, by topic; empty when nothing does."""
    found = []
    for topic, before in sorted(released.items()):
        after = current.get(topic)
        if after is None:
            found.append(f"{topic}: the event is gone")
        else:
            pair = _Pair(before.get("$defs", {}), after.get("$defs", {}))
            found += [f"{topic}: {change}" for change in pair.part("", before, after)]
    return found


class _Pair:
    """Two schemas with their definitions; a pair of definitions is looked into once."""

    def __init__(self, before: Schema, after: Schema) -> None:
        self._before, self._after = before, after
        self._seen: set[tuple[str, str]] = set()

    def part(self, at: str, before: Schema, after: Schema) -> Iterator[str]:
        """List what breaks in one part, and in the parts of it."""
        refs = (before.get("$ref", ""), after.get("$ref", ""))
        if all(refs):
            if refs in self._seen:
                return
            self._seen.add(refs)
        before, after = _resolved(self._before, before), _resolved(self._after, after)
        yield from self._choices(at, before, after)
        yield from self._fields(at, before, after)
        for word, mark in (("items", "[]"), ("additionalProperties", "{}")):
            if isinstance(before.get(word), dict) and isinstance(after.get(word), dict):
                yield from self.part(at + mark, before[word], after[word])
            elif before.get(word, True) != after.get(word, True):
                yield f"{at or WHOLE} has other {word}"
        for word in sorted((before.keys() | after.keys()) - SAYS_NOTHING - LOOKED_INTO):
            if before.get(word) != after.get(word):
                yield f"{at or WHOLE} had {word} {before.get(word)}, has {after.get(word)}"

    def _fields(self, at: str, before: Schema, after: Schema) -> Iterator[str]:
        olds, news = before.get("properties", {}), after.get("properties", {})
        was, is_ = set(before.get("required", ())), set(after.get("required", ()))
        for name in olds:
            place = f"{at}.{name}".lstrip(".")
            if name not in news:
                yield f"{place} is gone"
                continue
            if name in was - is_:
                yield f"{place} was always there, now it may be missing"
            if name in is_ - was:
                yield f"{place} could be missing in old events, now it is required"
            yield from self.part(place, olds[name], news[name])
        for name in news.keys() - olds.keys():
            if name in is_:
                yield f"{at}.{name}".lstrip(".") + " is new and required: old events lack it"

    def _choices(self, at: str, before: Schema, after: Schema) -> Iterator[str]:
        """Compare values and alternatives, which may neither vanish nor be joined by others."""
        place = at or WHOLE
        gone = [value for value in before.get("enum", ()) if value not in after.get("enum", ())]
        new = [value for value in after.get("enum", ()) if value not in before.get("enum", ())]
        if gone:
            yield f"{place} lost the values {gone}"
        if new:
            yield f"{place} gained the values {new}, which no old consumer knows"
        olds, news = before.get("anyOf", []), after.get("anyOf", [])
        if [_kind(self._before, one) for one in olds] != [_kind(self._after, one) for one in news]:
            yield f"{place} has other alternatives"
        else:
            for old, now in zip(olds, news, strict=True):
                yield from self.part(at, old, now)


def _resolved(known: Schema, part: Schema) -> Schema:
    if "$ref" not in part:
        return part
    found: Schema = known[part["$ref"].rpartition("/")[2]]
    return found | {word: value for word, value in part.items() if word != "$ref"}


def _kind(known: Schema, part: Schema) -> object:
    return _resolved(known, part).get("type")
