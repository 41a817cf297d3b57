import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from multiprocessing import connection
from pathlib import Path

import psutil
import pytest

from shared.errors import Invalid, NotFound
from shared.runtime.child import (
    MEMORY_LIMIT,
    ChildProcess,
    WorkFatal,
    WorkNotDone,
    WorkTooLarge,
    WorkTooLong,
)
from shared.runtime.children import Children

ENOUGH = 30.0


def refuse() -> None:
    """Refuse as a reader of workbooks does."""
    raise Invalid("header_missing", "没有找到表头。", field="file")


def find_nothing() -> None:
    """Refuse with a class whose constructor asks for less."""
    raise NotFound("没有这个文件。")


def note_and_sleep(folder: Path) -> None:
    """Leave a trace of each try, and take for ever."""
    _tries(folder)
    time.sleep(ENOUGH)


def die_at_first(folder: Path, times: int) -> int:
    """Die so many times as a killed process does; then give the number of tries."""
    tries = _tries(folder)
    if tries <= times:
        os.kill(os.getpid(), signal.SIGKILL)
    return tries


def die_while_answering() -> bytes:
    """Send a half of the answer, and die as a killed process does."""

    def send_half(self: connection.Connection, content: bytes) -> None:
        os.write(self.fileno(), bytes(content)[: len(content) // 2])
        os.kill(os.getpid(), signal.SIGKILL)

    connection.Connection._send = send_half  # type: ignore[attr-defined]
    return bytes(1000)


def call_and_wait(port: int) -> int:
    """Call, wait until the other one hangs up, give this process's number."""
    with socket.create_connection(("127.0.0.1", port)) as call:
        call.recv(1)
    return os.getpid()


def fill(size: int) -> int:
    """Have so many bytes for a moment."""
    return len(b"." * size)


def niceness() -> int:
    """Return how willingly this process leaves the processors to others."""
    return os.nice(0)


def until_gone(pid: int) -> None:
    """Wait until a process is no more, and whoever started it knows."""
    until = time.monotonic() + ENOUGH
    while psutil.pid_exists(pid):
        assert time.monotonic() < until
        time.sleep(0.05)


def tries_of(folder: Path) -> int:
    """Count the processes that tried."""
    return len(list(folder.iterdir()))


def _tries(folder: Path) -> int:
    folder.mkdir(exist_ok=True)
    (folder / str(os.getpid())).touch()
    return tries_of(folder)


@pytest.fixture
def child() -> Iterator[ChildProcess]:
    """Return a child that ends with the test."""
    child = ChildProcess()
    yield child
    child.stop()


async def test_the_work_is_done_in_another_process(child: ChildProcess) -> None:
    """Its result comes back; the same child serves again."""
    pid = await child.run(ENOUGH, os.getpid)
    assert pid != os.getpid()
    assert await child.run(ENOUGH, os.getpid) == pid


async def test_a_refusal_comes_back_as_it_was(child: ChildProcess) -> None:
    """With code, sentence and field, whatever its class."""
    with pytest.raises(Invalid) as refused:
        await child.run(ENOUGH, refuse)
    assert (refused.value.code, refused.value.field) == ("header_missing", "file")
    assert refused.value.message == str(refused.value) == "没有找到表头。"
    with pytest.raises(NotFound) as missing:
        await child.run(ENOUGH, find_nothing)
    assert (missing.value.code, missing.value.message) == ("not_found", "没有这个文件。")


async def test_a_runaway_is_stopped_and_the_next_task_runs(child: ChildProcess) -> None:
    """The process is killed, not abandoned."""
    process = psutil.Process(await child.run(ENOUGH, os.getpid))
    with pytest.raises(WorkTooLong):
        await child.run(0.1, time.sleep, ENOUGH)
    _, alive = await asyncio.to_thread(psutil.wait_procs, [process], ENOUGH / 2)
    assert not alive
    assert await child.run(ENOUGH, abs, -1) == 1


async def test_the_time_limit_is_not_waited_for_twice(child: ChildProcess, tmp_path: Path) -> None:
    """What takes too long would do so again."""
    with pytest.raises(WorkTooLong):
        await child.run(2.0, note_and_sleep, tmp_path)
    assert tries_of(tmp_path) == 1


async def test_work_whose_child_dies_is_done_by_another_one(
    child: ChildProcess, tmp_path: Path
) -> None:
    """A good file is not blamed for what the machine did, kill for want of memory say."""
    assert await child.run(ENOUGH, die_at_first, tmp_path, 1) == 2


async def test_work_that_kills_a_second_child_is_to_blame(
    child: ChildProcess, tmp_path: Path
) -> None:
    """Nobody else dies of it, and the next task runs."""
    with pytest.raises(WorkFatal):
        await child.run(ENOUGH, die_at_first, tmp_path, 9)
    assert tries_of(tmp_path) == 2
    assert issubclass(WorkFatal, WorkNotDone)
    assert await child.run(ENOUGH, abs, -1) == 1


async def test_a_child_that_dies_while_it_answers_has_died(child: ChildProcess) -> None:
    """It is noticed at once, and nobody waits for the other half, not even to end."""
    others = set(threading.enumerate())
    with pytest.raises(WorkFatal):
        await child.run(ENOUGH, die_while_answering)
    child.stop()
    until = time.monotonic() + ENOUGH
    while set(threading.enumerate()) - others:
        assert time.monotonic() < until
        await asyncio.sleep(0.05)


async def test_a_child_that_died_while_it_was_idle_is_no_fault_of_the_next_task(
    child: ChildProcess, tmp_path: Path
) -> None:
    """The next task has all of its tries still."""
    for signal_sent in (signal.SIGKILL, signal.SIGTERM):
        process = psutil.Process(await child.run(ENOUGH, os.getpid))
        process.send_signal(signal_sent)
        await asyncio.to_thread(until_gone, process.pid)
        assert await child.run(ENOUGH, die_at_first, tmp_path / signal_sent.name, 1) == 2


async def test_work_that_wants_too_much_memory_is_told_from_work_that_kills(
    child: ChildProcess,
) -> None:
    """It is not tried again, and what it took is given back with its child."""
    first = await child.run(ENOUGH, os.getpid)
    with pytest.raises(WorkTooLarge):
        await child.run(ENOUGH, bytes, MEMORY_LIMIT)
    assert await child.run(ENOUGH, os.getpid) != first


async def test_a_child_ends_after_its_last_task() -> None:
    """What its libraries keep does not add up for ever."""
    child = ChildProcess(most_tasks=2)
    try:
        pids = [await child.run(ENOUGH, os.getpid) for _ in range(5)]
    finally:
        child.stop()
    assert pids[0] == pids[1] != pids[2] == pids[3] != pids[4]


async def test_a_child_that_needed_much_memory_ends_with_the_task() -> None:
    """It would keep most of it; one that needed little goes on."""
    child = ChildProcess(most_memory=200 * 1024**2)
    try:
        first = await child.run(ENOUGH, os.getpid)
        await child.run(ENOUGH, bytearray, 10)
        assert await child.run(ENOUGH, os.getpid) == first
        await child.run(ENOUGH, fill, 250 * 1024**2)
        process = psutil.Process(first)
        assert await child.run(ENOUGH, os.getpid) != first
        await asyncio.to_thread(psutil.wait_procs, [process], ENOUGH / 2)
        assert not process.is_running()
    finally:
        child.stop()


async def test_a_nice_child_leaves_the_processors_to_others() -> None:
    """Its parent, and its siblings, keep theirs."""
    children = Children(nice=10)
    try:
        assert await children.run(ENOUGH, niceness) == niceness() + 10
    finally:
        children.stop()


async def test_several_children_work_at_once_and_no_more_than_are_needed() -> None:
    """One after another they share one child; together each has its own, up to the limit."""
    children = Children(2)
    try:
        pids = {await children.run(ENOUGH, os.getpid) for _ in range(3)}
        assert len(pids) == 1
        with socket.create_server(("127.0.0.1", 0)) as server:
            # Neither ends before both have come.
            port = server.getsockname()[1]
            both = asyncio.gather(*(children.run(ENOUGH, call_and_wait, port) for _ in range(2)))
            third = asyncio.create_task(children.run(ENOUGH, os.getpid))
            calls = [await asyncio.to_thread(server.accept) for _ in range(2)]
            assert not third.done()
            for call, _ in calls:
                call.close()
            assert len(set(await both) | pids) == 2
            assert await third in set(await both)
    finally:
        children.stop()


def test_the_child_ends_with_its_parent_even_when_that_is_killed(tmp_path: Path) -> None:
    """Nothing is left behind by a kill -9."""
    pid_file = tmp_path / "pid"
    script = (
        "import asyncio, os, pathlib, sys\n"
        "from shared.runtime.child import ChildProcess\n"
        "if __name__ == '__main__':\n"
        "    pid = asyncio.run(ChildProcess().run(30, os.getpid))\n"
        "    pathlib.Path(sys.argv[1]).write_text(str(pid))\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    main = tmp_path / "parent.py"
    main.write_text(script)
    root = Path(__file__).parent.parent.parent
    subprocess.run(  # noqa: S603 - the script above
        [sys.executable, str(main), str(pid_file)],
        cwd=root,
        env={"PYTHONPATH": str(root)},
        check=False,
    )
    until_gone(int(pid_file.read_text()))


@pytest.mark.parametrize(
    "work",
    [
        "shared.runtime.child",
        "services.roster.adapters.telling",
        "services.documents.adapters.drawing",
    ],
)
def test_a_child_of_the_services_starts_light(work: str) -> None:
    """It loads its own work, and nothing of what serves, stores or publishes."""
    script = (
        "import asyncio, sys, services.__main__\n"
        "from shared.runtime.child import ChildProcess\n"
        "from tests.runtime.loaded import heavy_modules\n"
        "sys.modules['__main__'] = services.__main__  # as `python -m services` has it\n"
        f"print(asyncio.run(ChildProcess().run(60, heavy_modules, {work!r})))\n"
    )
    done = subprocess.run(  # noqa: S603 - the script above
        [sys.executable, "-c", script],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[]\n"
