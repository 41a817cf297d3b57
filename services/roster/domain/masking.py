"""Personal data as those see it whose role does not need it in full."""

_LARGEST_KEPT = 4


def mask_name(name: str) -> str:
    """Keep the first and the last character: 张*三; of two only the first: 张*."""
    if len(name) <= 2:  # noqa: PLR2004 - a name of two characters
        return f"{name[:1]}*"
    return f"{name[0]}{'*' * (len(name) - 2)}{name[-1]}"


def mask_number(number: str) -> str:
    """Keep four characters at each end, 3702**********1234; fewer of short numbers."""
    kept = min(_LARGEST_KEPT, len(number) // 4)
    if kept == 0:
        return "*" * len(number)
    return f"{number[:kept]}{'*' * (len(number) - 2 * kept)}{number[-kept:]}"


def mask_mobile(mobile: str) -> str:
    """Keep the first three and the last four digits: 138****5678."""
    return f"{mobile[:3]}****{mobile[-4:]}"
