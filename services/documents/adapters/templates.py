"""Templates of papers: their HTML in full, or with a placeholder for each value that changes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from services.documents.adapters.coverage import printable
from services.documents.adapters.versions import LAYOUTS
from services.documents.domain.wording import date_text, money, short_date

FIRST_PLACEHOLDER = 0x3400
"""Placeholders are rare ideographs: of one glyph, never broken, in no template."""
MOST_PLACEHOLDERS = 0x19B6
LINE_BREAK = Markup("<br>")


class DoesNotFit(ValueError):  # noqa: N818 - an outcome: the paper is laid out in full
    """A value has no placeholder, or does not go where it stands."""


class Fixed(str):
    """Words of the template itself, which are the same on every paper of its shape."""

    __slots__ = ()


class Pages:
    """The number of pages of a paper, which is known when it is laid out."""


PAGES = Pages()


@dataclass
class Values:
    """The values of a paper in the order its template names them; each takes some lines."""

    lines: Sequence[int] = ()
    texts: list[str | Pages] = field(default_factory=list)
    places: list[tuple[int, int]] = field(default_factory=list)
    """Of each placeholder the value that it stands for, and which of its lines."""

    def written(self, value: object) -> str:
        """Return what stands in the HTML for a value, and note the value."""
        if isinstance(value, Fixed):
            return value
        text = value if isinstance(value, Pages) else printable(str(value))
        if text == "":
            return text  # an empty value is part of the shape
        number = len(self.texts)
        self.texts.append(text)
        lines = self.lines[number] if number < len(self.lines) else 1
        return LINE_BREAK.join(self._placeholder(number, line) for line in range(lines))

    def _placeholder(self, value: int, line: int) -> str:
        if len(self.places) == MOST_PLACEHOLDERS:
            raise DoesNotFit
        self.places.append((value, line))
        return chr(FIRST_PLACEHOLDER + len(self.places) - 1)


@dataclass(frozen=True)
class InFull:
    """Values that stand in the HTML themselves, and the number of pages with them."""

    pages: int

    def written(self, value: object) -> str:
        """Return what stands in the HTML for a value."""
        if isinstance(value, Fixed):
            return value
        return printable(str(self.pages if isinstance(value, Pages) else value))


@pass_context
def _finalize(context: Context, value: object) -> object:
    values = context.get("values")
    return values.written(value) if isinstance(values, Values | InFull) else value


def _environment() -> Environment:
    found = Environment(
        loader=FileSystemLoader(LAYOUTS),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    filters: dict[str, Any] = {
        "date_text": date_text,
        "fixed": Fixed,
        "money": money,
        "short_date": short_date,
    }
    found.filters.update(filters)
    return found


_templates = _environment()


def html(name: str, values: Values | InFull, **things: object) -> str:
    """Return a template's HTML with the values of a paper, or placeholders for them."""
    template = _templates.get_template(f"{name}.html")
    return template.render(values=values, pages=PAGES, **things)
