"""Persons come in from a file, are corrected where they stand, and can be looked through."""

import re
from pathlib import Path

from playwright.async_api import expect

from examples.people import fill, invent, with_wrong_check
from tests.web import steps
from tests.web.conftest import Site

MANY = 10_000


async def _draft(site: Site) -> tuple[str, bytes]:
    async with site.client("operator") as operator:
        return await operator.draft(YWSH_20=1), await operator.template()


async def test_a_failed_row_is_corrected_in_place_and_sent_again(
    site: Site, tmp_path: Path
) -> None:
    """It says what is wrong; corrected, it comes in as a batch of its own."""
    number, template = await _draft(site)
    right, wrong = invent(2, seed=51)
    roster = tmp_path / "人员.xlsx"
    roster.write_bytes(fill(template, [right, with_wrong_check(wrong)]))
    async with site.signed_in("operator") as page:
        await page.goto(f"/applications/{number}/persons")
        await steps.upload(page, roster)
        status = page.get_by_role("status").filter(has_text="人员.xlsx")
        await expect(status).to_contain_text("成功 1 人，失败 1 人", timeout=steps.SLOW)
        await status.get_by_role("button", name="就地改正").click()
        dialog = page.get_by_role("dialog", name="失败人员")
        await expect(dialog.get_by_text("校验")).to_be_visible()
        box = dialog.get_by_label("证件号码")
        await expect(box).to_have_value(with_wrong_check(wrong).number)
        await box.fill(wrong.number)
        await steps.twice(dialog.get_by_role("button", name="重新导入（1 人）"))
        await expect(dialog).to_be_hidden()
        await expect(page.get_by_text("全部导入成功")).to_be_visible(timeout=steps.SLOW)
        status = page.get_by_role("status").filter(has_text="改正后的人员.csv")
        await expect(status).to_contain_text("成功 1 人，失败 0 人")
        # The newest batch stands first, and the corrected one offers nothing any more.
        newest, oldest = await page.get_by_role("row").filter(has_text="参保人信息模板").all()
        await expect(newest).to_contain_text("改正后的人员.csv")
        await expect(oldest).to_contain_text("失败人员已重新导入")
        await expect(page.get_by_role("button", name="就地改正")).to_have_count(0)
        await page.get_by_role("button", name="人员详情/修改").click()
        await expect(page.get_by_text("共 2 人")).to_be_visible()
    stored = "".join(await _stored(site, number))
    assert wrong.number not in stored


async def _stored(site: Site, number: str) -> list[str]:
    """Return what a browser keeps of the persons' page: nothing about them may be in it."""
    async with site.signed_in("operator") as page:
        await page.goto(f"/applications/{number}/persons")
        await expect(page.get_by_role("heading", name="导入批次列表")).to_be_visible()
        kept: list[str] = await page.evaluate(
            "[...Object.values(localStorage), ...Object.values(sessionStorage)]"
        )
        return kept


async def test_a_person_is_searched_corrected_and_removed(site: Site, tmp_path: Path) -> None:
    """Masked on the screen, found by the whole number; fees follow."""
    number, template = await _draft(site)
    first, second = invent(2, seed=52)
    roster = tmp_path / "人员.xlsx"
    roster.write_bytes(fill(template, [first, second]))
    async with site.signed_in("operator") as page:
        await page.goto(f"/applications/{number}/persons")
        await steps.upload(page, roster)
        await expect(page.get_by_text("全部导入成功")).to_be_visible(timeout=steps.SLOW)
        await page.get_by_role("button", name="人员详情/修改").click()
        drawer = page.get_by_role("dialog", name="人员详情/修改")
        await expect(drawer.get_by_text(first.number)).to_have_count(0)
        await drawer.get_by_role("textbox", name="完整姓名或证件号码").fill(second.number)
        await drawer.get_by_role("button", name="查询").click()
        await expect(drawer.get_by_text("共 1 人")).to_be_visible()
        await drawer.get_by_role("button", name="修改").click()
        form = page.get_by_role("dialog", name=re.compile("^修改 "))
        # What is to be corrected is shown in full; the list stays masked.
        await expect(form.get_by_label("证件号码")).to_have_value(second.number)
        await expect(form.get_by_label("姓名")).to_have_value(second.name)
        await expect(drawer.get_by_text(second.number)).to_have_count(0)
        await form.get_by_label("手机号").fill("123")
        await form.get_by_role("button", name="保存").click()
        await expect(form.get_by_role("alert").first).to_be_visible()
        await form.get_by_label("手机号").fill("13912345678")
        await steps.twice(form.get_by_role("button", name="保存"))
        await expect(form).to_be_hidden()
        await drawer.get_by_role("button", name="删除").first.click()
        await page.get_by_role("dialog", name="删除人员").get_by_role("button", name="删除").click()
        await expect(drawer.get_by_text("共 1 人")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("cell", name="20.00", exact=True)).to_be_visible()


async def test_a_reviewer_compares_one_person_with_a_proof(site: Site) -> None:
    """Masked in the list, in full for the one that is opened, and noted."""
    async with site.client("operator") as operator:
        number = await operator.draft(YWSH_20=1)
        first, second = invent(2, seed=54)
        content = fill(await operator.template(), [first, second])
        await operator.finished_import(await operator.start_import(number, content))
        await operator.put(f"/applications/{number}/staff", {"staff": 4, "women": 2})
        await operator.post(f"/applications/{number}/submit", {"remark": ""})
        await operator.settled(number)
    async with site.signed_in("agency") as page:
        await page.goto(f"/reviews/{number}")
        await page.get_by_role("button", name="查看人员").click()
        drawer = page.get_by_role("dialog", name="人员清单")
        await expect(drawer.get_by_text("共 2 人")).to_be_visible()
        await drawer.get_by_role("button", name="查看完整信息").first.click()
        shown = page.get_by_role("dialog", name="人员完整信息")
        for text in (first.name, first.number, first.mobile):
            await expect(shown.get_by_text(text)).to_be_visible()
        for text in (second.name, second.number):
            await expect(page.get_by_text(text)).to_have_count(0)
    async with site.client("administrator") as administrator:
        entries = (await administrator.get("/audit"))["items"]
        assert any(one["action"] == "person.read" and number in one["subject"] for one in entries)


async def test_thousands_of_persons_are_as_smooth_as_ten(site: Site, tmp_path: Path) -> None:
    """Only the rows in sight are drawn; scrolling reads on to the last one."""
    number, template = await _draft(site)
    roster = tmp_path / "人员.xlsx"
    roster.write_bytes(fill(template, invent(MANY, seed=53)))
    async with site.signed_in("operator") as page:
        await page.goto(f"/applications/{number}/persons")
        await steps.upload(page, roster)
        await expect(page.get_by_text("全部导入成功")).to_be_visible(timeout=2 * steps.SLOW)
        await page.get_by_role("button", name="人员详情/修改").click()
        body = page.get_by_role("rowgroup", name="人员清单")
        await expect(body.get_by_role("row").first).to_be_visible()
        for read in range(500, MANY, 500):
            await expect(page.get_by_text(f"已显示 {read} 人")).to_be_visible()
            await body.evaluate("box => box.scrollTo(0, box.scrollHeight)")
        await expect(page.get_by_text(f"共 {MANY} 人")).to_be_visible()
        await body.evaluate("box => box.scrollTo(0, box.scrollHeight)")
        await expect(body.get_by_role("cell", name=str(MANY), exact=True)).to_be_visible()
        assert await body.get_by_role("row").count() < 60
