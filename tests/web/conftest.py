"""A real browser on the embedded system that `make run` starts."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from itertools import count
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, Locator, Page, Route, async_playwright, expect

from examples.client import Client
from examples.demo import CAPTCHA, ready, system

QUIET = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""The browser speaks to this machine only."""
TIMEOUT_MS = 20_000
"""Milliseconds after which something that a page should show is missed; tests run side by side."""
expect.set_options(timeout=TIMEOUT_MS)
AXE = Path(__file__).parents[2] / "services/gateway/web/node_modules/axe-core/axe.min.js"
SERIOUS = {"serious", "critical"}


@dataclass(frozen=True)
class Site:
    """The running system and a browser before it."""

    address: str
    passwords: dict[str, str]
    browser: Browser
    var: Path
    """Where messages lie that were sent."""
    addresses: Iterator[str] = field(
        default_factory=lambda: map(str, map(IPv4Address, count(0x0A000001)))
    )
    """Everybody comes from one of his own, through a proxy: an address gets so many captchas."""

    @asynccontextmanager
    async def page(self, **options: object) -> AsyncIterator[Page]:
        """Open a browser of somebody's own; whatever breaks in the page breaks the test."""
        context = await self.browser.new_context(
            **{
                "base_url": self.address,
                "locale": "zh-CN",
                "extra_http_headers": self._forwarded(),
                **options,
            },  # type: ignore[arg-type]
        )
        context.set_default_timeout(TIMEOUT_MS)
        page = await context.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        try:
            yield page
        finally:
            await context.close()
        assert not errors, errors

    @asynccontextmanager
    async def signed_in(self, username: str, **options: object) -> AsyncIterator[Page]:
        """Open a browser in which an account is signed in."""
        async with self.page(**options) as page:
            await page.goto("/sign-in")
            await self.sign_in(page, username)
            await page.wait_for_url(lambda url: not url.endswith("/sign-in"))
            yield page

    async def sign_in(self, page: Page, username: str, password: str | None = None) -> None:
        """Fill in what the sign-in asks for, wherever it stands; a demo account's password."""
        await page.get_by_label("用户名").fill(username)
        await page.get_by_label("密码", exact=True).fill(password or self.passwords[username])
        await page.get_by_label("验证码", exact=True).fill(CAPTCHA)
        await page.get_by_role("button", name="登录", exact=True).click()

    @asynccontextmanager
    async def client(self, username: str) -> AsyncIterator[Client]:
        """Return the API to an account, to bring something about beside the browser."""
        headers = self._forwarded()
        async with httpx.AsyncClient(base_url=self.address, headers=headers, timeout=60) as http:
            yield await Client.sign_in(http, username, self.passwords[username], CAPTCHA)

    def _forwarded(self) -> dict[str, str]:
        """Return what a proxy says of somebody new."""
        return {"X-Forwarded-For": next(self.addresses)}


async def choose(page: Page, label: str, option: str, within: Locator | None = None) -> None:
    """Choose from a list as a mouse does: the box around the input takes the click."""
    box = (
        (within or page)
        .get_by_role("combobox", name=label)
        .locator("xpath=ancestor::div[contains(@class, 'el-select__wrapper')]")
    )
    await box.click()
    await page.get_by_role("option", name=option).click()


async def held(page: Page, *paths: str) -> asyncio.Event:
    """Hold back calls of these paths of the API until the event is set."""
    answer = asyncio.Event()

    async def hold(route: Route) -> None:
        await answer.wait()
        await route.continue_()

    for path in paths:
        await page.route(f"**/api/v1/{path}", hold)
    return answer


AT_REST = """new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))
  .then(() => Promise.allSettled(document.getAnimations()
    .filter(one => one.effect.getComputedTiming().endTime < Infinity)
    .map(one => one.finished)))"""


async def at_rest(page: Page) -> None:
    """Return when changes are painted and what moves has come to rest, unless it always moves."""
    await page.evaluate(AT_REST)


SETTLED = """Promise.all(document.getAnimations()
    .filter((one) => one.effect.getComputedTiming().iterations !== Infinity)
    .map((one) => one.finished.catch(() => null)))"""
"""What fades in has other colours until it is there."""


async def serious_faults(page: Page) -> list[str]:
    """Return what axe finds serious on a page (WCAG)."""
    await page.evaluate(SETTLED)
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']}: {node['html'][:200]} {node['failureSummary']}"
        for one in found["violations"]
        if one["impact"] in SERIOUS
        for node in one["nodes"]
    ]


@asynccontextmanager
async def open_site(var: Path) -> AsyncIterator[Site]:
    """Run the system below `var`, and a browser."""
    chromium = shutil.which("chromium")
    assert chromium, "scripts/browser.sh installs the browser"
    built = Path(__file__).parents[2] / "services/gateway/web/dist/index.html"
    assert built.is_file(), "scripts/web.sh builds the web UI"
    with system(var, TRUSTED_PROXIES="127.0.0.1") as address:
        async with httpx.AsyncClient(base_url=address) as http:
            await ready(http, var / "system.log")
        passwords = json.loads(
            await asyncio.to_thread((var / "accounts.json").read_text, encoding="utf-8")
        )
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=chromium, args=[*QUIET], headless=True
            )
            yield Site(address, passwords, browser, var)
            await browser.close()


@pytest.fixture(scope="session")
async def site(folder: Path) -> AsyncIterator[Site]:
    """Run both once for all tests of the web UI."""
    async with open_site(folder / "web") as opened:
        yield opened
