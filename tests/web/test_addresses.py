"""The gateway knows the address of every screen, and the way to the API's documentation."""

import re
from pathlib import Path

import httpx
from playwright.async_api import expect

from tests.web.conftest import Site, serious_faults

SCREENS = Path(__file__).parents[2] / "services/gateway/web/src/screens/index.ts"


async def test_the_address_of_every_screen_is_served(site: Site) -> None:
    """A reader of the page can reload it: the build has told the gateway all of them."""
    written = SCREENS.read_text(encoding="utf-8")
    paths = [*re.findall(r'path: "(/[^"]*)"', written), "/sign-in"]
    assert len(paths) == written.count("import(") + 1
    async with httpx.AsyncClient(base_url=site.address) as http:
        for path in paths:
            address = path.replace(r":number(PRT\\d{10})", "PRT0000000001")
            for method in ("GET", "HEAD"):
                answer = await http.request(method, address)
                assert answer.status_code == 200, f"{address}: run scripts/web.sh again"
                assert answer.headers["content-type"].startswith("text/html")


async def test_the_documentation_is_one_click_from_every_page(site: Site) -> None:
    """From the account's menu, in a page of its own, readable for everybody."""
    for width in (1280, 390):
        size = {"width": width, "height": 900}
        async with site.signed_in("operator2", viewport=size) as page:
            await page.get_by_role("button", name="经办人").click()
            async with page.context.expect_page() as opened:
                await page.get_by_role("menuitem", name="接口文档").click()
            docs = await opened.value
            await expect(docs.get_by_role("heading", level=1)).to_contain_text("HTTP API")
            assert docs.url.endswith("/api/docs")
            assert await docs.evaluate("document.documentElement.scrollWidth") <= width
            assert await serious_faults(docs) == []
