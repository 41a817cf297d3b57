"""Lines for a terminal."""


def legible(text: str) -> str:
    """Return a line without control characters: whoever sent it might have put them there."""
    return "".join(sign if sign.isprintable() else "�" for sign in text) + "\n"
