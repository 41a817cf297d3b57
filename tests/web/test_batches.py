"""Batches of an application with two plans, and a plan that goes with its persons."""

import re
from pathlib import Path

from playwright.async_api import Page, expect

from examples.people import fill, invent, with_wrong_check
from tests.web import steps
from tests.web.conftest import Site

ACCIDENT, ILLNESS = "意外伤害（会费20元）", "职工重疾（会费36元）"


async def _counts(page: Page, file: str) -> list[tuple[str, str, str]]:
    """Return plan, taken in and failed of each row of a file."""
    found = []
    for row in await page.get_by_role("row").filter(has_text=file).all():
        plan, _, _, _, succeeded, failed, *_ = await row.get_by_role("cell").all_inner_texts()
        found.append((plan.strip(), succeeded.strip(), failed.strip()))
    return found


async def test_each_plan_has_its_own_counts_and_keeps_its_name(site: Site, tmp_path: Path) -> None:
    """Counts stand beside the plan's name, and the name stays when the plan is removed."""
    right, wrong = invent(2, seed=61)
    async with site.client("operator") as operator:
        number = await operator.draft(YWSH_20=1, ZGZJ_36=1)
        template = await operator.template()
        content = fill(template, [right])
        await operator.finished_import(
            await operator.start_import(number, content, "先到一项.xlsx", lines="YWSH-20")
        )
    roster = tmp_path / "两项.xlsx"
    roster.write_bytes(fill(template, [right, with_wrong_check(wrong)]))
    async with site.signed_in("operator") as page:
        await page.goto(f"/applications/{number}/persons")
        await steps.upload(page, roster)
        status = page.get_by_role("status").filter(has_text="两项.xlsx")
        await expect(status).to_contain_text(
            f"{ACCIDENT}：成功 0 人，失败 2 人", timeout=steps.SLOW
        )
        await expect(status).to_contain_text(f"{ILLNESS}：成功 1 人，失败 1 人")
        assert await _counts(page, "两项.xlsx") == [(ACCIDENT, "0", "2"), (ILLNESS, "1", "1")]

        await page.get_by_role("button", name="上一步").click()
        await page.get_by_role("row", name=ILLNESS).get_by_role("button", name="删除").click()
        dialog = page.get_by_role("dialog", name="删除保障活动")
        await expect(dialog).to_contain_text(f"“{ILLNESS}”的人员清单中有 1 人")
        await dialog.get_by_role("button", name="取消").click()
        await expect(page.get_by_role("row", name=ILLNESS)).to_be_visible()
        await page.get_by_role("row", name=ILLNESS).get_by_role("button", name="删除").click()
        await dialog.get_by_role("button", name="删除该活动及 1 人").click()
        await page.get_by_role("button", name="下一步").click()
        await page.wait_for_url(re.compile("/persons$"))
        await expect(page.get_by_role("row").filter(has_text=ILLNESS)).to_have_count(1)
        await expect(page.get_by_text("ZGZJ-36")).to_have_count(0)


async def test_a_plan_without_persons_goes_without_a_question(site: Site) -> None:
    """Nothing is lost by it."""
    async with site.client("operator") as operator:
        number = await operator.draft(YWSH_20=1, ZGZJ_36=1)
    async with site.signed_in("operator") as page:
        await page.goto(f"/applications/{number}/plans")
        await page.get_by_role("row", name=ILLNESS).get_by_role("button", name="删除").click()
        await expect(page.get_by_role("row", name=ILLNESS)).to_have_count(0)
