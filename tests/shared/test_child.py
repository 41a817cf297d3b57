import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from shared.child import ChildProcess, WorkTooLong
from shared.errors import Invalid, NotFound

ENOUGH = 30.0


def refuse() -> None:
    """Refuse as a reader of workbooks does."""
    raise Invalid("header_missing", "没有找到表头。", field="file")


def find_nothing() -> None:
    """Refuse with a class whose constructor asks for less."""
    raise NotFound("没有这个文件。")


@pytest.fixture
def child() -> Iterator[ChildProcess]:
    """Give a child that ends with the test."""
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


async def test_a_child_that_dies_is_work_that_failed(child: ChildProcess) -> None:
    """A file that brings the process down is refused like one that takes too long."""
    with pytest.raises(WorkTooLong):
        await child.run(ENOUGH, os._exit, 1)
    assert await child.run(ENOUGH, abs, -1) == 1


def test_the_child_ends_with_its_parent_even_when_that_is_killed(tmp_path: Path) -> None:
    """Nothing is left behind by a kill -9."""
    pid_file = tmp_path / "pid"
    script = (
        "import asyncio, os, pathlib, sys\n"
        "from shared.child import ChildProcess\n"
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
    child = int(pid_file.read_text())
    until = time.monotonic() + ENOUGH
    while psutil.pid_exists(child):
        assert time.monotonic() < until
        time.sleep(0.05)
