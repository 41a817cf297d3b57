"""Tabs can be told apart, and nothing stands in front of anything."""

from playwright.async_api import expect

from tests.web.conftest import Site


async def test_every_page_has_a_title_of_its_own(site: Site) -> None:
    """What it is, and which application it is about; also in English."""
    async with site.client("operator") as operator:
        number = await operator.draft(YWSH_20=1)
    async with site.signed_in("operator") as page:
        titles = {}
        for path in (
            "/",
            "/templates",
            "/applications",
            "/applications/new",
            f"/applications/{number}",
            f"/applications/{number}/plans",
            f"/applications/{number}/persons",
            f"/applications/{number}/details",
            "/payment-notices",
            "/billings",
            "/confirmations",
            "/applications/nowhere",
        ):
            await page.goto(path)
            await expect(page.get_by_role("main")).to_be_visible()
            titles[path] = await page.title()
        assert len(set(titles.values())) == len(titles), titles
        assert titles[f"/applications/{number}"].startswith(number)
        assert all(title.endswith("工会会员互助保障参保系统") for title in titles.values())


async def test_the_buttons_of_the_wizard_cover_nothing(site: Site) -> None:
    """Whatever the height of the window, they stand below the rest."""
    async with site.client("operator") as operator:
        number = await operator.draft(YWSH_20=1, ZGZJ_36=1)
    async with site.signed_in("operator", viewport={"width": 1000, "height": 420}) as page:
        await page.goto(f"/applications/{number}/persons")
        last = page.get_by_role("heading", name="导入批次列表")
        await last.scroll_into_view_if_needed()
        bar = page.get_by_role("button", name="下一步")
        below, above = await last.bounding_box(), await bar.bounding_box()
        assert below is not None
        assert above is not None
        assert above["y"] >= below["y"] + below["height"]
