"""What keeps an application from review is said where it is corrected, while it holds."""

import re

from playwright.async_api import expect

from examples.client import API, Client
from examples.people import fill, invent
from tests.web import steps
from tests.web.conftest import Site


async def _women(operator: Client, count: int, seed: int) -> str:
    """Draft an application with that many women; returns its number."""
    number = await operator.draft(NGTB_2025=1)
    content = fill(await operator.template(), invent(count, seed=seed, women_only=True))
    await operator.finished_import(await operator.start_import(number, content))
    return number


async def test_more_persons_than_staff_are_said_on_the_second_step(site: Site) -> None:
    """114 %; submitted all the same it comes back, and the reason is gone with 8 women on staff."""
    async with site.client("operator") as operator, site.signed_in("operator") as page:
        number = await _women(operator, 8, 71)
        await page.goto(f"/applications/{number}/persons")
        await steps.count_staff(page, 12, 7)
        await page.get_by_role("button", name="下一步").click()
        alert = page.get_by_role("alert").filter(has_text="大于可参保职工人数（7）")
        await expect(alert).to_be_visible()
        assert page.url.endswith("/persons")
        # Whoever wants to finish the draft first may go on; the last step says it too.
        await page.get_by_role("button", name="下一步").click()
        await page.wait_for_url(re.compile("/details$"))
        await expect(alert).to_be_visible()
        await page.get_by_role("button", name="完成").click()
        reason = page.get_by_role("alert").filter(has_text="没有进入审核")
        await expect(reason).to_contain_text("（7）", timeout=steps.SLOW)

        await page.goto("/applications")
        await page.get_by_role("link", name=number).click()
        await page.wait_for_url(re.compile("/persons$"))
        await expect(reason).to_be_visible()
        await steps.count_staff(page, 12, 8)
        await steps.hand_in(page, number)
        await expect(reason).to_have_count(0)


async def test_the_reason_of_a_return_stands_above_the_wizard(site: Site) -> None:
    """It opens at the details; the objection of a submission opens where it is answered."""
    async with (
        site.client("operator") as operator,
        site.client("agency") as agency,
        site.signed_in("operator") as page,
    ):
        number = await _women(operator, 3, 72)
        await operator.put(f"/applications/{number}/staff", {"staff": 5, "women": 3})
        await operator.post(f"/applications/{number}/submit", {"remark": ""})
        await operator.settled(number)
        because = {"decision": "return", "reason": "请补充社会保险缴费证明"}
        await agency.post(f"/applications/{number}/reviews", because)
        await page.goto(f"/applications/{number}")
        await page.get_by_role("link", name="继续录入").click()
        await page.wait_for_url(re.compile("/details$"))
        alert = page.get_by_role("alert").filter(has_text="已退回")
        await expect(alert).to_contain_text("请补充社会保险缴费证明")
        await page.get_by_role("button", name="上一步").click()
        await expect(alert).to_be_visible()


async def test_a_file_is_opened_and_removed_by_whoever_attached_it(site: Site) -> None:
    """The reviewer opens the paper that was clicked, not its neighbour."""
    papers = {"甲.pdf": b"%PDF-1.4 first", "乙.pdf": b"%PDF-1.4 second"}
    async with site.client("operator") as operator:
        number = await _women(operator, 3, 73)
        await operator.put(f"/applications/{number}/staff", {"staff": 5, "women": 3})
        for name, content in {**papers, "丙.pdf": b"%PDF-1.4 third"}.items():
            await operator.attach(number, "other", content, name)
        async with site.signed_in("operator") as page:
            await page.goto(f"/applications/{number}/details")
            await page.get_by_role("button", name="删除 丙.pdf").click()
            dialog = page.get_by_role("dialog", name="删除附件")
            await dialog.get_by_role("button", name="删除").click()
            await expect(page.get_by_text("已删除 丙.pdf")).to_be_visible()
            await expect(page.get_by_role("button", name="丙.pdf", exact=True)).to_have_count(0)
            await steps.twice(page.get_by_role("button", name="完成"))
            await page.wait_for_url(re.compile(f"/applications/{number}$"), timeout=steps.SLOW)
    async with site.signed_in("agency") as page:
        await page.goto(f"/reviews/{number}")
        for name, content in papers.items():
            async with page.expect_request(re.compile("/attachments/")) as request:
                await page.get_by_role("button", name=name, exact=True).click()
            asked = (await request.value).url.partition(API)[2]
            async with site.client("agency") as agency:
                assert await agency.file(asked) == content
