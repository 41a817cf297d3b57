"""What happened can be followed: one id through everything, progress while a file is read."""

from typing import Any

from examples.people import invent
from tests.flows.conftest import System

TRACE = "0af7651916cd43dd8448eb211c80319c"


async def test_one_id_goes_from_the_request_through_every_event(system: System) -> None:
    """The client's trace is answered, and stands on the event that followed."""
    operator = await system.client("operator3")
    headers = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-01", "Idempotency-Key": "traced"}
    body = {"lines": [{"plan": "YWSH-20", "shares": 1}]}
    response = await operator.send("POST", "/applications", json=body, headers=headers)
    assert response.headers["x-correlation-id"] == TRACE
    number, position = response.json()["application_no"], "0"
    found: dict[str, Any] = {}
    while not found:
        feed = await operator.get("/event-feed", after=position, wait=5)
        position = feed["next"]
        found = next((item for item in feed["items"] if item["subject"] == number), {})
    assert found["correlationid"] == TRACE
    assert TRACE in found["traceparent"]


async def test_a_large_file_shows_how_far_it_is(system: System) -> None:
    """Twelve thousand persons: progress is announced, the counts are right, in each line."""
    operator = await system.client("operator3")
    number = await operator.draft(YWSH_20=1, ZGZJ_36=1)
    people = invent(12_000, seed=12)
    rows = "\n".join(f"{index},{one.name},{one.number}" for index, one in enumerate(people, 1))
    content = f"序号,姓名,身份证号\n{rows}\n".encode("gb18030")
    batch = await operator.finished_import(await operator.start_import(number, content, "名单.csv"))
    assert (batch["done"], batch["total"]) == (12_000, 12_000)
    assert [line["succeeded"] for line in batch["lines"]] == [12_000, 12_000]
    topics, position = [], "0"
    while "roster.import.finished.v1" not in topics:
        feed = await operator.get("/event-feed", after=position, wait=5)
        position = feed["next"]
        topics += [item["type"] for item in feed["items"] if item["subject"] == number]
    # Reading; ten thousand rows, the rest and storing only when they come after half a second.
    assert 1 <= topics.count("roster.import.progressed.v1") <= 4
    first = await operator.get(f"/applications/{number}/lines/YWSH-20/persons", limit=1000)
    assert (len(first["items"]), first["next"] is not None) == (1000, True)
