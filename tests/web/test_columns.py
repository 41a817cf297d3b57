"""A file of which not all columns are known: the page asks which column is which."""

from pathlib import Path

from playwright.async_api import Page, expect

from examples.people import invent
from tests.untitled import untitled, with_contacts
from tests.web import steps
from tests.web.conftest import Site, serious_faults

PHONE = {"width": 390, "height": 844}
SKIP = "该工作表不是人员名单，跳过"


async def _asked(site: Site, page: Page, tmp_path: Path, seed: int, file: str) -> str:
    """Send a list with an unknown title and open the question; returns the application's number."""
    content = untitled(invent(2, seed=seed), file)
    return await _sent(site, page, tmp_path, file, content)


async def _sent(site: Site, page: Page, tmp_path: Path, file: str, content: bytes) -> str:
    """Send a list and open the question; returns the application's number."""
    roster = tmp_path / file
    roster.write_bytes(content)
    async with site.client("operator") as operator:
        number = await operator.draft(YWSH_20=1)
        await operator.put(f"/applications/{number}/staff", {"staff": 5, "women": 2})
    await page.goto(f"/applications/{number}/persons")
    await steps.upload(page, roster)
    status = page.get_by_role("status").filter(has_text="有的列无法识别")
    await expect(status).to_be_visible(timeout=steps.SLOW)
    await status.get_by_role("button", name="指定列").click()
    return number


async def test_a_file_is_given_up_before_the_application_is_submitted(
    site: Site, tmp_path: Path
) -> None:
    """The refusal leads to the batches; reloaded, the file still waits."""
    async with site.signed_in("operator") as page:
        number = await _asked(site, page, tmp_path, 481, "待定.csv")
        await page.get_by_role("dialog").get_by_role("button", name="取消").click()
        await page.goto(f"/applications/{number}/details")
        await page.get_by_role("button", name="完成").click()
        alert = page.get_by_role("alert").filter(has_text="还没有指定列")
        await alert.get_by_role("link", name="去导入批次列表").click()
        row = page.get_by_role("row", name="待定.csv")
        await expect(row).to_contain_text("待指定列")
        await row.get_by_role("button", name="指定列").click()
        await page.get_by_role("dialog").get_by_role("button", name="放弃该文件").click()
        question = page.get_by_role("dialog", name="放弃该文件")
        await expect(question).to_contain_text("“待定.csv”中的人员不会进入清单")
        await question.get_by_role("button", name="放弃该文件").click()
        await expect(page.get_by_role("dialog")).to_have_count(0)
        await expect(row).not_to_contain_text("待指定列")
        await expect(row.get_by_role("button", name="指定列")).to_have_count(0)


async def test_a_second_tab_is_told_what_became_of_the_file(site: Site, tmp_path: Path) -> None:
    """Decided in one, the question is gone in the other, which shows the outcome."""
    async with site.signed_in("operator") as page:
        await _asked(site, page, tmp_path, 482, "两处.csv")
        second = await page.context.new_page()
        await second.goto(page.url)
        row = second.get_by_role("row", name="两处.csv")
        await row.get_by_role("button", name="指定列").click()
        await second.get_by_role("dialog").get_by_role("button", name="放弃该文件").click()
        question = second.get_by_role("dialog", name="放弃该文件")
        await question.get_by_role("button", name="放弃该文件").click()
        dialog = page.get_by_role("dialog", name="指定列")
        await expect(dialog).to_contain_text("“两处.csv”未能导入")
        await expect(dialog.get_by_role("button", name="继续导入")).to_have_count(0)
        await expect(dialog.get_by_role("combobox")).to_have_count(0)


async def test_the_operator_says_which_column_is_which_with_the_keyboard(
    site: Site, tmp_path: Path
) -> None:
    """On a phone's width too; the persons come in, and nothing of them stays in the browser."""
    async with site.signed_in("operator", viewport=PHONE) as page:
        await _asked(site, page, tmp_path, 483, "花名册.csv")
        dialog = page.get_by_role("dialog", name="指定列：花名册.csv")
        await expect(dialog.get_by_text("还需要指定：姓名。")).to_be_visible()
        await expect(dialog.get_by_role("cell", name=invent(2, seed=483)[0].number)).to_be_visible()
        await expect(dialog.get_by_role("button", name="继续导入")).to_be_disabled()
        assert await serious_faults(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        box = dialog.get_by_role("combobox", name="B 列")
        await box.focus()
        await box.press("ArrowDown")
        await expect(box).to_have_value("name")
        await dialog.get_by_role("radio", name="第 2 行是标题行").focus()
        await page.keyboard.press("ArrowUp")
        await expect(dialog.get_by_role("radio", name="第 1 行是标题行")).to_be_checked()
        await expect(dialog.get_by_text("必需的列已全部指定")).to_be_visible()
        await dialog.get_by_role("button", name="继续导入").press("Enter")
        await expect(dialog).to_be_hidden()
        status = page.get_by_role("status").filter(has_text="花名册.csv")
        await expect(status).to_contain_text("成功 2 人，失败 0 人", timeout=steps.SLOW)
        await expect(status).to_contain_text("读入 3 行：成功 2，标题 1。")
        stored = await page.evaluate(
            "[...Object.values(localStorage), ...Object.values(sessionStorage)].join()"
        )
        assert not any(one.number in stored for one in invent(2, seed=483))


async def test_a_sheet_that_is_no_list_is_skipped_with_the_keyboard(
    site: Site, tmp_path: Path
) -> None:
    """On a phone's width all ways out of the question can be reached."""
    async with site.signed_in("operator", viewport=PHONE) as page:
        content = with_contacts(invent(3, seed=484))
        await _sent(site, page, tmp_path, "含联系人.xlsx", content)
        dialog = page.get_by_role("dialog", name="指定列：含联系人.xlsx")
        await expect(dialog.get_by_text("工作表：联系人")).to_be_visible()
        assert await serious_faults(page) == []
        for name in ("放弃该文件", SKIP, "取消", "继续导入"):
            box = await dialog.get_by_role("button", name=name).bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= PHONE["width"]
        await dialog.get_by_role("button", name=SKIP).press("Enter")
        question = page.get_by_role("dialog", name=SKIP)
        await expect(question).to_contain_text("不会导入工作表“联系人”中的任何内容")
        await question.get_by_role("button", name=SKIP).press("Enter")
        await expect(page.get_by_role("dialog")).to_have_count(0)
        status = page.get_by_role("status").filter(has_text="含联系人.xlsx")
        await expect(status).to_contain_text("成功 2 人，失败 0 人", timeout=steps.SLOW)
        await expect(status).to_contain_text("读入 3 行：成功 2，标题 1。")
