"""Finance enters money: what is wrong stays in sight, and nothing is recorded unasked."""

from datetime import timedelta

from playwright.async_api import Page, expect

from examples.client import Client
from examples.people import invent
from tests.flows.stories import Desk
from tests.web import steps
from tests.web.conftest import Site

TITLE = "青岛海晏示例职业学校"


async def _approved(site: Site, seed: int) -> str:
    """Bring an application of one person to its approval; returns its number."""
    async with (
        site.client("operator") as operator,
        site.client("agency") as agency,
        site.client("office") as office,
        site.client("finance") as finance,
    ):
        desk = Desk(operator, agency, office, finance)
        number = await desk.approved(invent(1, seed=seed), 3, 1, YWSH_20=1)
        await operator.get(f"/billings/{number}")
        return number


async def _payments(site: Site, number: str) -> list[object]:
    async with site.client("finance") as finance:
        found: list[object] = (await finance.get(f"/billings/{number}"))["payments"]
        return found


async def test_a_future_day_stays_in_sight_with_its_reason(site: Site) -> None:
    """One click records nothing; neither does the question when it is declined."""
    number = await _approved(site, 91)
    tomorrow = (steps.today() + timedelta(days=1)).isoformat()
    async with site.signed_in("finance") as page:
        await page.goto(f"/payments/{number}")
        received = page.get_by_label("到账日期", exact=True)
        await received.fill(tomorrow)
        await page.get_by_role("button", name="确认收款").click()
        await expect(page.get_by_text("到账日期不能晚于今天")).to_be_visible()
        await expect(received).to_have_value(tomorrow)
        await received.fill(steps.today().isoformat())
        confirmed = page.get_by_label("确认日期", exact=True)
        far = (steps.today() + timedelta(days=63)).isoformat()
        await confirmed.fill(far)
        await page.get_by_role("button", name="确认收款").click()
        await expect(page.get_by_text("确认日期不能晚于").first).to_be_visible()
        await expect(confirmed).to_have_value(far)
        await confirmed.focus()
        await confirmed.press_sequentially("02312027")  # as this browser's fields are ordered
        assert await confirmed.evaluate("box => box.validity.badInput")
        await page.get_by_role("button", name="确认收款").click()
        await expect(page.get_by_text("没有这一天，请核对日期")).to_be_visible()
        planned = (steps.today() + timedelta(days=40)).isoformat()
        await confirmed.fill(planned)
        await steps.twice(page.get_by_role("button", name="确认收款"))
        dialog = page.get_by_role("dialog", name="确认收款")
        for text in ("到账 20.00 元", f"到 {planned} 自动确认", "保障自", "可以冲正"):
            await expect(dialog).to_contain_text(text)
        await dialog.get_by_role("button", name="取消").click()
        await expect(dialog).to_be_hidden()
        assert await _payments(site, number) == []
        await steps.twice(page.get_by_role("button", name="确认收款"))
        await dialog.get_by_role("button", name="确认收款").click()
        await expect(page.get_by_text(f"将于 {planned} 自动确认")).to_be_visible()
    assert len(await _payments(site, number)) == 1


async def test_money_from_before_the_day_of_entry_needs_a_reason(site: Site) -> None:
    """It is asked for where the day stands, before anything is sent."""
    number = await _approved(site, 92)
    async with site.signed_in("finance") as page:
        await page.goto(f"/payments/{number}")
        await page.get_by_label("到账日期", exact=True).fill("2006-11-02")
        await page.get_by_role("button", name="确认收款").click()
        await expect(page.get_by_text("确实如此的，请填写原因")).to_be_visible()
        await page.get_by_label("到账日期早于参保录入日期").fill("补录旧账")
        await page.get_by_role("button", name="确认收款").click()
        dialog = page.get_by_role("dialog", name="确认收款")
        await expect(dialog).to_contain_text("保障自 2006-11-02 起生效")
        await dialog.get_by_role("button", name="取消").click()
    assert await _payments(site, number) == []


async def test_whoever_is_second_is_told_that_his_money_was_not_taken(site: Site) -> None:
    """Two at one billing: the page shows what the first one entered, and says so."""
    number = await _approved(site, 94)
    async with site.client("finance") as colleague, site.signed_in("finance") as page:
        await page.goto(f"/payments/{number}")
        await page.get_by_role("button", name="确认收款").click()
        dialog = page.get_by_role("dialog", name="确认收款")
        await expect(dialog).to_be_visible()
        await colleague.pay(number, "20.00", steps.today())
        await dialog.get_by_role("button", name="确认收款").click()
        alert = page.get_by_role("alert").filter(has_text="该申请已登记到账")
        await expect(alert).to_be_visible()
        await expect(page.get_by_role("heading", name="收款记录")).to_be_visible()
        await expect(alert).to_be_visible()
    assert len(await _payments(site, number)) == 1


async def _draft_invoice(operator: Client, number: str) -> str:
    line = {"plan": "YWSH-20", "persons": 1, "unit_price": "20.00"}
    body = {"funding_source": "union_funds", "title": TITLE, "email": "a@example.org"}
    made = await operator.post(f"/billings/{number}/invoices", {**body, "lines": [line]})
    return str(made["invoice_id"])


async def _is_work(page: Page) -> int:
    task = page.get_by_role("link", name="票据已作废，需重新开票")
    await expect(task).to_be_visible()
    return int((await task.inner_text()).split()[0])


async def test_a_voided_invoice_is_work_to_do_at_home(site: Site) -> None:
    """Its batch number stands whole in the list; a bad address is told where it stands."""
    number = await _approved(site, 93)
    async with site.client("operator") as operator, site.client("finance") as finance:
        invoice_id = await _draft_invoice(operator, number)
        await operator.post(f"/billings/{number}/submit")
        async with site.signed_in("operator") as page:
            before = await _is_work(page)
            place = f"/billings/{number}/invoices/{invoice_id}"
            await finance.post(f"{place}/void", {"reason": "抬头有误"})
            task = page.get_by_role("link", name="票据已作废，需重新开票")
            await expect(task).to_contain_text(str(before + 1))
            await task.click()
            await page.get_by_role("row", name=number).get_by_role("link", name="处理").click()
            await expect(page.get_by_role("cell", name=invoice_id, exact=True)).to_be_visible()
            await page.get_by_role("button", name="新增开票信息").click()
            await page.get_by_role("radio", name="工会经费").locator("..").click()
            await page.get_by_label("抬头").fill(TITLE)
            await page.get_by_role("checkbox", name="意外伤害").locator("..").click()
            email = page.get_by_label("交款人邮箱")
            await email.fill("经办人@example..org")
            await page.get_by_role("button", name="保存").click()
            field = page.locator(".el-form-item").filter(has=email)
            await expect(field.get_by_text("邮箱地址不正确")).to_be_visible()
            await email.fill("operator@example.org")
            await page.get_by_role("button", name="保存").click()
            await expect(page.get_by_text("开票信息已保存")).to_be_visible()
            await steps.send_invoices(page)
            await page.goto("/")
            await expect(task).to_contain_text(str(before))
