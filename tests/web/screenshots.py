"""Every screen, wide and on a phone, into var/screenshots: `python -m tests.web.screenshots`."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.async_api import Page, Route

from tests.web.conftest import Site, at_rest, open_site
from tests.web.scenery import Scenery, set_up

FOLDER = Path("var/screenshots")
README = {
    ("home-operator", "wide"): "home",
    ("wizard-persons", "wide"): "roster",
    ("invoice", "wide"): "invoice",
}
"""Pictures that README.md shows, kept in docs/screenshots as one sees them without scrolling."""
WIDTHS = {"wide": (1280, 800), "phone": (390, 844)}
LARGEST_PAINT = """new Promise(done => {
  const seen = new PerformanceObserver(list => done(list.getEntries().at(-1).startTime));
  seen.observe({type: 'largest-contentful-paint', buffered: true});
})"""
"""Milliseconds from the opening of a page."""
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


async def _enlarge(page: Page, _scenery: Scenery) -> None:
    """Show the largest sum of the guide instead of what is due."""

    async def answer(route: Route) -> None:
        response = await route.fetch()
        text = (await response.text()).replace("5600.00", "9473755.20")
        await route.fulfill(response=response, body=text)

    await page.route("**/api/v1/billings*", answer)
    await page.reload()
    await page.get_by_text("9,473,755.20").first.wait_for()


async def _persons(page: Page, _scenery: Scenery) -> None:
    await page.get_by_role("button", name="人员详情/修改").first.click()


async def _import(page: Page, _scenery: Scenery) -> None:
    await page.get_by_role("button", name="批量导入人员清单").click()


async def _invoice(page: Page, _scenery: Scenery) -> None:
    await page.get_by_role("button", name="新增开票信息").click()
    await page.get_by_role("radio", name="会员自付").locator("..").click()
    await page.get_by_label("抬头").fill("青岛海晏示例职业学校")
    await page.get_by_role("checkbox", name="重大疾病").locator("..").click()


async def _change(page: Page, _scenery: Scenery) -> None:
    await page.get_by_role("button", name="修改", exact=True).click()


async def _office(page: Page, _scenery: Scenery) -> None:
    await page.get_by_role("button", name="修改 市南区代办处").click()


async def _registration(page: Page, _scenery: Scenery) -> None:
    """Show the form as if the mobile was proved."""
    await page.route("**/api/v1/registrations", lambda route: route.fulfill(json={"items": []}))
    await page.evaluate("sessionStorage.registration = JSON.stringify({proof: 'x', mobile: '1'})")
    await page.reload()


async def _menu(page: Page, _scenery: Scenery) -> None:
    if await page.get_by_role("button", name="菜单").is_visible():
        await page.get_by_role("button", name="菜单").click()


async def _english(page: Page, _scenery: Scenery) -> None:
    await page.get_by_role("button", name="English").click()


async def _fault(page: Page, _scenery: Scenery) -> None:
    await page.route("**/api/v1/applications*", lambda route: route.abort())
    await page.reload()
    await page.get_by_role("alert").wait_for()


async def _nobody(page: Page, _scenery: Scenery) -> None:
    await page.get_by_role("button", name="登录", exact=True).click()


SHOTS = (
    Shot("sign-in", "/sign-in"),
    Shot("sign-in-dark", "/sign-in", theme="dark"),
    Shot("sign-in-empty", "/sign-in", act=_nobody),
    Shot("home-operator", "/", "operator"),
    Shot("home-empty", "/", "operator3"),
    Shot("home-agency", "/", "agency"),
    Shot("home-dark", "/", "office", theme="dark"),
    Shot("menu", "/", "operator", _menu),
    Shot("templates", "/templates", "operator"),
    Shot("applications", "/applications", "operator"),
    Shot("applications-english", "/applications", "operator", _english),
    Shot("applications-fault", "/applications", "operator", _fault),
    Shot("applications-empty", "/applications", "operator3"),
    Shot("wizard-new", "/applications/new", "operator"),
    Shot("wizard-plans", "/applications/{draft}/plans", "operator"),
    Shot("wizard-persons", "/applications/{draft}/persons", "operator"),
    Shot("wizard-import", "/applications/{draft}/persons", "operator", _import),
    Shot("wizard-people", "/applications/{draft}/persons", "operator", _persons),
    Shot("wizard-details", "/applications/{draft}/details", "operator"),
    Shot("wizard-dark", "/applications/{draft}/persons", "operator", theme="dark"),
    Shot("application-returned", "/applications/{returned}", "operator"),
    Shot("application", "/applications/{to_archive}", "operator"),
    Shot("payment-notices", "/payment-notices", "operator"),
    Shot("billings", "/billings", "operator"),
    Shot("billings-large", "/billings", "operator", _enlarge),
    Shot("billing", "/billings/{to_invoice}", "operator"),
    Shot("invoice", "/billings/{to_invoice}", "operator", _invoice),
    Shot("invoice-dark", "/billings/{to_invoice}", "operator", _invoice, "dark"),
    Shot("confirmations", "/confirmations", "office"),
    Shot("reviews", "/reviews", "agency"),
    Shot("reviews-empty", "/reviews", "agency2"),
    Shot("review", "/reviews/{first_review}", "agency"),
    Shot("payments", "/payments", "finance"),
    Shot("payment", "/payments/{large}", "finance"),
    Shot("payment-confirmed", "/payments/{to_archive}", "finance"),
    Shot("messages", "/messages", "operator"),
    Shot("messages-english", "/messages", "operator", _english),
    Shot("messages-empty", "/messages", "operator3"),
    Shot("messages-dark", "/messages", "agency", theme="dark"),
    Shot("own-account", "/account", "operator"),
    Shot("accounts", "/accounts", "administrator"),
    Shot("bindings", "/bindings", "agency"),
    Shot("forgot-password", "/forgot-password"),
    Shot("bind", "/bind"),
    Shot("message-log", "/message-log", "administrator"),
    Shot("auditor-applications", "/applications", "auditor"),
    Shot("auditor-application", "/applications/{to_archive}", "auditor"),
    Shot("auditor-accounts", "/accounts", "auditor"),
    Shot("auditor-unit", "/units/U0000001", "auditor"),
    Shot("auditor-bindings", "/bindings", "auditor"),
    Shot("auditor-audit", "/audit", "auditor"),
    Shot("auditor-messages", "/message-log", "auditor"),
    Shot("units", "/units", "agency"),
    Shot("unit", "/units/{applied}", "agency"),
    Shot("unit-change", "/units/U0000001", "administrator", _change),
    Shot("offices", "/offices", "administrator"),
    Shot("office", "/offices", "administrator", _office),
    Shot("contacts", "/contacts"),
    Shot("register", "/register"),
    Shot("register-form", "/register", act=_registration),
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
        await at_rest(page)
        path = FOLDER / f"{shot.name}-{width}.png"
        await page.screenshot(path=path, full_page=True)
        painted = await page.evaluate(LARGEST_PAINT)
        sys.stdout.write(f"{path}, largest contentful paint after {painted:.0f} ms\n")
        if (shot.name, width) in README:
            kept = Path("docs/screenshots") / f"{README[shot.name, width]}.png"
            await page.screenshot(path=kept)


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(sys.argv[1:]))
