"""What holds for every screen: nobody is shut out, nothing overflows, it waits for no list."""

import pytest
from playwright.async_api import Page, expect

from tests.web.conftest import Site, at_rest, held, serious_faults
from tests.web.scenery import Scenery, set_up

SCREENS = [
    ("operator", "/"),
    ("operator", "/templates"),
    ("operator", "/applications"),
    ("operator", "/applications/new"),
    ("operator", "/applications/{draft}/plans"),
    ("operator", "/applications/{draft}/persons"),
    ("operator", "/applications/{draft}/details"),
    ("operator", "/applications/{returned}"),
    ("operator", "/payment-notices"),
    ("operator", "/billings"),
    ("operator", "/billings/{to_invoice}"),
    ("operator", "/confirmations"),
    ("agency", "/"),
    ("agency", "/reviews"),
    ("agency", "/reviews/{first_review}"),
    ("office", "/confirmations"),
    ("finance", "/payments"),
    ("finance", "/payments/{large}"),
    ("administrator", "/audit"),
    ("agency", "/units"),
    ("agency", "/units/{applied}"),
    ("administrator", "/units"),
    ("administrator", "/units/U0000001"),
    ("administrator", "/offices"),
    ("operator", "/contacts"),
    ("operator", "/account"),
    ("administrator", "/account"),
    ("administrator", "/accounts"),
    ("agency", "/bindings"),
    ("administrator", "/message-log"),
    ("administrator", "/messages"),
    ("operator", "/messages"),
    ("agency", "/messages"),
    ("auditor", "/applications"),
    ("auditor", "/applications/{first_review}"),
    ("auditor", "/units"),
    ("auditor", "/units/U0000001"),
    ("auditor", "/bindings"),
    ("auditor", "/accounts"),
    ("auditor", "/audit"),
    ("auditor", "/message-log"),
]


@pytest.fixture(scope="module")
async def scenery(site: Site) -> Scenery:
    """Make something to look at."""
    return await set_up(site)


async def _opened(page: Page, path: str, scenery: Scenery) -> None:
    await page.goto(path.format(**vars(scenery)))
    await page.get_by_role("heading", level=1).wait_for()
    await expect(page.locator(".el-skeleton")).to_have_count(0)
    await at_rest(page)


@pytest.mark.parametrize(("account", "path"), SCREENS)
async def test_no_screen_has_a_serious_fault_or_overflows_a_phone(
    site: Site, scenery: Scenery, account: str, path: str
) -> None:
    """By axe, light and dark; at 390 px nothing has to be scrolled sideways."""
    async with site.signed_in(account, viewport={"width": 390, "height": 844}) as page:
        await _opened(page, path, scenery)
        assert await serious_faults(page) == []
        wide = await page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390
        await page.set_viewport_size({"width": 1280, "height": 800})
        await page.emulate_media(color_scheme="dark")
        await page.get_by_role("button", name="深色模式").click()
        await at_rest(page)
        assert await serious_faults(page) == []


async def test_home_is_there_before_its_lists_are(site: Site) -> None:
    """Greeting, menu and the way to a new application wait for no count and no list."""
    async with site.signed_in("operator") as page:
        answer = await held(page, "application-counts", "applications?*", "billing-counts")
        await page.goto("/")
        await expect(page.get_by_role("heading", level=1)).to_contain_text("您好")
        await expect(page.get_by_role("link", name="新建参保录入")).to_be_visible()
        await expect(page.locator(".el-skeleton").first).to_be_visible()
        await expect(page.locator(".task")).to_have_count(0)
        answer.set()
        await expect(page.locator(".task").first).to_be_visible()
        await expect(page.locator(".el-skeleton")).to_have_count(0)


async def test_the_wizard_can_be_walked_by_keyboard(site: Site) -> None:
    """From the menu to a chosen plan without a mouse."""
    async with site.signed_in("operator") as page:
        await page.goto("/applications/new")
        choice = page.get_by_role("combobox", name="添加保障活动")
        await choice.focus()
        await page.keyboard.press("Enter")
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Enter")
        await page.get_by_role("row").nth(1).wait_for()
        await page.get_by_role("button", name="下一步").focus()
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/persons")
