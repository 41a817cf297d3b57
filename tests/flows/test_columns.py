"""A file of which not all columns are known waits for its operator, and holds up nothing else."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from examples.client import ApiError, Client
from examples.people import fill, invent
from shared.runtime.polling import poll
from tests.flows.conftest import System
from tests.untitled import GIVEN, KNOWN, untitled, with_contacts

SECONDS = 20


async def _waiting(operator: Client, number: str, title: str) -> str:
    """Send a list with an unknown title; returns its batch when it waits."""
    content = untitled(invent(3, seed=471), title)
    batch = await operator.start_import(number, content, f"{title}.csv")
    found = await operator.finished_import(batch)
    assert found["state"] == "needs_columns"
    sent, until = (datetime.fromisoformat(found[at]) for at in ("created_at", "columns_until"))
    assert timedelta(hours=24) <= until - sent < timedelta(hours=24, minutes=5)
    return batch


async def _refused(call: Any) -> ApiError:  # noqa: ANN401 - any awaitable call
    with pytest.raises(ApiError) as refusal:
        await call
    return refusal.value


async def _counted(operator: Client, number: str) -> bool | None:
    """Return whether enrollment has heard of all that roster said until persons came in."""
    [line] = (await operator.get(f"/applications/{number}"))["lines"]
    return line["persons"] > 0 or None


async def _submitted(operator: Client, number: str) -> bool | None:
    """Submit; None while enrollment has not heard that all files are decided."""
    try:
        await operator.post(f"/applications/{number}/submit", {"remark": ""})
    except ApiError as refusal:
        if refusal.code == "import_undecided":
            return None
        raise
    return True


async def test_the_operator_says_once_which_column_is_which(system: System) -> None:
    """From the first rows in full; after that such lists are known of the unit."""
    operator = await system.client("operator2")
    number = await operator.draft(YWSH_20=1)
    people = invent(3, seed=471)
    batch = await _waiting(operator, number, "代称")
    place = f"/imports/{batch}/columns"
    answer = await operator.send("GET", place)
    assert answer.headers["cache-control"] == "no-store"
    question = answer.json()
    assert (question["header_row"], question["columns"]) == (1, KNOWN)
    titles, first, *_ = question["rows"]
    assert (titles["cells"][1], titles["row_no"]) == ("代称", 1)
    assert first["cells"] == ["1", people[0].name, people[0].number, people[0].mobile]
    required = {one["field"] for one in question["fields"] if one["required"]}
    assert required == {"name", "number"}

    lacking = await _refused(operator.put(place, GIVEN | {"columns": KNOWN}))
    assert (lacking.status, lacking.field) == (422, "columns.name")
    twice = await _refused(operator.put(place, GIVEN | {"columns": {"name": 2, **KNOWN}}))
    assert twice.status == 422
    beyond = await _refused(operator.put(place, GIVEN | {"columns": {"name": 9, **KNOWN}}))
    assert (beyond.status, beyond.field) == (422, "columns.name")

    given = await operator.send("PUT", place, json=GIVEN)
    assert (given.status_code, given.json()["import_id"]) == (202, batch)
    done = await operator.finished_import(batch)
    assert (done["state"], done["error"]) == ("finished", None)
    assert done["rows"] | {"taken": 3, "refused": 0, "title": 1} == done["rows"]
    again = await operator.start_import(number, untitled(invent(2, seed=472), "代称"), "四月.csv")
    assert (await operator.finished_import(again))["state"] == "finished"


async def test_a_sheet_that_is_no_list_is_passed_over(system: System) -> None:
    """It names people with their numbers; only those of the list come in. An only sheet stays."""
    operator = await system.client("operator2")
    number = await operator.draft(YWSH_20=1)
    batch = await operator.start_import(number, with_contacts(invent(3, seed=476)), "名单.xlsx")
    assert (await operator.finished_import(batch))["state"] == "needs_columns"
    place = f"/imports/{batch}/columns"
    question = await operator.get(place)
    assert (question["sheet"], question["is_alone"]) == ("联系人", False)
    no_list = {"sheet": "联系人", "header_row": 1, "is_list": False}
    mistyped = await _refused(operator.put(place, no_list | {"is_list": "no"}))
    assert (mistyped.status, mistyped.code) == (422, "invalid_input")
    assert (await operator.put(place, no_list))["state"] == "queued"
    done = await operator.finished_import(batch)
    assert (done["state"], done["rows"]["taken"], sum(done["rows"].values())) == ("finished", 2, 3)

    place = f"/imports/{await _waiting(operator, number, '庚')}/columns"
    assert (await operator.get(place))["is_alone"] is True
    alone = await _refused(operator.put(place, no_list | {"sheet": ""}))
    assert (alone.status, alone.code, alone.field) == (422, "no_list_left", "is_list")
    await operator.send("DELETE", place)


async def test_a_waiting_file_holds_back_the_submission_alone(system: System) -> None:
    """Other files come in; given up, it is told why, and the application can be submitted."""
    operator = await system.client("operator3")
    number = await operator.draft(YWSH_20=1)
    await operator.put(f"/applications/{number}/staff", {"staff": 5, "women": 2})
    batches = [await _waiting(operator, number, title) for title in ("甲", "乙", "丙")]
    content = fill(await operator.template(), invent(2, seed=473))
    done = await operator.finished_import(await operator.start_import(number, content))
    assert done["state"] == "finished"
    assert await poll(lambda: _counted(operator, number), SECONDS)
    batches.append(await _waiting(operator, number, "丁"))
    refusal = await _refused(operator.post(f"/applications/{number}/submit", {"remark": ""}))
    assert (refusal.status, refusal.code) == (409, "import_undecided")
    for batch in batches:
        given_up = (await operator.send("DELETE", f"/imports/{batch}/columns")).json()
        assert (given_up["state"], given_up["error"]["code"]) == ("failed", "columns_not_given")
    refusal = await _refused(operator.get(f"/imports/{batches[0]}/columns"))
    assert (refusal.status, refusal.code) == (409, "columns_not_asked")
    assert await poll(lambda: _submitted(operator, number), SECONDS)
    assert (await operator.settled(number))["state"] == "first_review"


async def test_of_two_who_decide_at_once_one_wins(system: System) -> None:
    """The other is told that it is decided."""
    operator = await system.client("operator2")
    number = await operator.draft(ZGZJ_36=1)
    place = f"/imports/{await _waiting(operator, number, '戊')}/columns"
    answers = await asyncio.gather(
        operator.send("PUT", place, json=GIVEN),
        operator.send("DELETE", place),
        return_exceptions=True,
    )
    refused = [one for one in answers if isinstance(one, ApiError)]
    assert [(one.status, one.code) for one in refused] == [(409, "columns_not_asked")]


async def test_the_first_rows_are_for_the_operator_of_the_unit_alone(system: System) -> None:
    """Whoever looked, gave and gave up is in the audit trail."""
    operator, other = await system.client("operator3"), await system.client("operator2")
    number = await operator.draft(YWSH_20=1)
    batch = await _waiting(operator, number, "己")
    place = f"/imports/{batch}/columns"
    others = [await system.client(name) for name in ("office", "finance", "auditor")]
    for who, status in ((other, 404), *((one, 403) for one in others)):
        for method in ("GET", "PUT", "DELETE"):
            refusal = await _refused(who.send(method, place, json=GIVEN))
            assert refusal.status == status, (method, who.account["role"])
    await operator.get(place)
    await operator.send("DELETE", place)
    entries = (await (await system.client("administrator")).get("/audit"))["items"]
    mine = {
        one["action"] for one in entries if one["subject"] == batch and one["outcome"] == "done"
    }
    assert mine == {"import.columns_read", "import.given_up"}
