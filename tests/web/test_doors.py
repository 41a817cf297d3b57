"""How strangers come in: by registration up to a first draft, by binding, with a new password."""

from pathlib import Path

from playwright.async_api import FilePayload, Page, expect

from examples.demo import A_PAGE
from tests.phones import Phone
from tests.strangers import credit_code, name_of
from tests.web.conftest import Site
from tests.web.strangers import add_pictures, answer_code, ask_code, fill_in, prove
from tests.web.test_accounts import CHOSEN, change_first_password, made

FORM: FilePayload = {"name": "变更申请表.pdf", "mimeType": "application/pdf", "buffer": A_PAGE}


async def _registered(site: Site, page: Page, phone: Phone, number: int, folder: Path) -> None:
    """Register a unit, and let its agency approve it."""
    await page.goto("/sign-in")
    await page.get_by_role("link", name="单位注册").click()
    await prove(page, phone)
    await fill_in(page, number)
    await add_pictures(page, folder)
    await page.get_by_role("button", name="提交审核").click()
    await expect(page.get_by_text("已提交，等待代办处审核")).to_be_visible()
    async with site.signed_in("agency") as agency:
        await agency.goto("/units")
        row = agency.get_by_role("row", name=name_of(number))
        await row.get_by_role("link", name="审核", exact=True).click()
        await agency.get_by_role("button", name="通过", exact=True).click()
        await agency.wait_for_url(
            lambda url: url.rstrip("/").endswith("/units") or "/units?" in url
        )


async def _comes_in(site: Site, page: Page, phone: Phone, chosen: str = CHOSEN) -> str:
    """Sign in with the first password that came, and change it; returns the user name."""
    username, password = await phone.first_password()
    await page.goto("/sign-in")
    await site.sign_in(page, username, password)
    await change_first_password(page, password, chosen)
    await expect(page).to_have_url(f"{site.address}/")
    return username


async def test_a_stranger_registers_and_drafts_an_application(site: Site, tmp_path: Path) -> None:
    """The unit comes in by the sign-in page and leaves a draft; nobody at the office typed it."""
    phone = Phone(site.var)
    async with site.page() as page:
        await _registered(site, page, phone, 301, tmp_path)
        assert await _comes_in(site, page, phone) == credit_code(301)
        await page.get_by_role("link", name="新建参保录入").click()
        await page.get_by_role("combobox", name="添加保障活动").focus()
        await page.keyboard.press("Enter")
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Enter")
        await page.get_by_role("button", name="下一步").click()
        await page.wait_for_url("**/persons")
        await page.goto("/applications")
        await expect(page.get_by_role("row", name="PRT")).to_have_count(1)


async def test_a_new_operator_is_bound_and_the_former_one_is_out(
    site: Site, tmp_path: Path
) -> None:
    """Asked with a stamped form, after a reload too; once for a second tab; decided once."""
    former, phone = Phone(site.var), Phone(site.var)
    async with site.page() as page, site.page() as stranger, site.signed_in("agency") as agency:
        await _registered(site, page, former, 302, tmp_path)
        replaced = await _comes_in(site, page, former)
        await stranger.goto("/sign-in")
        await stranger.get_by_role("link", name="单位绑定").click()
        await ask_code(stranger, phone)
        code = await phone.code()
        await answer_code(stranger, f"{(int(code) + 1) % 10**6:06d}")
        await expect(stranger.locator("[data-code=code_wrong]")).to_be_visible()
        await answer_code(stranger, code)
        await stranger.get_by_role("button", name="提交申请").wait_for()
        await stranger.reload()
        await stranger.get_by_role("button", name="提交申请").click()
        await expect(stranger.locator(".el-form-item__error")).to_have_count(3)
        await stranger.get_by_label("统一社会信用代码").fill(credit_code(302))
        await stranger.get_by_label("姓名").fill("赵新")
        await stranger.get_by_label("替换的原经办人").fill(replaced)
        await stranger.locator("input[type=file]").set_input_files(FORM)
        await stranger.get_by_role("button", name="提交申请").click()
        await expect(stranger.get_by_text("待处理")).to_be_visible()
        await stranger.get_by_label("统一社会信用代码").fill(credit_code(302))
        await stranger.get_by_label("姓名").fill("赵新")
        await stranger.locator("input[type=file]").set_input_files(FORM)
        await stranger.get_by_role("button", name="提交申请").click()
        await expect(stranger.locator("[data-code=binding_asked]")).to_be_visible()

        await agency.goto("/bindings")
        await agency.get_by_role("row", name=name_of(302)).get_by_role("button").click()
        dialog = agency.get_by_role("dialog", name="绑定申请")
        await dialog.get_by_role("button", name="不同意").click()
        await expect(dialog.locator("[data-code=reason_missing]")).to_be_visible()
        await dialog.get_by_text(f"{replaced} · ").click()
        await dialog.get_by_role("button", name="同意", exact=True).click()
        await (
            agency.get_by_role("dialog", name="同意绑定")
            .get_by_role("button", name="同意", exact=True)
            .click()
        )
        await expect(dialog).to_have_count(0)
        await expect(agency.get_by_role("row", name=name_of(302))).to_contain_text("已同意")

        second = await agency.context.new_page()
        await second.goto("/bindings")
        await expect(second.get_by_role("row", name=name_of(302))).to_contain_text("已同意")
        await page.goto("/applications")
        await expect(page).to_have_url(f"{site.address}/sign-in?to=/applications")
        await stranger.reload()
        await expect(stranger.get_by_text("用户名和初始密码已发送")).to_be_visible()
        assert await _comes_in(site, stranger, phone) == f"{credit_code(302)}-2"


async def test_a_forgotten_password_is_set_anew(site: Site) -> None:
    """By a code to the account's mobile; wrong codes, a reload and a weak password stop nobody."""
    phone = Phone(site.var)
    async with site.signed_in("administrator") as office:
        username = await made(office, phone)
    await phone.first_password()
    async with site.page() as page:
        await page.goto("/sign-in")
        await page.get_by_role("link", name="忘记密码").click()
        await ask_code(page, phone)
        code = await phone.code()
        await answer_code(page, f"{(int(code) + 1) % 10**6:06d}")
        await expect(page.locator("[data-code=code_wrong]")).to_be_visible()
        await answer_code(page, code)
        await expect(page.get_by_text(username)).to_be_visible()
        other = await page.context.new_page()
        await other.goto("/forgot-password")
        await expect(other.get_by_label("手机号", exact=True)).to_be_visible()
        await page.reload()
        await expect(page.get_by_text(username)).to_be_visible()
        await page.get_by_label("新密码", exact=True).fill(CHOSEN)
        await page.get_by_label("再次输入新密码").fill("something-else-3")
        await page.get_by_role("button", name="修改密码").click()
        await expect(page.get_by_text("两次输入的密码不一致")).to_be_visible()
        await page.get_by_label("再次输入新密码").fill(CHOSEN)
        await page.get_by_role("button", name="修改密码").click()
        await expect(page).to_have_url(f"{site.address}/sign-in")
        await site.sign_in(page, username, CHOSEN)
        await expect(page).to_have_url(f"{site.address}/")
    stranger = Phone(site.var)
    async with site.page(viewport={"width": 390, "height": 844}) as page:
        await page.goto("/forgot-password")
        await ask_code(page, stranger)
        await expect(page.get_by_text("秒后可重新获取")).to_be_visible()
