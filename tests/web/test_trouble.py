"""When the network or the server is not as it should be."""

import json
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Route, expect

from tests.web import steps
from tests.web.conftest import Site, held


async def _abort(route: Route) -> None:
    await route.abort()


async def _refuse(route: Route) -> None:
    await route.fulfill(status=429, headers={"Retry-After": "30"})


@pytest.mark.parametrize("answer", [_abort, _refuse], ids=["no stream", "the seventh tab"])
async def test_without_a_stream_the_page_asks_by_itself(
    site: Site, answer: Callable[[Route], Awaitable[None]]
) -> None:
    """What somebody else does appears within some seconds."""
    async with site.client("operator") as operator:
        number = await operator.draft(YWSH_20=1)
        async with site.signed_in("operator") as page:
            await page.route("**/api/v1/events", answer)
            await page.goto("/applications")
            row = page.get_by_role("row", name=number)
            await expect(row.get_by_text("草稿")).to_be_visible()
            await operator.send("DELETE", f"/applications/{number}")
            await expect(row.get_by_text("已取消")).to_be_visible(timeout=15_000)


async def test_a_page_that_nobody_looks_at_holds_no_connection(site: Site) -> None:
    """Browsers have six for all tabs; looked at again, the page shows what happened meanwhile."""
    hide = """hidden => {
      Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }"""
    async with site.client("operator") as operator:
        number = await operator.draft(YWSH_20=1)
        async with site.signed_in("operator") as page:
            async with page.expect_response("**/api/v1/events"):
                await page.goto("/applications")
            row = page.get_by_role("row", name=number)
            await expect(row.get_by_text("草稿")).to_be_visible()
            async with page.expect_event(
                "requestfailed", lambda one: one.url.endswith("/api/v1/events")
            ):
                await page.evaluate(hide, arg=True)
            await operator.send("DELETE", f"/applications/{number}")
            async with page.expect_response("**/api/v1/events"):
                await page.evaluate(hide, arg=False)
            await expect(row.get_by_text("已取消")).to_be_visible()


async def test_a_call_that_was_too_much_at_once_is_sent_again(site: Site) -> None:
    """Nobody is shown that the server was asked for much at the same time."""
    async with site.signed_in("operator") as page:
        refused = 0

        async def refuse(route: Route) -> None:
            nonlocal refused
            refused += 1
            await route.fulfill(
                status=429,
                headers={"Retry-After": "1", "Content-Type": "application/problem+json"},
                body=json.dumps({"code": "too_many_requests", "detail": "请稍后重试。"}),
            )

        await page.route("**/api/v1/templates", refuse, times=2)
        await page.goto("/templates")
        await expect(page.get_by_text("参保人信息模板-通用")).to_be_visible()
        await expect(page.get_by_role("alert")).to_have_count(0)
        assert refused == 2


async def test_a_lost_answer_is_tried_again_and_done_once(site: Site) -> None:
    """The draft was made, its answer was lost: the second click finds the same draft."""
    async with site.signed_in("operator") as page:
        await page.goto("/applications/new")
        await steps.add_plans(page, 意外伤害=1)

        async def lose(route: Route) -> None:
            await route.fetch()
            await route.abort()

        async with site.client("operator") as operator:
            before = await operator.get("/application-counts")
            await page.route("**/api/v1/applications", lose)
            await page.get_by_role("button", name="下一步").click()
            await expect(page.get_by_role("alert")).to_contain_text("无法连接服务器")
            await page.unroute("**/api/v1/applications")
            await page.get_by_role("button", name="下一步").click()
            await page.wait_for_url("**/persons")
            after = await operator.get("/application-counts")
        assert after["draft"] == before.get("draft", 0) + 1


async def test_who_is_faster_than_the_captchas_picture_signs_in_too(site: Site) -> None:
    """A program that fills the form in, say; the picture is waited for."""
    async with site.page() as page:
        answer = await held(page, "auth/captcha")
        await page.goto("/sign-in")
        await site.sign_in(page, "operator")
        answer.set()
        await expect(page.get_by_role("link", name="新建参保录入")).to_be_visible()


async def test_a_slow_answer_is_waited_for_in_sight(site: Site) -> None:
    """A skeleton after 300 ms, then the list."""
    async with site.signed_in("operator") as page:
        answer = await held(page, "templates")
        await page.goto("/templates")
        await expect(page.locator(".el-skeleton")).to_be_visible()
        answer.set()
        await expect(page.get_by_text("参保人信息模板-通用")).to_be_visible()


async def test_a_failed_reading_says_so_and_can_be_repeated(site: Site) -> None:
    """The rest of the page stays usable."""
    async with site.signed_in("operator") as page:
        await page.route("**/api/v1/templates", _abort)
        await page.goto("/templates")
        await expect(page.get_by_role("alert")).to_contain_text("无法连接服务器")
        await page.unroute("**/api/v1/templates")
        await page.get_by_role("button", name="重试").click()
        await expect(page.get_by_text("参保人信息模板-通用")).to_be_visible()


async def test_a_server_that_is_away_at_the_first_call_is_told(site: Site) -> None:
    """No blank page: what happened, and a way to try again."""
    async with site.page() as page:
        await page.route("**/api/v1/auth/me", _abort)
        await page.goto("/templates")
        await expect(page.get_by_role("alert")).to_contain_text("无法连接服务器")
        await page.unroute("**/api/v1/auth/me")
        await page.get_by_role("button", name="重试").click()
        await expect(page.get_by_role("heading", name="统一身份认证")).to_be_visible()
