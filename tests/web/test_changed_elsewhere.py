"""A draft that somebody else changes while it is open: nobody's change is lost unseen."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from playwright.async_api import Locator, Page, expect

from examples.client import Client
from examples.people import fill, invent
from tests.flows.stories import Desk
from tests.web.conftest import Site


@asynccontextmanager
async def _open_draft(site: Site) -> AsyncIterator[tuple[Page, Client, str]]:
    """Open a draft's plans, type something else, and give the API to a colleague."""
    async with site.client("operator") as colleague, site.signed_in("operator") as page:
        number = await colleague.draft(YWSH_20=1)
        await page.goto(f"/applications/{number}/plans")
        await _type(_box(page, "份数"), 3)
        yield page, colleague, number


def _box(page: Page, name: str) -> Locator:
    return page.get_by_role("spinbutton", name=name)


async def _type(box: Locator, number: int) -> None:
    await box.fill(str(number))
    await box.press("Tab")


async def _press(page: Page, button: str) -> None:
    await page.get_by_role("button", name=button).click()


async def _lines(client: Client, number: str) -> dict[str, int]:
    found = await client.get(f"/applications/{number}")
    return {line["plan"]: line["shares"] for line in found["lines"]}


async def _change(client: Client, number: str, shares: int) -> None:
    lines = [{"plan": "YWSH-20", "shares": shares}]
    await client.put(f"/applications/{number}/lines", {"lines": lines})


async def test_what_a_colleague_changed_is_not_overwritten_unseen(site: Site) -> None:
    """One is told, goes on typing, or takes what is there now."""
    async with _open_draft(site) as (page, colleague, number):
        await _change(colleague, number, 2)
        await _press(page, "下一步")
        await expect(page.get_by_role("dialog", name="内容已在别处修改")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(_box(page, "份数")).to_have_value("3")
        assert await _lines(colleague, number) == {"YWSH-20": 2}
        await _press(page, "下一步")
        await _press(page, "改用最新内容")
        await expect(_box(page, "份数")).to_have_value("2")
        await _press(page, "下一步")
        await page.wait_for_url("**/persons")
        assert await _lines(colleague, number) == {"YWSH-20": 2}


async def test_who_says_so_overwrites_it(site: Site) -> None:
    """What one typed is what is kept; a reload makes no difference."""
    async with _open_draft(site) as (page, colleague, number):
        await _change(colleague, number, 2)
        page.on("dialog", lambda dialog: dialog.accept())
        await page.reload()
        await expect(_box(page, "份数")).to_have_value("3")
        await _press(page, "下一步")
        await _press(page, "以我填写的为准")
        await page.wait_for_url("**/persons")
        assert await _lines(colleague, number) == {"YWSH-20": 3}


async def test_a_change_of_something_else_is_no_reason_to_ask(site: Site) -> None:
    """A colleague counts the staff while one chooses plans; then both count the staff."""
    async with _open_draft(site) as (page, colleague, number):
        await colleague.put(f"/applications/{number}/staff", {"staff": 9, "women": 4})
        await _press(page, "下一步")
        await page.wait_for_url("**/persons")
        await expect(_box(page, "在职职工人数")).to_have_value("9")
        await _type(_box(page, "在职职工人数"), 12)
        await colleague.put(f"/applications/{number}/staff", {"staff": 10, "women": 5})
        await _press(page, "下一步")
        await _press(page, "改用最新内容")
        await expect(_box(page, "在职女职工人数")).to_have_value("5")
        await _press(page, "下一步")
        await page.wait_for_url("**/details")
        found = await colleague.get(f"/applications/{number}")
        assert (found["staff"], found["women"]) == (10, 5)


async def test_what_nobody_touched_follows_what_others_save(site: Site) -> None:
    """A page that was filled from an older reading catches up; what was typed stays."""
    async with site.client("operator") as colleague, site.signed_in("operator") as page:
        number = await colleague.draft(YWSH_20=1)
        await page.goto(f"/applications/{number}/persons")
        await colleague.put(f"/applications/{number}/staff", {"staff": 9, "women": 4})
        await expect(_box(page, "在职职工人数")).to_have_value("9")
        await colleague.put(f"/applications/{number}/staff", {"staff": 11, "women": 6})
        await expect(_box(page, "在职女职工人数")).to_have_value("6")
        await _type(_box(page, "在职职工人数"), 12)
        await colleague.put(f"/applications/{number}/staff", {"staff": 11, "women": 7})
        await expect(_box(page, "在职女职工人数")).to_have_value("7")
        await expect(_box(page, "在职职工人数")).to_have_value("12")
        await _press(page, "下一步")
        await page.wait_for_url("**/details")
        found = await colleague.get(f"/applications/{number}")
        assert (found["staff"], found["women"]) == (12, 7)


async def test_an_invoice_that_a_colleague_changed_is_asked_about(site: Site) -> None:
    """The title that the colleague wrote is shown before anything is sent over it."""
    async with AsyncExitStack() as stack:
        accounts = ("operator", "agency", "office", "finance")
        desk = Desk(*[await stack.enter_async_context(site.client(one)) for one in accounts])
        number = await desk.approved(invent(2, seed=61), 3, 1, YWSH_20=1)
        drafted = await desk.invoice(number, "union_funds", {"YWSH-20": (2, "20.00")})
        page = await stack.enter_async_context(site.signed_in("operator"))
        await page.goto(f"/billings/{number}")
        await _press(page, "修改")
        await page.get_by_label("抬头").fill("本人填写的抬头")
        keep = ("funding_source", "email", "lines")
        body = {name: drafted[name] for name in keep} | {"title": "同事填写的抬头"}
        await desk.operator.put(f"/billings/{number}/invoices/{drafted['invoice_id']}", body)
        await _press(page, "保存")
        await _press(page, "改用最新内容")
        await expect(page.get_by_label("抬头")).to_have_value("同事填写的抬头")
        await page.get_by_label("抬头").fill("商定的抬头")
        await _press(page, "保存")
        await expect(page.get_by_role("heading", name="开票列表")).to_be_visible()
        billing = await desk.operator.get(f"/billings/{number}")
        assert [one["title"] for one in billing["invoices"]] == ["商定的抬头"]


async def test_a_draft_that_a_colleague_submitted_says_so(site: Site) -> None:
    """What was being typed is asked about, and why it can no longer be sent is said."""
    async with site.client("operator") as colleague, site.signed_in("operator") as page:
        number = await colleague.draft(YWSH_20=1)
        content = fill(await colleague.template(), invent(2, seed=62))
        await colleague.finished_import(await colleague.start_import(number, content))
        await colleague.put(f"/applications/{number}/staff", {"staff": 3, "women": 1})
        await page.goto(f"/applications/{number}/details")
        await page.get_by_role("textbox", name="参保说明").fill("还没写完")
        await colleague.post(f"/applications/{number}/submit", {"remark": ""})
        await expect(page.get_by_text("该申请的状态已变为“待初审”")).to_be_visible()
        await _press(page, "离开")
        await page.wait_for_url(f"**/applications/{number}")
