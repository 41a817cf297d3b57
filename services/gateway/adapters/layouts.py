"""Pages rendered on the server: HTML without scripts, from `layouts`."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

LAYOUTS = Path(__file__).parent.parent / "layouts"


def write_page(layout: str, **content: object) -> str:
    """Return a page from a layout; values are escaped."""
    return _layouts().get_template(layout).render(content)


@cache
def _layouts() -> Environment:
    found = Environment(
        loader=FileSystemLoader(LAYOUTS),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {"marked": _marked, "breakable": _breakable}
    return found


def _marked(text: str) -> Markup:
    """Return text as HTML, with what stands between backticks as code."""
    parts = text.split("`")
    code = Markup("<code>{}</code>")
    return Markup().join(code.format(part) if at % 2 else part for at, part in enumerate(parts))


def _breakable(name: str) -> Markup:
    """Return a name that may be broken between its parts."""
    broken = str(escape(name))
    for joint in "._/":
        broken = broken.replace(joint, f"{joint}<wbr>")
    return Markup(broken)  # noqa: S704 - escaped in the lines before
