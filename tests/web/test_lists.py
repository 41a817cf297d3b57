"""Lists that people search in the browser, and that keep their place."""

import re
from contextlib import AsyncExitStack

from playwright.async_api import Page, expect

from examples.client import Client
from examples.people import invent
from tests.flows.stories import Desk
from tests.web import steps
from tests.web.conftest import Site, choose

TOTAL = re.compile(r"共 [\d,]+ 条")
PAGE = 50


async def _search(page: Page) -> None:
    await page.get_by_role("button", name="查询").click()


async def _desk(site: Site, stack: AsyncExitStack) -> Desk:
    accounts = ("operator", "agency", "office", "finance")
    return Desk(*[await stack.enter_async_context(site.client(one)) for one in accounts])


async def _fill_up(operator: Client, count: int) -> None:
    """Make so many drafts that there is more than a page of them."""
    there = (await operator.get("/applications", limit=1, plan="ZGZJ-36"))["total"]
    for _ in range(count - there):
        await operator.draft(ZGZJ_36=1)


async def test_an_application_is_found_by_a_part_of_its_number(site: Site) -> None:
    """As it is typed, in lower case and with a space; the address keeps it over a reload."""
    async with site.client("operator") as operator, site.signed_in("operator") as page:
        number = await operator.draft(YWSH_20=1)
        await steps.go(page, "参保录入")
        await page.get_by_label("申请书号").fill(f"prt {number[3:]}")
        await _search(page)
        await expect(page.get_by_role("row", name=re.compile("PRT"))).to_have_count(1)
        await expect(page.get_by_text("共 1 条")).to_be_visible()
        await page.reload()
        await expect(page.get_by_label("申请书号")).to_have_value(f"prt {number[3:]}")
        await expect(page.get_by_role("row", name=re.compile("PRT"))).to_have_count(1)
        await choose(page, "业务类型", "续保")
        await _search(page)
        await expect(page.get_by_text("没有符合条件的参保申请")).to_be_visible()
        await page.get_by_role("button", name="重置").click()
        await expect(page.get_by_role("row", name=number)).to_be_visible()
        await expect(page).to_have_url(re.compile("/applications$"))


async def test_a_list_is_as_it_was_when_one_comes_back(site: Site) -> None:
    """Its conditions, the pages that were loaded, and the place on the page."""
    size = {"width": 1280, "height": 600}
    async with (
        site.client("operator") as operator,
        site.signed_in("operator", viewport=size) as page,
    ):
        await _fill_up(operator, PAGE + 8)
        await steps.go(page, "参保录入")
        await choose(page, "保障活动细类", "职工重疾")
        await choose(page, "状态", "草稿")
        await _search(page)
        rows = page.get_by_role("row", name=re.compile("PRT"))
        await expect(rows).to_have_count(PAGE)
        await page.get_by_role("button", name="加载更多").click()
        await expect(page.get_by_role("button", name="加载更多")).to_have_count(0)
        all_of_them = await rows.count()
        assert all_of_them > PAGE
        link = rows.last.get_by_role("link")
        await link.scroll_into_view_if_needed()
        was = await page.evaluate("scrollY")
        assert was > 0
        await link.click()
        await page.wait_for_url("**/plans")
        await (
            page.get_by_role("heading", name="参保录入")
            .or_(page.get_by_role("heading"))
            .first.wait_for()
        )
        await page.go_back()
        await expect(rows).to_have_count(all_of_them)
        await page.wait_for_function(f"Math.abs(scrollY - {was}) < 5")
        await page.reload()
        await expect(rows).to_have_count(all_of_them)
        await page.wait_for_function(f"Math.abs(scrollY - {was}) < 5")


async def test_what_others_do_does_not_fold_up_a_list_that_one_reads(site: Site) -> None:
    """The pages that were loaded stay, with what is new on top of them."""
    async with site.client("operator") as operator, site.signed_in("operator") as page:
        await _fill_up(operator, PAGE + 3)
        await page.goto("/applications?plan=ZGZJ-36")
        rows = page.get_by_role("row", name=re.compile("PRT"))
        await expect(rows).to_have_count(PAGE)
        await page.get_by_role("button", name="加载更多").click()
        await expect(page.get_by_role("button", name="加载更多")).to_have_count(0)
        loaded = await rows.count()
        number = await operator.draft(ZGZJ_36=1)
        await expect(page.get_by_role("row", name=number)).to_be_visible()
        await expect(rows).to_have_count(loaded + 1)


async def test_reviewers_see_what_they_have_done(site: Site) -> None:
    """In a tab of its own, with their decision; they come back to it from an application."""
    async with AsyncExitStack() as stack:
        desk = await _desk(site, stack)
        number = await desk.drafted(invent(2, seed=311), 3, 1, YWSH_20=1)
        await desk.submitted(number)
        because = {"decision": "return", "reason": "请补充证明"}
        await desk.agency.post(f"/applications/{number}/reviews", because)
        page = await stack.enter_async_context(site.signed_in("agency"))
        await steps.go(page, "参保审核")
        await expect(page.get_by_role("row", name=number)).to_have_count(0)
        await page.get_by_role("tab", name="已审核").click()
        await page.get_by_label("单位名称").fill("海晏 示例")
        await page.get_by_label("申请书号").fill(number[-4:])
        await _search(page)
        row = page.get_by_role("row", name=number)
        await expect(row.get_by_text("退回", exact=True)).to_be_visible()
        await expect(page.get_by_text(TOTAL)).to_be_visible()
        await row.get_by_role("link", name="查看").click()
        await page.wait_for_url(f"**/reviews/{number}")
        await page.go_back()
        await expect(page.get_by_role("tab", name="已审核")).to_have_attribute(
            "aria-selected", "true"
        )
        await expect(page.get_by_label("单位名称")).to_have_value("海晏 示例")
        await expect(row).to_be_visible()


async def test_a_decision_leads_back_to_the_list_as_it_was_searched(site: Site) -> None:
    """Whoever works through the applications of a unit goes on with them."""
    async with AsyncExitStack() as stack:
        desk = await _desk(site, stack)
        number = await desk.drafted(invent(2, seed=312), 3, 1, YWSH_20=1)
        await desk.submitted(number)
        page = await stack.enter_async_context(site.signed_in("agency"))
        await page.goto("/reviews?unit=海晏&plan=YWSH-20")
        await page.get_by_role("row", name=number).get_by_role("link", name="审核").click()
        await page.get_by_role("button", name="通过", exact=True).click()
        await page.wait_for_url("**/reviews?*")
        await expect(page.get_by_label("单位名称")).to_have_value("海晏")
        await expect(page.get_by_role("row", name=number)).to_have_count(0)


async def test_finance_finds_a_payment_by_the_unit(site: Site) -> None:
    """And by how far the money is; the way back from a payment keeps both."""
    async with AsyncExitStack() as stack:
        desk = await _desk(site, stack)
        number = await desk.approved(invent(2, seed=313), 3, 1, YWSH_20=1)
        page = await stack.enter_async_context(site.signed_in("finance"))
        await steps.go(page, "收款确认")
        await page.get_by_label("单位名称").fill("没有这个单位")
        await _search(page)
        await expect(page.get_by_text("没有符合条件的收款申请")).to_be_visible()
        await page.get_by_label("单位名称").fill("海晏")
        await page.get_by_label("申请书号").fill(number.lower())
        await choose(page, "收款状态", "待收款")
        await _search(page)
        await page.get_by_role("row", name=number).get_by_role("link", name="处理").click()
        await page.get_by_role("link", name="返回").click()
        await expect(page.get_by_label("单位名称")).to_have_value("海晏")
        await expect(page.get_by_text("共 1 条")).to_be_visible()


async def test_papers_are_searched_by_kind(site: Site) -> None:
    """Where the guide shows 业务类型: notices, invoicing; and confirmations by it too."""
    async with AsyncExitStack() as stack:
        desk = await _desk(site, stack)
        number = await desk.approved(invent(2, seed=314), 3, 1, YWSH_20=1)
        await desk.confirmed(number, steps.today().replace(day=1), steps.today())
        page = await stack.enter_async_context(site.signed_in("operator"))
        for menu in ("缴费通知单打印", "线上开票录入", "确认书打印"):
            await steps.go(page, menu)
            rows = page.get_by_role("row", name=re.compile(r"PRT\d|G\d{20}"))
            await expect(rows.first).to_be_visible()
            await choose(page, "业务类型", "补缴")
            await _search(page)
            await expect(rows).to_have_count(0)
            await choose(page, "业务类型", "参保")
            await _search(page)
            await expect(rows.first).to_be_visible()
            await expect(page.get_by_text(TOTAL)).to_be_visible()
