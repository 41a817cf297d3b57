"""An administrator begins at the audit trail; whoever gets lost finds a way back."""

import re
from datetime import timedelta

import pytest
from playwright.async_api import Page, expect

from examples.people import invent
from tests.flows.stories import Desk
from tests.web.conftest import Site, choose
from tests.web.steps import today

MENU = ["单位绑定审核", "单位管理", "审计记录", "账号管理", "机构设置", "短信记录", "联系我们"]


async def _ask(page: Page) -> None:
    await page.get_by_role("search").get_by_role("button", name="查询").click()


async def test_an_administrator_begins_at_the_audit_trail(site: Site) -> None:
    """Their own sign-in stands at its top: who, what, what came of it, from where."""
    async with site.signed_in("administrator") as page:
        await expect(page.get_by_role("heading", name="审计记录", level=1)).to_be_visible()
        newest = page.get_by_role("row").nth(1)
        for cell in ("办事处管理员", "登录", "成功"):
            await expect(newest.get_by_text(cell, exact=True)).to_be_visible()
        await expect(newest.get_by_text(re.compile(r"^10\.0\.\d+\.\d+$"))).to_be_visible()
        menu = page.get_by_role("navigation", name="菜单")
        await expect(menu.get_by_role("link")).to_have_text(MENU)


@pytest.mark.parametrize(
    ("account", "begin"),
    [
        ("administrator", "审计记录"),
        ("operator", "您好"),
        ("agency", "您好"),
        ("office", "您好"),
        ("finance", "您好"),
    ],
)
async def test_every_role_begins_at_a_page_that_is_theirs(
    site: Site, account: str, begin: str
) -> None:
    """From the address without a path, from the name of the system, back from nowhere."""
    async with site.signed_in(account) as page:
        heading = page.get_by_role("heading", name=begin, level=1)
        await page.goto("/")
        await expect(heading).to_be_visible()
        for lost in ("/templates/nowhere", "/reviews/PRT0000000001/x"):
            await page.goto(lost)
            await expect(page.get_by_text("没有这个页面")).to_be_visible()
            await page.get_by_role("link", name="返回首页").click()
            await expect(heading).to_be_visible()
        await page.get_by_role("banner").get_by_role("link").first.click()
        await expect(heading).to_be_visible()


async def test_entries_are_found_by_what_is_known_of_them(site: Site) -> None:
    """By number, by what was done, by what came of it, by day; more pages on request."""
    async with site.client("operator2") as operator, site.signed_in("administrator") as page:
        number = await operator.draft(YWSH_20=1)
        for staff in range(1, 61):
            await operator.put(f"/applications/{number}/staff", {"staff": staff, "women": 0})
        subject = page.get_by_label("对象")
        await subject.fill(number)
        await _ask(page)
        rows = page.get_by_role("row").filter(has_text=number)
        await expect(rows).to_have_count(50)
        await page.get_by_role("button", name="加载更多").click()
        await expect(rows).to_have_count(61)
        await expect(rows.last.get_by_text("新建申请")).to_be_visible()
        await choose(page, "操作", "新建申请")
        await _ask(page)
        await expect(rows).to_have_count(1)
        await choose(page, "结果", "被拒绝")
        await _ask(page)
        await expect(page.get_by_text("没有符合条件的记录")).to_be_visible()
        await page.get_by_role("button", name="重置").click()
        await page.get_by_label("操作人").fill("operator2")
        await _ask(page)
        await expect(page.get_by_role("row").nth(1).get_by_text("A0000002")).to_be_visible()
        first_day = page.get_by_label("开始日期")
        await first_day.fill("2020-01-01")
        await page.get_by_label("结束日期").fill("2020-01-02")
        await page.keyboard.press("Enter")
        await _ask(page)
        await expect(page.get_by_text("没有符合条件的记录")).to_be_visible()


async def test_a_refusal_says_why_in_words(site: Site) -> None:
    """Also in English."""
    async with site.page() as stranger:
        await stranger.goto("/sign-in")
        await stranger.get_by_label("用户名").fill("nobody at all")
        await stranger.get_by_label("密码", exact=True).fill("x")
        await stranger.get_by_label("验证码", exact=True).fill("x")
        await stranger.get_by_role("button", name="登录", exact=True).click()
        await expect(stranger.get_by_role("alert")).to_be_visible()
    async with site.signed_in("administrator") as page:
        await choose(page, "结果", "被拒绝")
        await _ask(page)
        newest = page.get_by_role("row").nth(1)
        for cell in ("未知账号", "登录", "验证码错误"):
            await expect(newest.get_by_text(cell, exact=True)).to_be_visible()
        await page.get_by_role("button", name="English").click()
        for cell in ("Unknown account", "Sign-in", "Wrong captcha"):
            await expect(newest.get_by_text(cell, exact=True)).to_be_visible()


async def test_finance_sees_who_entered_reversed_and_voided(site: Site) -> None:
    """With the reason."""
    async with (
        site.client("operator") as operator,
        site.client("agency") as agency,
        site.client("office") as office,
        site.client("finance") as finance,
    ):
        desk = Desk(operator, agency, office, finance)
        number = await desk.approved(invent(2, seed=771), 2, 1, YWSH_20=1)
        made = await desk.invoice(number, "union_funds", {"YWSH-20": (2, "20.00")})
        await operator.post(f"/billings/{number}/submit")
        void = f"/billings/{number}/invoices/{made['invoice_id']}/void"
        await finance.post(void, {"reason": "抬头有误"})
        payment = await finance.pay(number, "40.00", today(), today() + timedelta(days=30))
        reversal = f"/payments/{payment['payment_id']}/reversal"
        await finance.post(reversal, {"reason": "重复登记"})
    async with site.signed_in("finance") as page:
        await page.goto(f"/payments/{number}")
        for sentence in (
            "办事处财务 录入",
            "办事处财务 冲正：重复登记",
            "办事处财务 作废：抬头有误",
        ):
            await expect(page.get_by_text(sentence, exact=True)).to_be_visible()
