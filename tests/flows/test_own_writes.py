"""Who has our answer may go on at once, however far the copies lag behind."""

import asyncio
from dataclasses import replace

from examples.people import fill, invent
from tests.flows.conftest import System
from tests.flows.stories import Desk

TIMES, WITH_PAPERS = 20, 2
CONCURRENT = 3


async def test_a_client_never_waits_between_its_steps(system: System) -> None:
    """Create, change lines, import, submit, approve twice, read the billing; print some notices.

    Twenty times without a pause and without one answer that asks to come again.
    """
    usual = await Desk.of(system, "3")
    desk = Desk(*(replace(client, timeout_seconds=0) for client in vars(usual).values()))
    roster = fill(await desk.operator.template(), invent(2, seed=100))
    places = asyncio.Semaphore(CONCURRENT)

    async def once(*, printed: bool) -> None:
        async with places:
            number = await desk.operator.draft(YWSH_20=1)
            await desk.operator.put(
                f"/applications/{number}/lines",
                {"lines": [{"plan": "YWSH-20", "shares": 2}, {"plan": "ZDJB-70", "shares": 1}]},
            )
            await desk.operator.put(f"/applications/{number}/staff", {"staff": 2, "women": 1})
            await desk.operator.start_import(number, roster)
            await desk.operator.post(f"/applications/{number}/submit", {"remark": ""})
            await desk.agency.approve(number)
            await desk.office.approve(number)
            billing = await desk.operator.get(f"/billings/{number}")
            assert billing["payable"] == "220.00"
            if printed:
                assert (await desk.operator.notice(number)).startswith(b"%PDF")

    await asyncio.gather(*(once(printed=time < WITH_PAPERS) for time in range(TIMES)))
