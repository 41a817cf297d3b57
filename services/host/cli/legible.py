"""Lines for a terminal."""


def legible(text: str) -> str:
    """Return a line that no terminal obeys: whoever sent it may have meant it to."""
    return "".join(sign if sign.isprintable() else "�" for sign in text) + "\n"
