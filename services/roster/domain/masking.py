"""Masks of personal data, for roles that do not need it in full."""

_LARGEST_KEPT = 4


def mask_name(name: str) -> str:
    """Return a name with its first and last character, 张*三; of two the first, 张*."""
    if len(name) <= 2:  # noqa: PLR2004 - a name of two characters
        return f"{name[:1]}*"
    return f"{name[0]}{'*' * (len(name) - 2)}{name[-1]}"


def mask_number(number: str) -> str:
    """Return a number with four characters at each end, 3702**********1234; fewer of short ones."""
    kept = min(_LARGEST_KEPT, len(number) // 4)
    if kept == 0:
        return "*" * len(number)
    return f"{number[:kept]}{'*' * (len(number) - 2 * kept)}{number[-kept:]}"


def mask_mobile(mobile: str) -> str:
    """Return a mobile with its first three and last four digits: 138****5678."""
    return f"{mobile[:3]}****{mobile[-4:]}"
