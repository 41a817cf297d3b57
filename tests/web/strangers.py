"""What strangers do in a browser: prove a mobile, fill in a registration."""

import asyncio
from pathlib import Path

from playwright.async_api import Page, expect

from examples.demo import A_PAGE, CAPTCHA
from tests.phones import Phone
from tests.strangers import PICTURE, credit_code, name_of
from tests.web.conftest import choose

FIELDS = ("credit_code_certificate", "legal_person_certificate")


async def ask_code(page: Page, phone: Phone) -> None:
    """Have a code sent."""
    await page.get_by_label("手机号", exact=True).fill(phone.mobile)
    await page.get_by_label("图片验证码").fill(CAPTCHA)
    await page.get_by_role("button", name="获取短信验证码").click()
    await expect(page.get_by_label("短信验证码", exact=True)).to_be_visible()


async def answer_code(page: Page, code: str) -> None:
    """Type the digits."""
    await page.get_by_label("短信验证码", exact=True).fill(code)
    await page.get_by_role("button", name="下一步").click()


async def prove(page: Page, phone: Phone) -> None:
    """Prove a mobile on the page that asks for it."""
    await ask_code(page, phone)
    await answer_code(page, await phone.code())


async def fill_in(page: Page, number: int) -> None:
    """Fill in the form of a registration, without its pictures."""
    for label, text in (
        ("单位名称", name_of(number)),
        ("统一社会信用代码", credit_code(number)),
        ("单位所属工会", f"{name_of(number)}工会委员会"),
        ("地址详情", f"示例路{number}号"),
        ("联系人", "经办员丁"),
        ("办公电话", "0532-82800009"),
    ):
        await page.get_by_label(label, exact=True).fill(text)
    await choose(page, "单位性质", "企业")
    await page.get_by_role("combobox", name="省-市-区/县").click()
    for place in ("山东省", "青岛市", "市北区"):
        await page.get_by_role("menuitem", name=place, exact=True).click()


async def add_pictures(page: Page, folder: Path) -> None:
    """Choose both certificates: one is a picture, one a PDF."""
    picture, paper = folder / "证书.png", folder / "证书.pdf"
    await asyncio.to_thread(picture.write_bytes, PICTURE)
    await asyncio.to_thread(paper.write_bytes, A_PAGE)
    for field, path in zip(FIELDS, (picture, paper), strict=True):
        await page.locator(f"input[name={field}]").set_input_files(path)
