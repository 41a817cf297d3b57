"""What is given up or taken away leaves no file; what counts still has all of its files."""

import asyncio
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from uuid import UUID

from examples.people import fill, invent
from services.host.sweeping import KEPT_UNNAMED
from shared.runtime.clock import OFFICE_ZONE
from tests.files_below import files_below
from tests.flows.conftest import System
from tests.flows.stories import LONGEST_WAIT, Desk


def _files(system: System, *about: str) -> set[str]:
    """Return the keys in the store that speak of an application or a confirmation."""
    store = system.var / "objects"
    found = {path.relative_to(store).as_posix() for path in files_below(store)}
    return {key for key in found if set(about) & set(key.split("/"))}


async def _until_files(system: System, number: str, count: int) -> set[str]:
    """Wait until there are as many about an application; returns them."""
    limit = monotonic() + LONGEST_WAIT
    while len(found := _files(system, number)) != count:
        assert monotonic() < limit, found
        await asyncio.sleep(0.05)
    return found


def _age(store: Path) -> None:
    """Let everything in the store have been there for longer than its row can take to come."""
    then = (datetime.now(UTC) - KEPT_UNNAMED - timedelta(minutes=1)).timestamp()
    for path in files_below(store):
        os.utime(path, (then, then))


async def test_a_cancelled_draft_leaves_no_file(system: System, a_pdf: bytes) -> None:
    """Neither the roster nor what is told of its rows nor an attachment; nor a folder for them."""
    operator = await system.client("operator")
    number = await operator.draft(YWSH_20=1)
    twice = [*invent(2, seed=861), *invent(2, seed=861)]
    content = fill(await operator.template(), twice)
    batch = await operator.finished_import(await operator.start_import(number, content))
    assert batch["has_failed_rows"]
    await operator.attach(number, "other", a_pdf, "a.pdf")
    await operator.attach(number, "other", a_pdf + b"another", "b.pdf")
    await _until_files(system, number, 5)
    await operator.send("DELETE", f"/applications/{number}")
    await _until_files(system, number, 0)
    assert not list((system.var / "objects").rglob(number))
    found = await operator.get(f"/applications/{number}")
    assert (found["state"], found["attachments"]) == ("cancelled", [])
    assert not any(one["has_failed_rows"] for one in found["roster"]["imports"])


async def test_what_was_frozen_before_goes_with_it(system: System) -> None:
    """Returned by a reviewer and then given up: the list of persons goes too."""
    desk = await Desk.of(system)
    number = await desk.drafted(invent(2, seed=862), 3, 1, YWSH_20=1)
    assert (await desk.submitted(number))["state"] == "first_review"
    assert any(key.startswith("rosters/") for key in await _until_files(system, number, 2))
    body = {"decision": "return", "reason": "请补充材料"}
    await desk.agency.post(f"/applications/{number}/reviews", body)
    await desk.operator.send("DELETE", f"/applications/{number}")
    await _until_files(system, number, 0)


async def test_an_import_that_ends_after_the_draft_was_given_up_leaves_nothing(
    system: System,
) -> None:
    """It was under way when the draft was cancelled."""
    operator = await system.client("operator")
    number = await operator.draft(YWSH_20=1)
    twice = [*invent(2, seed=863), *invent(2, seed=863)]
    content = fill(await operator.template(), twice)
    await system.command("pause", "roster.import")
    import_id = await operator.start_import(number, content)
    await operator.send("DELETE", f"/applications/{number}")
    await _until_files(system, number, 0)
    await system.command("resume", "roster.import")
    batch = await operator.finished_import(import_id)
    assert not batch["has_failed_rows"]
    assert _files(system, number) == set()


async def test_an_attachment_that_is_taken_away_leaves_the_same_file_of_another(
    system: System, a_pdf: bytes
) -> None:
    """The same content attached twice is one file: it goes with the last of the two."""
    operator = await system.client("operator")
    number = await operator.draft(YWSH_20=1)
    for kind in ("other", "over_age"):
        await operator.attach(number, kind, a_pdf, f"{kind}.pdf")
    await operator.attach(number, "other", a_pdf + b"another", "c.pdf")
    assert len(_files(system, number)) == 2
    first, second, third = (
        one["attachment_id"]
        for one in (await operator.get(f"/applications/{number}"))["attachments"]
    )
    path = f"/applications/{number}/attachments"
    await operator.send("DELETE", f"{path}/{first}")
    await operator.send("DELETE", f"{path}/{third}")
    await _until_files(system, number, 1)
    assert await operator.file(f"{path}/{UUID(second)}") == a_pdf
    await operator.send("DELETE", f"{path}/{second}")
    await _until_files(system, number, 0)
    await operator.attach(number, "other", a_pdf, "again.pdf")
    [again] = (await operator.get(f"/applications/{number}"))["attachments"]
    assert await operator.file(f"{path}/{again['attachment_id']}") == a_pdf


async def _archived(desk: Desk, a_pdf: bytes) -> tuple[str, str, str]:
    """Bring an application to its end; returns its number, its import and its confirmation."""
    operator = desk.operator
    number = await operator.draft(YWSH_20=1)
    people = invent(3, seed=864)
    content = fill(await operator.template(), [*people, people[0]])
    import_id = await operator.start_import(number, content)
    assert (await operator.finished_import(import_id))["has_failed_rows"]
    await operator.put(f"/applications/{number}/staff", {"staff": 5, "women": 3})
    await operator.attach(number, "other", a_pdf, "a.pdf")
    assert (await desk.submitted(number))["state"] == "first_review"
    await desk.agency.approve(number)
    await desk.office.approve(number)
    await operator.notice(number)
    today = datetime.now(OFFICE_ZONE).date()
    confirmation_no = await desk.confirmed(number, today - timedelta(days=40), today)
    await operator.confirmation(confirmation_no)
    await operator.file(f"/confirmations/{confirmation_no}/roster")
    await desk.office.archive(confirmation_no, a_pdf)
    return number, import_id, confirmation_no


async def test_a_sweep_takes_what_nothing_names_and_no_file_that_counts(
    system: System, a_pdf: bytes
) -> None:
    """An operator looks first, then removes; everything of an archived application is there."""
    desk, store = await Desk.of(system), system.var / "objects"
    number, import_id, confirmation_no = await _archived(desk, a_pdf)
    about = (number, confirmation_no)
    counts = {key for key in _files(system, *about) if not key.startswith("downloads/")}
    assert {key.partition("/")[0] for key in counts} == {
        *("attachments", "failed-rows", "papers", "rosters", "scans", "uploads")
    }
    left = {
        f"{place}/left behind"
        for place in (
            *(f"{one}/{number}" for one in ("attachments", "failed-rows", "rosters", "uploads")),
            f"scans/{confirmation_no}",
            f"papers/confirmation/{confirmation_no}",
            "previews",
        )
    }
    for key in left:
        (store / key).parent.mkdir(parents=True, exist_ok=True)
        (store / key).write_bytes(b"named by nothing")
    _age(store)
    young = f"uploads/{number}/just uploaded"
    (store / young).write_bytes(b"its row may still come")

    *lines, sum_of_it = (await system.command("storage", "list")).splitlines()
    listed = {line.split(" ", 1)[1].rpartition(" 16 bytes of ")[0] for line in lines}
    assert left <= listed
    assert not any(key in line for key in {*counts, young} for line in lines)
    assert all((store / key).exists() for key in left)

    removed = await system.command("storage", "remove", "--by", "王工")
    assert removed.splitlines()[-1] == sum_of_it.replace("would remove", "removed")
    assert not any((store / key).exists() for key in left)
    assert _files(system, *about) == {*counts, young}
    assert await system.command("storage", "list") == "would remove 0 files, 0 bytes\n"
    administrator = await system.client("administrator")
    entries = (await administrator.get("/audit", action="files.removed"))["items"]
    assert (entries[0]["account_id"], entries[0]["outcome"]) == ("operator:王工", "done")

    operator = desk.operator
    found = await operator.get(f"/applications/{number}")
    attachment = found["attachments"][0]["attachment_id"]
    assert await operator.file(f"/applications/{number}/attachments/{attachment}") == a_pdf
    assert await operator.file(f"/imports/{import_id}/failed-rows")
    assert await operator.file(f"/confirmations/{confirmation_no}/roster")
    assert (await operator.notice(number)).startswith(b"%PDF")
    assert (await operator.confirmation(confirmation_no)).startswith(b"%PDF")


async def test_a_sweep_of_one_service_looks_at_its_own_only(system: System) -> None:
    """Every prefix has one owner."""
    path = system.var / "objects" / "papers" / "receipt" / "left behind"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"named by nothing")
    _age(system.var / "objects")
    assert "left behind" not in await system.command("storage", "list", "roster")
    assert "left behind" in await system.command("storage", "remove", "documents")
    assert not path.exists()
