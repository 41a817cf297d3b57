"""Captchas: pictures of digits; demo and tests set a known answer."""

import secrets
from typing import Protocol

from captcha.image import ImageCaptcha

LETTERS = "23456789"
LENGTH = 4


class CaptchaMaker(Protocol):
    """Makes pictures that a person can read."""

    def answer(self) -> str:
        """Return a new answer."""

    def picture(self, answer: str) -> bytes:
        """Return a picture of it, PNG."""


class PictureCaptcha:
    """Pictures of random digits, distorted."""

    def __init__(self) -> None:
        self._image = ImageCaptcha(width=120, height=40, font_sizes=(30, 34, 38))

    def answer(self) -> str:
        """Return four random digits."""
        return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))

    def picture(self, answer: str) -> bytes:
        """Return a picture of them, PNG."""
        return self._image.generate(answer, format="png").getvalue()


class KnownCaptcha(PictureCaptcha):
    """Always the same answer; production refuses the setting that asks for it."""

    def __init__(self, answer: str) -> None:
        super().__init__()
        self._answer = answer

    def answer(self) -> str:
        """Return the known answer."""
        return self._answer


def open_captcha(answer: str | None) -> CaptchaMaker:
    """Return the captcha maker that the settings ask for."""
    return PictureCaptcha() if answer is None else KnownCaptcha(answer)
