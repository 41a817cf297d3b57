"""Captchas behind a port: a picture, or an answer that a setting makes known to demo and tests."""

import secrets
from dataclasses import dataclass
from typing import Protocol

from captcha.image import ImageCaptcha

LETTERS = "23456789"
LENGTH = 4


@dataclass(frozen=True)
class Question:
    """A picture (PNG) and what stands on it."""

    picture: bytes
    answer: str


class Captcha(Protocol):
    """Makes questions that a person can answer."""

    def question(self) -> Question:
        """Make one."""


class PictureCaptcha:
    """Random digits, drawn crooked."""

    def __init__(self) -> None:
        """Load the fonts once."""
        self._image = ImageCaptcha(width=120, height=40, font_sizes=(30, 34, 38))

    def question(self) -> Question:
        """Draw four digits."""
        answer = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
        return Question(self._image.generate(answer, format="png").getvalue(), answer)


class KnownCaptcha(PictureCaptcha):
    """Always the same answer; production refuses the setting that asks for it."""

    def __init__(self, answer: str) -> None:
        """Take the answer."""
        super().__init__()
        self._answer = answer

    def question(self) -> Question:
        """Draw the known answer."""
        return Question(self._image.generate(self._answer, format="png").getvalue(), self._answer)


def open_captcha(answer: str | None) -> Captcha:
    """Give the captcha that the settings ask for."""
    return PictureCaptcha() if answer is None else KnownCaptcha(answer)
