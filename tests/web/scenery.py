"""What the pictures show: applications in every state, made through the API."""

from dataclasses import dataclass

import httpx

from examples.client import Client
from examples.demo import A_PAGE
from examples.people import fill, invent, with_wrong_check
from tests.phones import Phone
from tests.strangers import Stranger
from tests.web.conftest import Site
from tests.web.steps import today


@dataclass(frozen=True)
class Scenery:
    """Numbers of what there is to look at."""

    draft: str
    returned: str
    first_review: str
    final_review: str
    to_invoice: str
    large: str
    to_archive: str
    applied: str
    """A unit that waits to be registered."""


@dataclass
class _Makers:
    operator: Client
    agency: Client
    office: Client
    finance: Client
    template: bytes

    async def drafted(self, seed: int, persons: int, **lines: int) -> str:
        number = await self.operator.draft(**lines)
        content = fill(self.template, invent(persons, seed=seed))
        await self.operator.finished_import(await self.operator.start_import(number, content))
        staff = {"staff": persons + 3, "women": persons // 2}
        await self.operator.put(f"/applications/{number}/staff", staff)
        return number

    async def submitted(self, seed: int, persons: int, **lines: int) -> str:
        number = await self.drafted(seed, persons, **lines)
        await self.operator.attach(number, "social_insurance", A_PAGE, "缴费证明.pdf")
        await self.operator.post(f"/applications/{number}/submit", {"remark": "本单位首次参保"})
        await self.operator.settled(number)
        return number

    async def approved(self, seed: int, persons: int, **lines: int) -> str:
        number = await self.submitted(seed, persons, **lines)
        await self.agency.approve(number)
        await self.office.approve(number)
        return number

    async def invoiced(self, number: str, plan: str, persons: int, price: str) -> None:
        line = {"plan": plan, "persons": persons, "unit_price": price, "remark": "2份"}
        body = {
            "funding_source": "union_funds",
            "title": "青岛海晏示例职业学校工会委员会",
            "tax_no": "1237020312345678AW",
            "email": "operator@example.org",
            "lines": [line],
        }
        await self.operator.post(f"/billings/{number}/invoices", body)


async def _registered(site: Site) -> str:
    """Let a stranger register a unit; return its id."""
    headers = {"X-Forwarded-For": next(site.addresses)}
    async with httpx.AsyncClient(base_url=site.address, headers=headers, timeout=60) as http:
        someone = Stranger(http, Phone(site.var))
        await someone.prove()
        return str((await someone.register(900))["unit_id"])


async def set_up(site: Site) -> Scenery:
    """Make it."""
    async with (
        site.client("operator") as operator,
        site.client("agency") as agency,
        site.client("office") as office,
        site.client("finance") as finance,
    ):
        makers = _Makers(operator, agency, office, finance, await operator.template())
        draft = await makers.drafted(5, 12, ZYYL_A=1, ZGZJ_36=2)
        wrong = [with_wrong_check(one) for one in invent(3, seed=77)]
        content = fill(makers.template, wrong)
        await operator.finished_import(await operator.start_import(draft, content, "补充人员.xlsx"))
        returned = await makers.submitted(6, 3, ZDJB_70=1)
        because = {"decision": "return", "reason": "请补充社会保险缴费证明，并核对在职职工人数。"}
        await agency.post(f"/applications/{returned}/reviews", because)
        first_review = await makers.submitted(7, 4, YWSH_20=1, ZDJB_70=1)
        final_review = await makers.submitted(8, 2, ZYYL_A=1, ZGZJ_36=2)
        await agency.approve(final_review)
        to_invoice = await makers.approved(9, 4, YWSH_20=1, ZDJB_70=1)
        await makers.invoiced(to_invoice, "YWSH-20", 4, "20.00")
        large = await makers.approved(10, 40, ZDJB_70=2)
        to_archive = await makers.approved(11, 3, YWSH_20=3)
        billing = await finance.get(f"/billings/{to_archive}")
        first = today().replace(day=1)
        await finance.pay(to_archive, billing["payable"], first, today(), "款项已先到账")
        applied = await _registered(site)
        return Scenery(
            draft, returned, first_review, final_review, to_invoice, large, to_archive, applied
        )
