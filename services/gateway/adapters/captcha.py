"""Captchas behind a port: a picture, or an answer that a setting makes known to demo and tests."""

import secrets
from typing import Protocol

from captcha.image import ImageCaptcha

LETTERS = "23456789"
LENGTH = 4


class CaptchaMaker(Protocol):
    """Makes questions that a person can answer."""

    def answer(self) -> str:
        """Choose what is to be read."""

    def picture(self, answer: str) -> bytes:
        """Draw it (PNG)."""


class PictureCaptcha:
    """Random digits, drawn crooked."""

    def __init__(self) -> None:
        self._image = ImageCaptcha(width=120, height=40, font_sizes=(30, 34, 38))

    def answer(self) -> str:
        """Choose four digits."""
        return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))

    def picture(self, answer: str) -> bytes:
        """Draw them."""
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
    """Return the captcha that the settings ask for."""
    return PictureCaptcha() if answer is None else KnownCaptcha(answer)
