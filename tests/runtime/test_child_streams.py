"""Results that a child gives one after another."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from pathlib import Path

import pytest

from shared.errors import Invalid
from shared.runtime.child import MEMORY_LIMIT, ChildProcess, WorkBroken, WorkTooLarge, WorkTooLong
from shared.runtime.children import Children
from tests.runtime.test_child import ENOUGH, until_gone

SECRET = "SEALING_KEY"


def count_to(last: int) -> Iterator[int]:
    """Give numbers from 1 on."""
    yield from range(1, last + 1)


def number_and_refuse() -> Iterator[int]:
    """Give one result, then refuse."""
    yield 1
    raise Invalid("too_many_rows", "一个文件最多一行。")


def number_and_die() -> Iterator[int]:
    """Give one result, then die as a killed process does."""
    yield os.getpid()
    os.kill(os.getpid(), signal.SIGKILL)


def number_and_sleep() -> Iterator[int]:
    """Give the process's number, then take for ever."""
    yield os.getpid()
    time.sleep(ENOUGH)


def number_and_fill() -> Iterator[int]:
    """Give one result, then ask for more memory than there is."""
    yield 1
    yield len(bytes(MEMORY_LIMIT))


def inherited_environment() -> str:
    """Return the environment that the process was started with."""
    return Path("/proc/self/environ").read_text(encoding="utf-8") + repr(dict(os.environ))


@pytest.fixture
def child() -> Iterator[ChildProcess]:
    """Return a child that ends with the test."""
    child = ChildProcess()
    yield child
    child.stop()


async def _take(results: AsyncIterator[int], given: list[int]) -> None:
    """Add results to a list: what came before an end counts."""
    async for one in results:
        given.append(one)  # noqa: PERF401 - a list of its own would be lost


async def _all(child: ChildProcess, last: int) -> list[int]:
    return [one async for one in child.stream(ENOUGH, count_to, last)]


async def test_results_come_one_after_another(child: ChildProcess) -> None:
    """None, one or many; the same child serves again."""
    pid = await child.run(ENOUGH, os.getpid)
    for last in (0, 1, 3):
        assert await _all(child, last) == list(range(1, last + 1))
    assert await child.run(ENOUGH, os.getpid) == pid


async def test_a_refusal_comes_after_what_was_given(child: ChildProcess) -> None:
    """It is raised as it was; the child goes on."""
    given: list[int] = []
    with pytest.raises(Invalid) as refused:
        await _take(child.stream(ENOUGH, number_and_refuse), given)
    assert (given, refused.value.code) == ([1], "too_many_rows")
    assert await _all(child, 1) == [1]


async def test_a_child_that_dies_is_said_and_not_begun_again(child: ChildProcess) -> None:
    """Whoever took its results knows whether they can be taken twice."""
    given: list[int] = []
    with pytest.raises(WorkBroken):
        await _take(child.stream(ENOUGH, number_and_die), given)
    assert len(given) == 1
    assert await _all(child, 2) == [1, 2]


async def test_all_of_it_has_its_time_and_its_memory(child: ChildProcess) -> None:
    """A child that takes more is stopped."""
    given: list[int] = []
    with pytest.raises(WorkTooLong):
        await _take(child.stream(3.0, number_and_sleep), given)
    until_gone(given[0])
    with pytest.raises(WorkTooLarge):
        await _take(child.stream(ENOUGH, number_and_fill), given)
    assert await _all(child, 1) == [1]


async def test_the_time_of_whoever_takes_the_results_does_not_count(child: ChildProcess) -> None:
    """The child has been ready for long."""
    await child.run(ENOUGH, os.getpid)
    taken = []
    async for one in child.stream(1.0, count_to, 2):
        taken.append(one)
        await asyncio.sleep(1.2)
    assert taken == [1, 2]


async def test_a_stream_that_is_left_early_ends_its_child(child: ChildProcess) -> None:
    """Nobody waits for results that are not wanted."""
    async with aclosing(child.stream(ENOUGH, number_and_sleep)) as results:
        pid = await anext(results)
    until_gone(pid)
    assert await _all(child, 1) == [1]


async def test_another_task_waits_for_the_end_of_a_stream() -> None:
    """Or has a child of its own, where there is room."""
    children = Children(2)
    try:
        async with aclosing(children.stream(ENOUGH, count_to, 3)) as results:
            assert await anext(results) == 1
            beside = [one async for one in children.stream(ENOUGH, count_to, 2)]
            assert beside == [1, 2]
            assert [one async for one in results] == [2, 3]
        assert await children.run(ENOUGH, abs, -1) == 1
    finally:
        children.stop()


async def test_a_child_inherits_no_secret(
    child: ChildProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even where its process was started from; the parent keeps its settings."""
    monkeypatch.setenv(SECRET, "hush")
    found = await child.run(ENOUGH, inherited_environment)
    assert SECRET not in found
    assert "PATH=" in found
    assert os.environ[SECRET] == "hush"


async def test_a_cancelled_stream_leaves_no_process(child: ChildProcess) -> None:
    """Whoever waits may be cancelled while the child works."""
    pids: list[int] = []
    task = asyncio.create_task(_take(child.stream(ENOUGH, number_and_sleep), pids))
    async with asyncio.timeout(ENOUGH):
        while not pids:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    until_gone(pids[0])
