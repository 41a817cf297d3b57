"""Coming in, staying in, going out."""

import re

import pytest
from playwright.async_api import Request, expect

from examples.demo import CAPTCHA
from tests.web.conftest import Site, serious_faults

MOST_SCRIPT = 300 * 1024
"""Bytes of script, compressed, that the sign-in page may load."""


async def test_a_wrong_password_is_refused_and_the_name_stays(site: Site) -> None:
    """A new captcha is shown, as each can be answered once."""
    async with site.page() as page:
        await page.goto("/sign-in")
        before = await page.get_by_alt_text("验证码图片").get_attribute("src")
        await page.get_by_label("用户名").fill("operator")
        await page.get_by_label("密码", exact=True).fill("wrong")
        await page.get_by_label("验证码", exact=True).fill(CAPTCHA)
        await page.get_by_role("button", name="登录", exact=True).click()
        await expect(page.get_by_role("alert")).to_be_visible()
        await expect(page.get_by_label("用户名")).to_have_value("operator")
        await expect(page.get_by_alt_text("验证码图片")).not_to_have_attribute("src", before or "")


async def test_who_reads_english_is_refused_in_english(site: Site) -> None:
    """The server says it in Chinese, with a code; the page has words for it."""
    async with site.page() as page:
        await page.goto("/sign-in")
        await page.get_by_role("button", name="English").click()
        await page.get_by_label("User name").fill("operator")
        await page.get_by_label("Password", exact=True).fill("wrong")
        await page.get_by_label("Captcha", exact=True).fill(CAPTCHA)
        await page.get_by_role("button", name="Sign in", exact=True).click()
        said = "The user name or the password is wrong"
        await expect(page.get_by_role("alert")).to_contain_text(said)


async def test_what_is_left_out_is_asked_for(site: Site) -> None:
    """Nothing is sent before."""
    async with site.page() as page:
        await page.goto("/sign-in")
        await page.get_by_role("button", name="登录", exact=True).click()
        for sentence in ("请输入用户名", "请输入密码", "请输入图中的验证码"):
            await expect(page.locator(".el-form-item__error", has_text=sentence)).to_be_visible()


async def test_an_address_that_was_asked_for_is_shown_after_signing_in(site: Site) -> None:
    """Nobody has to look for the page again."""
    async with site.page() as page:
        await page.goto("/templates")
        await page.wait_for_url(re.compile("/sign-in"))
        await site.sign_in(page, "operator")
        await expect(page.get_by_role("heading", name="模板下载", level=1)).to_be_visible()


@pytest.mark.parametrize(
    ("account", "there", "not_there"),
    [("operator", ["模板下载", "参保录入"], []), ("finance", [], ["模板下载", "参保录入"])],
)
async def test_the_menu_is_that_of_the_role(
    site: Site, account: str, there: list[str], not_there: list[str]
) -> None:
    """Nobody is shown what he may not do."""
    async with site.signed_in(account) as page:
        menu = page.get_by_role("navigation")
        for name in there:
            await expect(menu.get_by_role("link", name=name)).to_be_visible()
        for name in not_there:
            await expect(menu.get_by_role("link", name=name)).to_have_count(0)


async def test_the_template_is_downloaded_under_its_name(site: Site) -> None:
    """It is the office's own workbook."""
    async with site.signed_in("operator") as page:
        await page.goto("/templates")
        async with page.expect_download() as download:
            await page.get_by_role("button", name="下载").click()
        assert (await download.value).suggested_filename == "参保人信息模板-通用.xlsx"


async def test_a_session_that_ends_is_renewed_on_the_page(site: Site) -> None:
    """The page stays, and what was asked for comes."""
    async with site.signed_in("operator") as page:
        await page.goto("/templates")
        await expect(page.get_by_text("参保人信息模板-通用")).to_be_visible()
        await page.context.clear_cookies()
        await page.get_by_role("link", name="参保录入").click()
        await expect(page.get_by_role("dialog")).to_contain_text("登录已过期")
        await site.sign_in(page, "operator")
        await expect(page.get_by_role("heading", name="参保录入", level=1)).to_be_visible()
        await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_who_signs_out_in_one_tab_is_out_in_the_other(site: Site) -> None:
    """The other tab asks to sign in again before it shows anything more."""
    async with site.signed_in("operator") as page:
        other = await page.context.new_page()
        await other.goto("/templates")
        await expect(other.get_by_text("参保人信息模板-通用")).to_be_visible()
        await page.get_by_role("button", name=re.compile("经办人")).click()
        await page.get_by_role("menuitem", name="退出登录").click()
        await page.wait_for_url(re.compile("/sign-in"))
        await expect(other.get_by_role("dialog")).to_contain_text("登录已过期")
        await site.sign_in(other, "operator")
        await expect(other.get_by_role("dialog")).to_have_count(0)


async def test_english_and_dark_stay_over_a_reload(site: Site) -> None:
    """The page's language is told to screen readers too."""
    async with site.page() as page:
        await page.goto("/sign-in")
        await page.get_by_role("button", name="English").click()
        await page.get_by_role("button", name="Dark mode").click()
        await page.reload()
        await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        await expect(page.locator("html")).to_have_attribute("lang", "en")
        await expect(page.locator("html")).to_have_class("dark")


async def test_the_sign_in_page_is_light_and_has_no_serious_fault(site: Site) -> None:
    """Less than 300 KB of script, compressed, go over the wire; nothing shuts people out."""
    async with site.page() as page:
        loaded: list[Request] = []
        page.on("requestfinished", lambda one: loaded.append(one))  # noqa: PLW0108 - it wants a function
        await page.goto("/sign-in", wait_until="networkidle")
        scripts = [one for one in loaded if one.resource_type == "script"]
        sizes = [(await one.sizes())["responseBodySize"] for one in scripts]
        assert 50_000 < sum(sizes) < MOST_SCRIPT
        assert await serious_faults(page) == []


async def test_what_is_not_there_or_not_ones_own_says_so(site: Site) -> None:
    """Another role's screen, another unit's draft: nothing to fill in, and the address stays."""
    async with site.client("operator2") as other_unit, site.signed_in("operator") as page:
        foreign = await other_unit.draft(YWSH_20=1)
        await page.goto("/reviews")
        await expect(page.get_by_text("没有这个页面")).to_be_visible()
        assert page.url == f"{site.address}/reviews"
        for step in ("plans", "persons", "details"):
            await page.goto(f"/applications/{foreign}/{step}")
            await expect(page.get_by_role("alert")).to_contain_text("没有找到")
            await expect(page.get_by_role("button", name="下一步")).to_have_count(0)


async def test_other_addresses_of_the_server_stay_what_they_were(site: Site) -> None:
    """A program is answered as a program; what is missing below a page is said by the page."""
    async with site.signed_in("operator") as page:
        answer = await page.request.get("/api/v1/nothing")
        assert answer.status == 404
        assert "json" in answer.headers["content-type"]
        assert (await page.request.get("/nothing")).status == 404
        await page.goto("/applications/nothing")
        await expect(page.get_by_text("没有这个页面")).to_be_visible()
        await page.goto("/events/docs")
        await expect(page.get_by_role("heading", level=1)).to_contain_text("Events")
