"""Headers of clients that are compared: visible characters, and If-Match."""

import re
from collections.abc import Collection, Sequence

from shared.errors import Invalid, PreconditionFailed

VISIBLE = re.compile(r"[ -~]*")
KEY_PATTERN = "^[!-~]+$"
LONGEST_KEY = 200
ELEMENT = re.compile(r'[ \t,]*(?:W/)?"([!#-~]*)"[ \t]*(?=,|\Z)')
"""One of a list of entity tags (RFC 9110, 8.8.3); ours are ASCII."""


def require_visible(name: str, value: str) -> str:
    """Return a header's value; Invalid when it holds anything but visible ASCII."""
    if not VISIBLE.fullmatch(value):
        raise Invalid(
            "header_invalid", f"请求头{name}只能使用可见的ASCII字符，请修改后重试。", field=name
        )
    return value


def versions_of(if_match: Sequence[str]) -> frozenset[str] | None:
    """Return the versions that If-Match lets pass, None for any (`*`, or nothing is said).

    Invalid when it is no list of tags. A weak tag counts as ours: proxies that compress an answer
    make its tag weak, and a version is the same however it was packed.
    """
    left = ",".join(if_match).strip(" \t,")
    if not if_match or left == "*":
        return None
    versions, at = set[str](), 0
    while True:
        found = ELEMENT.match(left, at)
        if found is None:
            raise Invalid(
                "header_invalid",
                '请求头If-Match应为读取时得到的ETag（如"3"）或*，请修改后重试。',
                field="If-Match",
            )
        versions.add(found[1])
        at = found.end()
        if at == len(left):
            return frozenset(versions)


def require_version(version: int, wanted: Collection[str] | None) -> None:
    """Raise PreconditionFailed unless `version` is among the `wanted`, or any will do (None)."""
    if wanted is not None and str(version) not in wanted:
        raise PreconditionFailed("changed_meanwhile", "内容已被他人修改，请刷新后重新操作。")
