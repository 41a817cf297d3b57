"""The guide's cases from sign-in to archive, with the mouse, by four people."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from examples.demo import A_PAGE
from examples.people import Person, fill, invent
from tests.web import steps
from tests.web.conftest import Site


@dataclass(frozen=True)
class Files:
    """What people have on their disks."""

    folder: Path
    template: bytes

    def roster(self, people: list[Person]) -> Path:
        """Fill the template."""
        path = self.folder / "参保人员.xlsx"
        path.write_bytes(fill(self.template, people))
        return path

    def wrong(self) -> Path:
        """Return something that is no list of persons."""
        path = self.folder / "照片.xlsx"
        path.write_bytes(b"\x89PNG\r\n\x1a\n not a workbook")
        return path

    def scan(self) -> Path:
        """Return a scan."""
        path = self.folder / "扫描件.pdf"
        path.write_bytes(A_PAGE)
        return path


@pytest.fixture
async def files(site: Site, tmp_path: Path) -> Files:
    """Return a folder with the office's template."""
    async with site.client("operator") as operator:
        return Files(tmp_path, await operator.template())


async def _counts(site: Site, account: str, number: str) -> dict[str, int]:
    """Count what a double click could have done twice."""
    async with site.client(account) as client:
        found = await client.get(f"/applications/{number}")
        billing = found["billing"] or {"invoices": [], "payments": []}
        return {
            "imports": len(found["roster"]["imports"]),
            "reviews": len(found["reviews"]),
            "invoices": len(billing["invoices"]),
            "payments": len(billing["payments"]),
        }


async def _reviewed(site: Site, number: str, agency: str) -> None:
    async with site.signed_in(agency) as page:
        await steps.approve(page, number, "初审")
    async with site.signed_in("office") as page:
        await steps.approve(page, number, "复审")


async def _ended(site: Site, page: Page, number: str, files: Files) -> None:
    """Print the confirmation, take the roster, send it to the archive."""
    await page.goto(f"/applications/{number}")
    confirmation_no = await page.get_by_text(re.compile("G0012.+生效日期")).inner_text()
    confirmation_no = confirmation_no.split("，")[0]
    await steps.print_paper(page, "确认书打印", confirmation_no)
    await page.get_by_role("tab", name="已打印").click()
    row = page.get_by_role("row", name=confirmation_no)
    await expect(row.get_by_role("button", name="1 次，打印登记")).to_be_visible()
    async with page.expect_download() as download:
        await row.get_by_role("button", name="人员清单下载").click()
    assert (await download.value).suggested_filename.endswith(".xlsx")
    async with site.signed_in("office") as office:
        await steps.archive(office, confirmation_no, files.scan())
    await page.goto(f"/applications/{number}")
    await expect(page.get_by_text("已归档")).to_be_visible()


async def test_case_a_with_a_wrong_file_a_reload_and_an_expired_session(
    site: Site, files: Files
) -> None:
    """Fees 190.00 and 144.00, rate 100 %; nothing that was typed is lost on the way."""
    async with site.signed_in("operator2") as page:
        number = await steps.begin(page, 住院医疗=1, 职工重疾=2)
        await steps.upload(page, files.wrong())
        await expect(page.get_by_role("alert").filter(has_text="文件不是表格")).to_be_visible()
        await steps.upload(page, files.roster(invent(2, seed=41)))
        await expect(page.get_by_text("全部导入成功")).to_be_visible(timeout=steps.SLOW)
        await steps.count_staff(page, 2, 1)
        page.on("dialog", lambda dialog: dialog.accept())
        await page.reload()
        await expect(page.get_by_role("spinbutton", name="在职职工人数")).to_have_value("2")
        await expect(page.get_by_role("spinbutton", name="在职女职工人数")).to_have_value("1")
        await page.context.clear_cookies()
        await page.get_by_role("button", name="下一步").click()
        await site.sign_in(page, "operator2")
        await expect(page.get_by_role("heading", name="参保活动信息")).to_be_visible()
        for plan, fee in (("住院医疗", "190.00"), ("职工重疾", "144.00")):
            row = page.get_by_role("row", name=plan)
            await expect(row.get_by_role("cell", name=fee, exact=True)).to_be_visible()
            await expect(row.get_by_role("cell", name="100.00%")).to_be_visible()
        await page.get_by_label("参保说明").fill("首次参保")
        await page.get_by_role("button", name="上一步").click()
        await expect(page.get_by_role("dialog", name="有尚未保存的内容")).to_be_visible()
        await page.get_by_role("button", name="继续填写").click()
        await expect(page.get_by_label("参保说明")).to_have_value("首次参保")
        await steps.twice(page.get_by_role("button", name="完成"))
        await page.wait_for_url(re.compile(f"/applications/{number}$"), timeout=steps.SLOW)
        await _reviewed(site, number, "agency2")
        await steps.print_paper(page, "缴费通知单打印", number)
        row = page.get_by_role("row", name=number)
        await expect(row.get_by_role("button", name="1 次，打印登记")).to_be_visible()
        await steps.open_billing(page, number)
        await steps.invoice(
            page,
            "工会经费",
            "青岛澄波示例机械有限公司工会委员会",
            {"住院医疗": (2, "95"), "职工重疾": (2, "72.00")},
            "叁佰叁拾肆元整",
        )
        await steps.send_invoices(page)
        async with site.signed_in("finance") as finance:
            await steps.pay(finance, number)
        await _ended(site, page, number, files)
    assert await _counts(site, "operator2", number) == {
        "imports": 2,
        "reviews": 2,
        "invoices": 1,
        "payments": 1,
    }


async def test_case_b_is_returned_once_and_invoiced_to_two_payers(site: Site, files: Files) -> None:
    """80.00 from the union, 320.00 from the members; a second tab sees what the first one did."""
    async with site.signed_in("operator3") as page:
        number = await steps.begin(page, 女工特病=2)
        await steps.upload(page, files.roster(invent(8, seed=42, women_only=True)))
        await expect(page.get_by_text("全部导入成功")).to_be_visible(timeout=steps.SLOW)
        await steps.count_staff(page, 12, 8)
        await steps.hand_in(page, number)
        async with site.signed_in("agency3") as agency:
            await agency.goto(f"/reviews/{number}")
            await agency.get_by_role("button", name="退回").click()
            await expect(agency.get_by_text("退回时请填写原因")).to_be_visible()
            await agency.get_by_label("意见").fill("请核对女职工人数")
            await steps.twice(agency.get_by_role("button", name="退回"))
            await agency.wait_for_url(re.compile("/reviews$"))
        # Told live, without a reload.
        await expect(page.get_by_text("已退回", exact=True)).to_be_visible()
        why = page.get_by_role("alert").filter(has_text="已退回，请按以下意见修改")
        await expect(why).to_contain_text("请核对女职工人数")
        await page.goto(f"/applications/{number}/persons")
        await steps.count_staff(page, 10, 8)
        await steps.hand_in(page, number)
        await _reviewed(site, number, "agency3")

        await steps.open_billing(page, number)
        other = await page.context.new_page()
        await other.goto(f"/billings/{number}")
        await expect(other.get_by_label("剩余开票金额").get_by_text("400.00").first).to_be_visible()
        union = "青岛松涛示例医院工会委员会"
        await steps.invoice(page, "工会经费", union, {"女工特病": (8, "10.00")}, "捌拾元整")
        await steps.twice(page.get_by_role("button", name="提交", exact=True))
        await expect(page.get_by_text("还剩：")).to_be_visible()
        await expect(other.get_by_label("剩余开票金额").get_by_text("320.00").first).to_be_visible()
        await page.context.clear_cookies()
        await page.get_by_role("button", name="新增开票信息").click()
        await site.sign_in(page, "operator3")
        await page.get_by_role("button", name="返回").click()
        await steps.invoice(
            page, "会员自付", "青岛松涛示例医院", {"女工特病": (8, "40.00")}, "叁佰贰拾元整"
        )
        left = page.get_by_label("剩余开票金额").get_by_text("0.00", exact=True)
        await expect(left).to_have_count(2)
        await steps.send_invoices(page)
        async with site.signed_in("finance") as finance:
            await steps.pay(finance, number)
        await _ended(site, page, number, files)
    assert await _counts(site, "operator3", number) == {
        "imports": 1,
        "reviews": 3,
        "invoices": 2,
        "payments": 1,
    }


async def test_case_d_with_a_subsidy(site: Site, files: Files) -> None:
    """2375.00 less 875.00, and 900.00: one invoice of 2400.00 from administrative funds."""
    async with site.signed_in("operator") as page:
        number = await steps.begin(page, 住院医疗=1, 职工重疾=1)
        await steps.upload(page, files.roster(invent(25, seed=43)))
        await expect(page.get_by_text("全部导入成功")).to_be_visible(timeout=steps.SLOW)
        await steps.count_staff(page, 25, 11)
        await steps.hand_in(page, number)
        for sum_ in ("2,375.00", "900.00", "875.00", "2,400.00"):
            await expect(page.get_by_text(sum_, exact=True).first).to_be_visible()
        await _reviewed(site, number, "agency")
        await steps.open_billing(page, number)
        await steps.invoice(
            page,
            "行政经费",
            "青岛海晏示例职业学校",
            {"住院医疗": (25, "60.00"), "职工重疾": (25, "36.00")},
            "贰仟肆佰元整",
        )
        await steps.send_invoices(page)
        async with site.signed_in("finance") as finance:
            await steps.pay(finance, number)
        await _ended(site, page, number, files)
    counts = await _counts(site, "operator", number)
    assert counts == {"imports": 1, "reviews": 2, "invoices": 1, "payments": 1}
