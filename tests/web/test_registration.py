"""A unit comes in by the front door; its agency and its office look after it."""

import re
from pathlib import Path

from playwright.async_api import Locator, Page, expect

from examples.demo import CAPTCHA
from tests.phones import Phone
from tests.strangers import credit_code, name_of
from tests.web.conftest import Site, at_rest, serious_faults
from tests.web.steps import go, twice
from tests.web.strangers import add_pictures, answer_code, ask_code, fill_in, prove

FIRST_PASSWORD_LENGTH = 12
SPOIL = """() => {
  const kept = JSON.parse(sessionStorage.registration);
  sessionStorage.registration = JSON.stringify({...kept, proof: "ended"});
}"""


async def _review(site: Site, number: int, *acts: tuple[str, str]) -> None:
    """Let the agency open a registration from its home page, and do these."""
    async with site.signed_in("agency") as page:
        await page.goto("/")
        await page.get_by_role("link", name="待审核的单位").click()
        row = page.get_by_role("row", name=name_of(number))
        await row.get_by_role("link", name="审核", exact=True).click()
        for label, text in acts:
            await page.get_by_role("checkbox", name=label).locator("..").click()
            await page.get_by_role("textbox", name=label, exact=True).fill(text)
        await twice(page.get_by_role("button", name="退回" if acts else "通过", exact=True))
        await page.wait_for_url(re.compile(r"/units(\?|$)"))


def _chosen(page: Page, option: str) -> Locator:
    """Return what a closed list shows as chosen."""
    return page.locator(".el-select__selected-item", has_text=option)


async def _submit(page: Page) -> None:
    await twice(page.get_by_role("button", name="提交审核"))
    await expect(page.get_by_text("已提交，等待代办处审核")).to_be_visible()


async def test_a_stranger_registers_is_returned_corrects_and_is_approved(
    site: Site, tmp_path: Path
) -> None:
    """From the sign-in page; what was typed is there after a reload, but for the pictures."""
    phone = Phone(site.var)
    async with site.page() as page:
        await page.goto("/sign-in")
        await page.get_by_role("link", name="单位注册").click()
        await prove(page, phone)
        await fill_in(page, 101)
        await expect(_chosen(page, "市北区代办处")).to_be_visible()
        await page.reload()
        await expect(page.get_by_role("textbox", name="单位名称")).to_have_value(name_of(101))
        await expect(_chosen(page, "市北区代办处")).to_be_visible()
        await page.get_by_role("button", name="提交审核").click()
        await expect(page.get_by_text("请选择证书图片")).to_have_count(2)
        await add_pictures(page, tmp_path)
        await expect(page.get_by_role("img", name="统一社会信用代码证书")).to_be_visible()
        await _submit(page)

        await _review(site, 101, ("地址详情", "请写到门牌号"))
        await page.reload()
        await expect(page.get_by_text("地址详情：请写到门牌号")).to_be_visible()
        await page.get_by_role("button", name="修改并重新提交").click()
        await expect(page.locator(".el-form-item__error", has_text="请写到门牌号")).to_be_visible()
        await page.get_by_role("textbox", name="地址详情").fill("示例路101号甲")
        await _submit(page)

        await _review(site, 101)
        await page.reload()
        await expect(page.get_by_text("账号和初始密码已发短信")).to_be_visible()
    username, password = await phone.first_password()
    assert (username, len(password)) == (credit_code(101), FIRST_PASSWORD_LENGTH)


async def test_a_wrong_code_is_told_and_another_comes_after_a_minute(site: Site) -> None:
    """Nor does the page send anything that cannot be right."""
    phone = Phone(site.var)
    async with site.page() as page:
        await page.goto("/register")
        await page.get_by_role("button", name="获取短信验证码").click()
        await expect(page.locator(".el-form-item__error")).to_have_count(2)
        await page.get_by_label("手机号", exact=True).fill(phone.mobile)
        await page.get_by_label("图片验证码").fill("0" + CAPTCHA)
        await page.get_by_role("button", name="获取短信验证码").click()
        await expect(page.locator("[data-code]")).to_contain_text("验证码错误")
        await ask_code(page, phone)
        await expect(page.get_by_role("button", name="秒后可重新获取")).to_be_disabled()
        code = await phone.code()
        wrong = f"{(int(code) + 1) % 1_000_000:06d}"
        await answer_code(page, wrong)
        await expect(page.locator("[data-code]")).to_be_visible()
        await answer_code(page, code)
        await expect(page.get_by_role("heading", name="填写单位资料")).to_be_visible()


async def test_a_proof_that_has_ended_keeps_what_was_typed(site: Site, tmp_path: Path) -> None:
    """The mobile is proved again, and the form goes on."""
    first, second = Phone(site.var), Phone(site.var)
    async with site.page() as page:
        await page.goto("/register")
        await prove(page, first)
        await fill_in(page, 102)
        await add_pictures(page, tmp_path)
        await page.evaluate(SPOIL)
        await page.reload()
        await expect(page.get_by_text("手机号验证已过期")).to_be_visible()
        await expect(page.get_by_label("手机号", exact=True)).to_have_value(first.mobile)
        # The first one has its next code in a minute only; another person begins anew.
        await prove(page, second)
        await expect(page.get_by_role("textbox", name="单位名称")).to_have_value("")


async def test_a_second_tab_that_is_behind_is_told(site: Site, tmp_path: Path) -> None:
    """What the first one submitted stays."""
    phone = Phone(site.var)
    async with site.page() as page:
        await page.goto("/register")
        await prove(page, phone)
        await fill_in(page, 103)
        await add_pictures(page, tmp_path)
        await _submit(page)
        await _review(site, 103, ("地址详情", "请写到门牌号"))
        await page.reload()
        await page.get_by_role("button", name="修改并重新提交").click()
        kept = await page.evaluate("sessionStorage.registration")
        other = await page.context.new_page()
        await other.goto("/contacts")
        await other.evaluate("kept => { sessionStorage.registration = kept }", kept)
        await other.goto("/register")
        await other.get_by_role("textbox", name="地址详情").fill("示例路103号乙")
        await _submit(other)
        await page.get_by_role("textbox", name="地址详情").fill("示例路103号丙")
        await page.get_by_role("button", name="提交审核").click()
        await expect(page.locator("[data-code]")).to_contain_text("已被他人修改")


async def test_the_administrator_looks_after_offices_and_units(site: Site) -> None:
    """A new agency stands among the contacts; a suspended unit is told so when it drafts."""
    async with site.signed_in("administrator") as page:
        await go(page, "机构设置")
        await page.get_by_role("button", name="新增代办处").click()
        dialog = page.get_by_role("dialog")
        await dialog.get_by_role("button", name="保存").click()
        await expect(dialog.get_by_text("请输入机构名称")).to_be_visible()
        await dialog.get_by_label("机构名称").fill("红岛代办处")
        await dialog.get_by_label("用途").fill("参续保咨询")
        await dialog.get_by_label("电话", exact=True).fill("66966531")
        await twice(dialog.get_by_role("button", name="保存"))
        await expect(page.get_by_role("row", name="红岛代办处")).to_have_count(1)
        await page.get_by_role("button", name="修改 红岛代办处").click()
        await dialog.get_by_label("机构名称").fill("红岛新代办处")
        await dialog.get_by_role("button", name="保存").click()
        await expect(page.get_by_role("row", name="红岛新代办处")).to_be_visible()
        await go(page, "联系我们")
        await expect(page.get_by_role("heading", name="红岛新代办处")).to_be_visible()
        await expect(page.get_by_role("link", name="66966531")).to_be_visible()

        await go(page, "单位管理")
        await page.get_by_label("单位名称或信用代码").fill("松涛")
        await page.get_by_role("button", name="查询").click()
        await page.get_by_role("row", name="青岛松涛示例医院").get_by_role("link").click()
        await page.get_by_role("button", name="修改", exact=True).click()
        await page.get_by_role("textbox", name="地址详情").fill("示例路33号")
        await twice(page.get_by_role("button", name="保存"))
        await expect(page.get_by_text("示例路33号")).to_be_visible()
        await page.get_by_role("button", name="停用").click()
        await page.get_by_role("dialog").get_by_role("button", name="停用").click()
        await expect(page.get_by_text("已停用", exact=True)).to_be_visible()
        async with site.signed_in("operator3") as unit:
            await unit.goto("/applications/new")
            await unit.get_by_role("combobox", name="添加保障活动").press("Enter")
            await unit.keyboard.press("ArrowDown")
            await unit.keyboard.press("Enter")
            await unit.get_by_role("button", name="下一步").click()
            await expect(unit.locator("[data-code]")).to_contain_text("本单位已停用")
        await page.get_by_role("button", name="恢复").click()
        await page.get_by_role("dialog").get_by_role("button", name="恢复").click()
        await expect(page.get_by_text("正常", exact=True)).to_be_visible()


async def test_what_strangers_see_shuts_nobody_out_and_fits_a_phone(site: Site) -> None:
    """The way to the form, the form itself and the contacts, by axe and at 390 px."""
    phone = Phone(site.var)
    async with site.page(viewport={"width": 390, "height": 844}) as page:
        await page.goto("/contacts")
        await expect(page.get_by_role("heading", name="市南区代办处")).to_be_visible()
        assert await serious_faults(page) == []
        await page.goto("/register")
        await prove(page, phone)
        await fill_in(page, 104)
        await expect(page.locator(".el-cascader-menu")).to_have_count(0)
        await at_rest(page)
        assert await serious_faults(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth") <= 390
