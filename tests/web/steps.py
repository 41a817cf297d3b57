"""The ten steps as people do them with the mouse; every submit is clicked twice."""

import re
from datetime import date, datetime
from pathlib import Path

from playwright.async_api import Locator, Page, expect

from examples.demo import OFFICE_ZONE
from tests.web.conftest import choose

NUMBER = re.compile(r"PRT\d{10}")
SLOW = 30_000
"""Milliseconds that a worker may take for an import or a paper."""


def today() -> date:
    """Return the office's day."""
    return datetime.now(OFFICE_ZONE).date()


async def go(page: Page, menu: str) -> None:
    """Follow the menu; the page from before is gone when this returns."""
    entry = page.get_by_role("navigation", name="菜单").get_by_role("link", name=menu, exact=True)
    await entry.click()
    await expect(entry).to_have_attribute("aria-current", "page")


async def twice(button: Locator) -> None:
    """Click as the impatient do."""
    await button.dblclick()


async def add_plans(page: Page, **shares: int) -> None:
    """Choose plans and the shares of each on the first page of the wizard."""
    for plan, count in shares.items():
        await choose(page, "添加保障活动", plan)
        if count > 1:
            box = page.get_by_role("row", name=plan).get_by_role("spinbutton", name="份数")
            await box.fill(str(count))
            await box.press("Tab")


async def begin(page: Page, **shares: int) -> str:
    """Make a draft; returns its number."""
    await go(page, "参保录入")
    await page.get_by_role("link", name="新建参保录入").click()
    await add_plans(page, **shares)
    await twice(page.get_by_role("button", name="下一步"))
    await page.wait_for_url(re.compile(r"/PRT\d{10}/persons"))
    found = NUMBER.search(page.url)
    assert found
    return found.group()


async def upload(page: Page, roster: Path) -> None:
    """Import a file into all lines."""
    await page.get_by_role("button", name="批量导入人员清单").click()
    dialog = page.get_by_role("dialog", name="批量导入人员清单")
    await dialog.locator("input[type=file]").set_input_files(roster)
    await twice(dialog.get_by_role("button", name="开始导入"))
    await expect(dialog).to_be_hidden()


async def count_staff(page: Page, staff: int, women: int) -> None:
    """Say how many work at the unit."""
    await page.get_by_role("spinbutton", name="在职职工人数").fill(str(staff))
    await page.get_by_role("spinbutton", name="在职女职工人数").fill(str(women))
    await page.get_by_role("spinbutton", name="在职女职工人数").press("Tab")


async def hand_in(page: Page, number: str) -> None:
    """Go to the last page of the wizard and submit."""
    await page.get_by_role("button", name="下一步").click()
    await expect(page.get_by_role("heading", name="参保活动信息")).to_be_visible()
    await twice(page.get_by_role("button", name="完成"))
    await page.wait_for_url(re.compile(f"/applications/{number}$"), timeout=SLOW)
    await expect(page.get_by_text(f"{number} 已提交，进入初审。")).to_be_visible()
    await expect(page.get_by_text("待初审", exact=True)).to_be_visible()


async def approve(page: Page, number: str, level: str) -> None:
    """Find an application in one's list, look at it and agree."""
    await go(page, "参保审核")
    await expect(page.get_by_role("heading", name=level, level=1)).to_be_visible()
    await page.get_by_role("row", name=number).get_by_role("link", name="审核").click()
    await twice(page.get_by_role("button", name="通过", exact=True))
    await page.wait_for_url(re.compile("/reviews$"))
    await expect(page.get_by_text(f"{number} 已审核通过。")).to_be_visible()
    await expect(page.get_by_role("row", name=number)).to_have_count(0)


async def print_paper(page: Page, menu: str, row: str) -> None:
    """Print what a row names; it opens in a tab of its own, as a PDF."""
    await go(page, menu)
    await page.get_by_role("row", name=row).locator(".el-checkbox").click()
    async with page.context.expect_page() as opened:
        await page.get_by_role("button", name=menu).click()
    tab = await opened.value
    await tab.wait_for_url(re.compile("^blob:"), timeout=SLOW)
    await tab.close()


async def invoice(
    page: Page, source: str, title: str, lines: dict[str, tuple[int, str]], words: str
) -> None:
    """Fill in an invoice; its preview says the sum in words before it is saved."""
    await page.get_by_role("button", name="新增开票信息").click()
    await page.get_by_role("radio", name=source).locator("..").click()
    await page.get_by_label("抬头").fill(title)
    await page.get_by_label("交款人邮箱").fill("operator@example.org")
    for plan, (persons, price) in lines.items():
        await page.get_by_role("checkbox", name=plan).locator("..").click()
        line = page.get_by_role("group", name=plan)
        await line.get_by_role("spinbutton", name="人数").fill(str(persons))
        await line.get_by_role("textbox", name="人均单价").fill(price)
    await expect(page.get_by_text(words)).to_be_visible()
    await twice(page.get_by_role("button", name="保存"))
    await expect(page.get_by_role("heading", name="开票列表")).to_be_visible()


async def open_billing(page: Page, number: str) -> None:
    """Find what is due."""
    await go(page, "线上开票录入")
    await page.get_by_role("row", name=number).get_by_role("link", name="处理").click()


async def send_invoices(page: Page) -> None:
    """Submit when nothing remains."""
    await twice(page.get_by_role("button", name="提交", exact=True))
    dialog = page.get_by_role("dialog", name=re.compile(r"提交 \d+ 张开票信息"))
    await expect(dialog).to_contain_text("只能由财务作废")
    await dialog.get_by_role("button", name="提交", exact=True).click()
    await expect(page.get_by_text("开票信息已提交")).to_be_visible()
    await expect(page.get_by_role("row").get_by_text("已提交").first).to_be_visible()


async def pay(page: Page, number: str) -> None:
    """Enter what is due, as arrived on the first of the month and confirmed today."""
    await go(page, "收款确认")
    await page.get_by_role("row", name=number).get_by_role("link", name="处理").click()
    first = today().replace(day=1)
    for label, day in (("到账日期", first), ("确认日期", today())):
        await page.get_by_label(label, exact=True).fill(day.isoformat())
    if first < today():
        await page.get_by_label("到账日期早于参保录入日期").fill("款项已先到账")
    await twice(page.get_by_role("button", name="确认收款"))
    dialog = page.get_by_role("dialog", name="确认收款")
    for text in (f"到账日期 {first}", f"确认日期 {today()}", f"保障自 {first} 起生效", "不能撤销"):
        await expect(dialog).to_contain_text(text)
    await dialog.get_by_role("button", name="确认收款").click()
    await expect(page.get_by_text("收款已确认")).to_be_visible()
    await expect(page.get_by_role("cell", name="已确认")).to_be_visible()


async def archive(page: Page, confirmation_no: str, scan: Path) -> None:
    """Put the signed paper away."""
    await go(page, "确认书打印")
    await page.get_by_role("tab", name="已打印").click()
    await page.get_by_role("row", name=confirmation_no).get_by_role("button", name="归档").click()
    dialog = page.get_by_role("dialog", name="归档")
    await dialog.locator("input[type=file]").set_input_files(scan)
    await twice(dialog.get_by_role("button", name="归档"))
    await expect(page.get_by_text(f"{confirmation_no} 已归档")).to_be_visible()
    row = page.get_by_role("row", name=confirmation_no)
    await expect(row.get_by_text("已归档")).to_be_visible()
    await expect(row.get_by_role("button", name="归档")).to_have_count(0)
