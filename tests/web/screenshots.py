"""Every screen, wide and on a phone, into var/screenshots: `python -m tests.web.screenshots`."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.async_api import Page

from tests.web.conftest import Site, open_site
from tests.web.scenery import Scenery, set_up

FOLDER = Path("var/screenshots")
WIDTHS = {"wide": (1280, 800), "phone": (390, 844)}
Act = Callable[[Page, Scenery], Awaitable[object]]


async def _nothing(_page: Page, _scenery: Scenery) -> None:
    """Leave the screen as it opens."""


@dataclass(frozen=True)
class Shot:
    """One picture: who looks at which address, and what is done there first."""

    name: str
    path: str
    account: str | None = None
    act: Act = _nothing
    theme: str = "light"


SHOTS = (
    Shot("sign-in", "/sign-in"),
    Shot("sign-in-dark", "/sign-in", theme="dark"),
    Shot("templates", "/templates", "operator"),
    Shot("applications", "/applications", "operator"),
    Shot("home-operator", "/", "operator"),
)
"""`path` may name what the scenery has: `/applications/{draft}`."""


async def main(only: list[str]) -> None:
    """Set the scene, then take the pictures, or some of them."""
    with TemporaryDirectory() as var:
        async with open_site(Path(var)) as site:
            scenery = await set_up(site)
            for shot in SHOTS:
                if not only or any(shot.name.startswith(name) for name in only):
                    for width in WIDTHS:
                        await _take(site, scenery, shot, width)


async def _take(site: Site, scenery: Scenery, shot: Shot, width: str) -> None:
    wide, high = WIDTHS[width]
    options = {"viewport": {"width": wide, "height": high}, "color_scheme": shot.theme}
    opened = site.signed_in(shot.account, **options) if shot.account else site.page(**options)
    async with opened as page:
        await page.goto(shot.path.format(**vars(scenery)))
        # The live stream never ends, so that the network may never be quite idle.
        with suppress(Exception):
            await page.wait_for_load_state("networkidle", timeout=1500)
        await shot.act(page, scenery)
        await page.wait_for_timeout(400)
        path = FOLDER / f"{shot.name}-{width}.png"
        await page.screenshot(path=path, full_page=True)
        sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(sys.argv[1:]))
