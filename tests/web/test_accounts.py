"""Accounts in the browser: the administrator's day, the first sign-in, a second factor."""

from secrets import token_hex

import pyotp
from playwright.async_api import Page, expect

from tests.phones import Phone
from tests.web.conftest import Site, choose, serious_faults

CHOSEN = "geheim-enough-7"


async def change_first_password(page: Page, present: str, chosen: str = CHOSEN) -> None:
    """Fill in what comes before everything else at a first sign-in."""
    await page.get_by_label("当前密码").fill(present)
    await page.get_by_label("新密码", exact=True).fill(chosen)
    await page.get_by_label("再次输入新密码").fill(chosen)
    await page.get_by_role("button", name="修改密码").click()


async def made(page: Page, phone: Phone) -> str:
    """Let the administrator whose page it is open an account of finance; returns its user name."""
    username = f"new-{token_hex(4)}"
    await page.goto("/accounts")
    await page.get_by_role("button", name="新建账号").click()
    dialog = page.get_by_role("dialog", name="新建账号")
    await dialog.get_by_label("用户名").fill(username)
    await dialog.get_by_label("姓名").fill("王芳")
    await dialog.get_by_label("手机号").fill(phone.mobile)
    await choose(page, "角色", "财务", dialog)
    await dialog.get_by_role("button", name="新建账号").click()
    await expect(dialog).to_have_count(0)
    return username


async def manage(page: Page, username: str) -> None:
    """Open an account of the list."""
    await page.goto(f"/accounts?text={username}")
    await page.get_by_role("row", name=username).get_by_role("button", name="管理").click()


async def answer(page: Page, yes: str) -> None:
    """Say yes to a question."""
    await page.get_by_role("dialog", name=yes).get_by_role("button", name=yes).click()


async def test_the_administrators_day(site: Site) -> None:
    """Opens an account, sends its password again, locks it while it is used, hands it over."""
    phone = Phone(site.var)
    async with site.signed_in("administrator") as office, site.page() as page:
        username = await made(office, phone)
        _, first = await phone.first_password()
        await manage(office, username)
        await office.get_by_role("button", name="重发初始密码").click()
        await answer(office, "重发初始密码")
        _, second = await phone.first_password()
        await page.goto("/sign-in")
        await site.sign_in(page, username, first)
        await expect(page.locator("[data-code=credentials_wrong]")).to_be_visible()
        await site.sign_in(page, username, second)
        await expect(page.get_by_text("请先换成自己的密码")).to_be_visible()
        await page.reload()
        await page.goto("/payments")
        await expect(page.get_by_text("请先换成自己的密码")).to_be_visible()
        await change_first_password(page, second, "short")
        await expect(page.get_by_text("新密码至少10位")).to_be_visible()
        await change_first_password(page, second, "Password123")
        await expect(page.locator("[data-code=password_common]")).to_be_visible()
        await change_first_password(page, second)
        await expect(page).to_have_url(f"{site.address}/payments")
        await office.get_by_role("button", name="停用").click()
        await answer(office, "停用")
        await expect(office.get_by_role("button", name="启用")).to_be_visible()
        await page.reload()
        await expect(page).to_have_url(f"{site.address}/sign-in?to=/payments")
        await office.get_by_role("button", name="启用").click()
        await answer(office, "启用")
        await expect(office.get_by_role("button", name="停用")).to_be_visible()
        await office.get_by_role("tab", name="移交").click()
        other = Phone(site.var)
        await office.get_by_role("tabpanel", name="移交").get_by_label("姓名").fill("李工")
        await office.get_by_role("tabpanel", name="移交").get_by_label("手机号").fill(other.mobile)
        await office.get_by_role("tabpanel", name="移交").get_by_role("button", name="移交").click()
        await answer(office, "移交")
        named, password = await other.first_password()
        assert named == username
        await site.sign_in(page, username, password)
        await change_first_password(page, password, "another-one-9")
        await expect(page).to_have_url(f"{site.address}/payments")


async def test_a_second_factor_from_its_setting_up_to_a_lost_phone(site: Site) -> None:
    """Asked for after the password, on a phone too; recovery codes stand for it; a second tab."""
    phone = Phone(site.var)
    async with site.signed_in("administrator") as office:
        username = await made(office, phone)
    _, first = await phone.first_password()
    async with site.page(viewport={"width": 390, "height": 844}) as page:
        await page.goto("/sign-in")
        await site.sign_in(page, username, first)
        await change_first_password(page, first)
        await expect(page).to_have_url(f"{site.address}/")
        await page.goto("/account")
        await page.get_by_role("button", name="启用").click()
        key = (await page.locator("p.key").inner_text()).split()[-1]
        assert await serious_faults(page) == []
        await page.get_by_label("应用显示的6位数字").fill("000000")
        await page.get_by_role("button", name="启用").click()
        await expect(page.locator("[data-code=second_factor_wrong]")).to_be_visible()
        await page.get_by_label("应用显示的6位数字").fill(pyotp.TOTP(key).now())
        await page.get_by_role("button", name="启用").click()
        await expect(page.locator(".codes li")).to_have_count(10)
        recovery = await page.locator(".codes li").all_inner_texts()
        await page.get_by_role("button", name="已保存，继续").click()
        await expect(page.get_by_text("已启用", exact=True)).to_be_visible()
        async with site.page() as elsewhere:
            await elsewhere.goto("/sign-in?to=/account")
            await site.sign_in(elsewhere, username, CHOSEN)
            await elsewhere.get_by_label("动态验证码或恢复码").fill(recovery[0])
            await elsewhere.get_by_role("button", name="继续").click()
            await expect(elsewhere).to_have_url(f"{site.address}/account")
            await expect(elsewhere.get_by_role("row", name="本机")).to_have_count(1)
            await elsewhere.get_by_role("button", name="结束其他登录").click()
            await expect(elsewhere.get_by_role("button", name="结束", exact=True)).to_have_count(0)
        await page.reload()
        await expect(page).to_have_url(f"{site.address}/sign-in?to=/account")
        await site.sign_in(page, username, CHOSEN)
        await page.get_by_label("动态验证码或恢复码").fill(recovery[0])
        await page.get_by_role("button", name="继续").click()
        await expect(page.locator("[data-code=second_factor_wrong]")).to_be_visible()
        await page.get_by_label("动态验证码或恢复码").fill(recovery[1])
        await page.get_by_role("button", name="继续").click()
        await expect(page).to_have_url(f"{site.address}/account")
