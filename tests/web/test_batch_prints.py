"""Many papers printed at once in the browser, and who printed a paper."""

import re
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import Page, Route, expect

from examples.people import invent
from tests.flows.stories import Desk
from tests.web import steps
from tests.web.conftest import Site, at_rest, held, serious_faults

MENU = "缴费通知单打印"
PHONE = {"width": 390, "height": 844}
PDF = b"%PDF-1.4 five hundred papers"


async def _desk(site: Site, stack: AsyncExitStack) -> Desk:
    accounts = ("operator", "agency", "office", "finance")
    return Desk(*[await stack.enter_async_context(site.client(one)) for one in accounts])


@dataclass
class Many:
    """An office with more papers than one print takes: what its API would answer."""

    count: int = 512
    state: str = "pending"
    done: int = 0
    asked: list[list[str]] = field(default_factory=list)

    async def answer(self, page: Page) -> None:
        """Answer a page's calls about papers and prints."""
        await page.route("**/api/v1/payment-notices?*", self._list)
        await page.route("**/api/v1/payment-notices", self._list)
        await page.route("**/api/v1/payment-notices/print", self._print)
        await page.route("**/api/v1/prints/P1", self._progress)
        await page.route(
            "**/api/v1/prints/P1/file",
            lambda route: route.fulfill(body=PDF, content_type="application/pdf"),
        )

    def shown(self) -> dict[str, Any]:
        """Return the print as it stands."""
        numbers = self.asked[-1] if self.asked else []
        return {
            "print_id": "P1",
            "kind": "payment_notice",
            "numbers": numbers,
            "state": self.state,
            "done": self.done,
            "total": len(numbers),
        }

    async def _list(self, route: Route) -> None:
        query = parse_qs(urlsplit(route.request.url).query)
        limit = int(query.get("limit", ["50"])[0])
        newest = int(query["cursor"][0][3:]) - 1 if "cursor" in query else self.count
        numbers = [f"PRT{one:010}" for one in range(newest, max(newest - limit, 0), -1)]
        is_last = newest <= limit
        await route.fulfill(
            json={
                "items": [_paper(number) for number in numbers],
                "next": None if is_last else numbers[-1],
                "total": self.count,
                "total_is_exact": True,
                "as_of": None,
            }
        )

    async def _print(self, route: Route) -> None:
        body: dict[str, list[str]] = route.request.post_data_json or {}
        self.asked.append(body["application_nos"])
        self.state, self.done = "pending", 0
        location = {"Location": "/api/v1/prints/P1"}
        await route.fulfill(status=202, json=self.shown(), headers=location)

    async def _progress(self, route: Route) -> None:
        await route.fulfill(json=self.shown())


def _paper(number: str) -> dict[str, Any]:
    return {
        "kind": "payment_notice",
        "number": number,
        "application_no": number,
        "unit_name": "青岛海晏示例职业学校",
        "agency_name": "市南区代办处",
        "business": "enrollment",
        "plan_names": ["意外伤害（会费20元）"],
        "amount": "80.00",
        "entered_on": "2026-03-02",
        "effective_on": None,
        "confirmed_on": None,
        "print_count": 0,
        "archived": False,
    }


async def _opened(page: Page) -> Many:
    many = Many()
    await many.answer(page)
    await page.goto("/payment-notices")
    await expect(page.get_by_text("共 512 条")).to_be_visible()
    return many


@pytest.mark.parametrize("size", [{"width": 1280, "height": 800}, PHONE])
async def test_five_hundred_papers_are_chosen_printed_and_followed(
    site: Site, size: dict[str, int]
) -> None:
    """With the keyboard alone; a reload, and whoever leaves and comes back, finds it as it is."""
    async with site.signed_in("operator", viewport=size) as page:
        many = await _opened(page)
        await page.get_by_role("button", name="选择最新的 500 份").focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("已选 500 份")).to_be_visible()
        await page.get_by_role("button", name=MENU, exact=True).focus()
        await page.keyboard.press("Enter")
        panel = page.get_by_role("region", name="批量打印")
        await expect(panel.get_by_text("500 份中已完成 0 份")).to_be_visible()
        [numbers] = many.asked
        assert numbers == [f"PRT{one:010}" for one in range(512, 12, -1)]
        many.done = 120
        await expect(panel.get_by_text("500 份中已完成 120 份")).to_be_visible()
        await at_rest(page)
        assert await serious_faults(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        await page.reload()
        await expect(panel.get_by_text("500 份中已完成 120 份")).to_be_visible()
        await page.goto("/contacts")
        many.done = 480
        await page.goto("/payment-notices")
        await expect(panel.get_by_text("500 份中已完成 480 份")).to_be_visible()
        many.state, many.done = "done", 500
        await expect(panel.get_by_text("500 份单据已生成一个文件")).to_be_visible()
        await at_rest(page)
        assert await serious_faults(page) == []
        async with page.expect_download() as saved:
            await panel.get_by_role("button", name="下载").click()
        assert (await (await saved.value).path()).read_bytes() == PDF
        await panel.get_by_role("button", name="关闭").click()
        await expect(panel).to_have_count(0)
        await page.reload()
        await expect(page.get_by_text("共 512 条")).to_be_visible()
        await expect(panel).to_have_count(0)


async def test_a_batch_that_fails_says_what_to_do_and_is_printed_again(site: Site) -> None:
    """The same papers, without choosing them again; nothing was counted."""
    async with site.signed_in("operator") as page:
        many = await _opened(page)
        await page.get_by_role("button", name="选择最新的 500 份").click()
        await page.get_by_role("button", name=MENU, exact=True).click()
        panel = page.get_by_role("region", name="批量打印")
        await expect(panel.get_by_text("已完成 0 份")).to_be_visible()
        many.state = "failed"
        await expect(panel.get_by_role("alert")).to_contain_text("请重新打印")
        await page.mouse.move(0, 0)
        await at_rest(page)
        assert await serious_faults(page) == []
        await panel.get_by_role("button", name="重新打印").click()
        await expect(panel.get_by_text("500 份中已完成 0 份")).to_be_visible()
        first, second = many.asked
        assert first == second


async def test_more_than_one_print_takes_is_not_sent(site: Site) -> None:
    """It says how many are too many; another batch waits for the one before."""
    async with site.signed_in("operator") as page:
        many = await _opened(page)
        for _ in range(10):
            await page.get_by_role("button", name="加载更多").click()
        await expect(page.get_by_role("button", name="加载更多")).to_have_count(0)
        await page.get_by_role("button", name="选择最新的 500 份").click()
        await expect(page.get_by_text("已选 500 份")).to_be_visible()
        last = page.get_by_role("checkbox", name="PRT0000000001", exact=True)
        await last.locator("xpath=ancestor::label").click()
        await page.get_by_role("button", name=MENU, exact=True).click()
        await expect(page.get_by_text("一次最多打印 500 份，现在选了 501 份")).to_be_visible()
        assert many.asked == []
        await last.locator("xpath=ancestor::label").click()
        await page.get_by_role("button", name=MENU, exact=True).click()
        await expect(page.get_by_text("500 份中已完成 0 份")).to_be_visible()
        await page.get_by_role("button", name="选择最新的 500 份").click()
        await expect(page.get_by_text("已选 500 份")).to_be_visible()
        await page.get_by_role("button", name=MENU, exact=True).click()
        await expect(page.get_by_text("上一批还在生成")).to_be_visible()
        assert len(many.asked) == 1


async def test_what_is_printed_is_counted_and_said_with_who_took_it(site: Site) -> None:
    """In the list, on the application's page, and for the auditor, who sees names masked."""
    async with AsyncExitStack() as stack:
        desk = await _desk(site, stack)
        number = await desk.approved(invent(1, seed=9900), 5, 2, YWSH_20=1)
        page = await stack.enter_async_context(site.signed_in("operator"))
        await steps.print_paper(page, MENU, number)
        registry = page.get_by_role("button", name=f"打印登记 {number}")
        await expect(registry).to_have_text("1")
        await registry.click()
        dialog = page.get_by_role("dialog", name=f"打印登记 {number}")
        name = desk.operator.account["name"]
        await expect(dialog.get_by_role("row", name=re.compile(name))).to_have_count(1)
        await expect(dialog.get_by_text("已打印 1 次")).to_be_visible()
        await at_rest(page)
        assert await serious_faults(page) == []
        auditor = await stack.enter_async_context(site.signed_in("auditor", viewport=PHONE))
        await auditor.goto(f"/applications/{number}")
        await auditor.get_by_role("button", name="打印登记 缴费通知单").click()
        dialog = auditor.get_by_role("dialog", name=f"打印登记 {number}")
        await expect(dialog.get_by_text(desk.operator.account["account_id"])).to_be_visible()
        await expect(dialog.get_by_text(name, exact=True)).to_have_count(0)
        await at_rest(auditor)
        assert await serious_faults(auditor) == []
        assert await auditor.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


async def test_a_small_print_that_takes_long_says_how_far_it_is(site: Site) -> None:
    """Its tab waits for it; when it is shown there, nothing is left to follow."""
    async with AsyncExitStack() as stack:
        page = await stack.enter_async_context(site.signed_in("operator"))
        many = await _opened(page)
        await page.get_by_role("row", name="PRT0000000512").locator(".el-checkbox").click()
        file = await held(page, "prints/P1/file")
        async with page.context.expect_page() as opened:
            await page.get_by_role("button", name=MENU, exact=True).click()
        tab = await opened.value
        panel = page.get_by_role("region", name="批量打印")
        await expect(panel.get_by_text("1 份中已完成 0 份")).to_be_visible()
        many.state, many.done = "done", 1
        await page.unroute("**/api/v1/prints/P1/file")
        await page.route(
            "**/api/v1/prints/P1/file",
            lambda route: route.fulfill(body=PDF, content_type="application/pdf"),
        )
        file.set()
        await tab.wait_for_url(re.compile("^blob:"))
        await expect(panel).to_have_count(0)
