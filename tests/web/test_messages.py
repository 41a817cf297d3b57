"""What happens is told on the page at once; the administrator sees what was sent."""

import re

from playwright.async_api import Page, Route, expect

from examples.client import Client
from examples.people import fill, invent
from tests.web.conftest import Site, choose

UNREAD = re.compile(r"消息，\d+条未读")


async def submitted(operator: Client, seed: int) -> str:
    """Submit an application; returns its number."""
    number = await operator.draft(YWSH_20=1)
    content = fill(await operator.template(), invent(2, seed=seed))
    await operator.finished_import(await operator.start_import(number, content))
    await operator.put(f"/applications/{number}/staff", {"staff": 2, "women": 1})
    await operator.post(f"/applications/{number}/submit", {"remark": ""})
    await operator.settled(number)
    return number


async def returned(site: Site, account: str, seed: int) -> str:
    """Let an application of a unit be returned; returns its number."""
    number = account.removeprefix("operator")
    async with site.client(account) as operator, site.client(f"agency{number}") as agency:
        application = await submitted(operator, seed)
        because = {"decision": "return", "reason": "请核对在职职工人数。"}
        await agency.post(f"/applications/{application}/reviews", because)
    return application


async def test_what_happens_is_told_without_a_reload(site: Site) -> None:
    """The bell counts it, the list has it, it leads to the application, and is read then."""
    async with site.signed_in("operator3") as page:
        await expect(page.get_by_role("banner").get_by_role("link", name="消息")).to_be_visible()
        number = await returned(site, "operator3", 810)
        await expect(page.get_by_role("link", name="消息，2条未读")).to_be_visible()
        await page.get_by_role("link", name=UNREAD).click()
        row = page.get_by_role("row", name=f"{number}已被退回")
        await expect(row.get_by_role("img", name="未读")).to_be_visible()
        await row.get_by_role("link", name="查看").click()
        await page.wait_for_url(f"**/applications/{number}")
        await expect(page.get_by_text("请核对在职职工人数。").first).to_be_visible()
        await expect(page.get_by_role("link", name="消息，1条未读")).to_be_visible()
        await page.reload()
        await page.get_by_role("link", name="消息，1条未读").click()
        await page.get_by_text("未读", exact=True).click()
        await expect(page.get_by_role("row", name=number)).to_have_count(1)
        await page.get_by_role("button", name="全部标为已读").click()
        await expect(page.get_by_text("没有未读的消息。")).to_be_visible()
        await expect(page.get_by_role("link", name=UNREAD)).to_have_count(0)


async def test_a_second_tab_sees_what_was_read_in_the_first(site: Site) -> None:
    """Its bell as well."""
    async with site.signed_in("operator3") as page:
        number = await returned(site, "operator3", 812)
        other = await page.context.new_page()
        await other.goto("/messages")
        await page.goto("/messages")
        await expect(other.get_by_role("row", name=f"{number}已被退回")).to_be_visible()
        await page.get_by_role("button", name="全部标为已读").click()
        await expect(page.get_by_role("link", name=UNREAD)).to_have_count(0)
        await expect(other.get_by_role("link", name=UNREAD)).to_have_count(0)


async def test_who_does_not_want_to_be_told_is_not(site: Site) -> None:
    """A wrong address is said at its field; what was chosen is there after a reload."""
    async with site.signed_in("operator2") as page:
        await page.goto("/messages")
        kind = page.get_by_role("group", name="参保申请被退回")
        await kind.get_by_role("checkbox", name="站内消息").locator("..").click()
        await page.get_by_label("接收邮件的邮箱").fill("nowhere")
        await page.get_by_role("button", name="保存").click()
        await expect(page.locator(".el-form-item__error")).to_be_visible()
        await page.get_by_label("接收邮件的邮箱").fill("operator2@example.org")
        await page.get_by_role("button", name="保存").click()
        await expect(page.get_by_text("通知设置已保存")).to_be_visible()
        await page.reload()
        await expect(page.get_by_label("接收邮件的邮箱")).to_have_value("operator2@example.org")
        await expect(kind.get_by_role("checkbox", name="站内消息")).not_to_be_checked()
        await expect(kind.get_by_role("checkbox", name="短信")).to_be_checked()
        number = await returned(site, "operator2", 814)
        await expect(page.get_by_role("row", name=f"{number}已提交")).to_be_visible()
        await expect(page.get_by_role("row", name=f"{number}已被退回")).to_have_count(0)


async def test_the_administrator_sees_what_was_sent(site: Site) -> None:
    """By state, kind and number, with a masked number; what arrived cannot be sent again."""
    number = await returned(site, "operator", 816)
    async with site.signed_in("administrator") as page:
        await page.goto("/message-log")
        await page.get_by_label("对象").fill(number)
        await page.get_by_role("search").get_by_role("button", name="查询").click()
        row = page.get_by_role("row", name=number)
        await expect(row.get_by_text("已发送", exact=True)).to_be_visible()
        await expect(row.get_by_text(re.compile(r"^1\d\d\*{4}\d{4}$"))).to_be_visible()
        await expect(row.get_by_role("button", name="重发")).to_have_count(0)
        await choose(page, "状态", "结果不明")
        await page.get_by_role("search").get_by_role("button", name="查询").click()
        await expect(page.get_by_text("没有符合条件的记录")).to_be_visible()


async def test_what_failed_is_sent_again_after_a_question(site: Site) -> None:
    """The provider refused it, say: here its answer is written into the page's own reading."""
    number = await returned(site, "operator", 818)
    resent: list[str] = []
    async with site.signed_in("administrator") as page:
        await failing(page, resent)
        await page.goto(f"/message-log?subject={number}")
        row = page.get_by_role("row", name=number)
        await expect(row.get_by_text("结果不明", exact=True)).to_be_visible()
        await expect(row.get_by_text("服务商未及时答复")).to_be_visible()
        await row.get_by_role("button", name="重发").click()
        dialog = page.get_by_role("dialog", name="重发这条消息？")
        await expect(dialog).to_contain_text("对方可能收到两次")
        await dialog.get_by_role("button", name="取消").click()
        assert resent == []
        await row.get_by_role("button", name="重发").click()
        await dialog.get_by_role("button", name="重发").click()
        # It was sent in truth, so the server refuses, and says so.
        await expect(page.get_by_role("alert")).to_contain_text(
            "只有发送失败或结果不明的消息才能重发"
        )
        assert len(resent) == 1
        await page.unroute_all(behavior="wait")


async def failing(page: Page, resent: list[str]) -> None:
    """Show messages as unknown, and note which are sent again."""

    async def answer(route: Route) -> None:
        response = await route.fetch()
        text = (await response.text()).replace('"state":"sent"', '"state":"unknown"')
        text = text.replace('"error":null', '"error":"timeout"')
        text = text.replace('"may_resend":false', '"may_resend":true')
        await route.fulfill(response=response, body=text)

    await page.route("**/api/v1/messages?*", answer)
    page.on("request", lambda one: resent.append(one.url) if "/resend" in one.url else None)
