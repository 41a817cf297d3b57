"""CPU work in a child process: the event loop goes on, and a runaway can be stopped."""

import asyncio
import os
import re
import resource
import signal
import threading
import time
from collections.abc import AsyncGenerator, Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from shared.runtime.log import get_logger

log = get_logger(__name__)
P = ParamSpec("P")
T = TypeVar("T")

MEMORY_LIMIT = 2 * 1024**3
IDLE_SECONDS = 120.0
PARENT_CHECK_SECONDS = 1.0
MOST_TASKS = 10_000
"""A child ends after so many: what its libraries keep for good (fonts, styles) does not add up."""
MOST_MEMORY = 600 * 1024**2
"""And after it has once needed so many bytes: Python gives hardly any of them back."""
TRIES = 2
"""Attempts per task: the first child may have died because the machine was out of memory."""
_INHERITED = re.compile(
    r"PATH|HOME|USER|LANG|LANGUAGE|TZ|TMPDIR|VIRTUAL_ENV|(?:LC|LD|PYTHON|XDG|FONTCONFIG|COVERAGE)_?.*"
)
"""Names of environment variables that a child inherits; the settings are not among them."""


class WorkNotDone(Exception):  # noqa: N818 - an outcome
    """The work could not be done in a child process; the next task gets a new one."""


class WorkTooLong(WorkNotDone):
    """It took longer than it may and was stopped."""


class WorkTooLarge(WorkNotDone):
    """It needed more memory than a child may have."""


class WorkFatal(WorkNotDone):
    """Two child processes in a row died while doing it."""


class WorkBroken(WorkNotDone):
    """The child process died while its results were taken, one after another."""


class ChildProcess:
    """One child, started when first needed, ended when idle or worn; tasks run one by one.

    `nice` is added to how willingly it leaves the processors to others; after `most_tasks`, or once
    it has needed `most_memory` bytes, the next task gets a new one.
    """

    def __init__(
        self, *, nice: int = 0, most_tasks: int = MOST_TASKS, most_memory: int = MOST_MEMORY
    ) -> None:
        self._nice, self._most_tasks, self._most_memory = nice, most_tasks, most_memory
        self._tasks = 0
        self._pool: ProcessPoolExecutor | None = None
        self._lock = asyncio.Lock()
        self._idle: asyncio.TimerHandle | None = None

    async def run(
        self, seconds: float, act: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Call `act` (a function of a module, plain data in and out) in the child.

        It is called once more, in a fresh child, when the first one dies: it may not change
        anything. Raises what `act` raised; WorkTooLong after `seconds`, WorkTooLarge, WorkFatal.
        """
        assert not kwargs, "executors pass positional arguments"
        async with self._lock:
            if self._idle is not None:
                self._idle.cancel()
            try:
                for _ in range(TRIES):
                    try:
                        return await self._call(seconds, act, *args)
                    except BrokenProcessPool:
                        log.warning("child_died", task=act.__name__)
                        self._kill()
                raise WorkFatal(act.__name__)
            finally:
                self._rest()

    async def stream(
        self, seconds: float, act: Callable[P, Iterator[T]], *args: P.args, **kwargs: P.kwargs
    ) -> AsyncGenerator[T, None]:
        """Yield what the iterator that `act` returns in the child yields, and prepare one ahead.

        It may be waited for `seconds` in all; what whoever takes the items does between them does
        not count. Raises as `run` does, but WorkBroken when the child dies: what it gave has been
        taken already, so whoever takes it begins again, or does not.
        """
        assert not kwargs, "executors pass positional arguments"
        loop = asyncio.get_running_loop()
        left = seconds
        async with self._lock:
            if self._idle is not None:
                self._idle.cancel()
            ended = False
            try:
                await self._call(seconds, _open_stream, act, args)
                ahead: asyncio.Future[tuple[T, ...]] = self._begun(_next_of_stream)
                while True:
                    began = loop.time()
                    item = await self._awaited(left, act.__name__, ahead)
                    left -= loop.time() - began
                    if not item:
                        break
                    ahead = self._begun(_next_of_stream)
                    yield item[0]
                ended = True
            except BrokenProcessPool as error:
                log.warning("child_died", task=act.__name__)
                raise WorkBroken(act.__name__) from error
            finally:
                if not ended and self._pool is not None:
                    self._kill()
                self._rest()

    async def _call(self, seconds: float, act: Callable[..., T], *args: object) -> T:
        """Call `act` in the child; BrokenProcessPool when that dies."""
        return await self._awaited(seconds, act.__name__, self._begun(act, *args))

    async def _awaited(self, seconds: float, task: str, result: asyncio.Future[T]) -> T:
        """Return the result of a task, in time; BrokenProcessPool when the child dies."""
        try:
            async with asyncio.timeout(seconds) as limit:
                return await result
        except TimeoutError as error:
            if not limit.expired():
                raise  # the work's own
            log.warning("child_stopped", task=task, reason=WorkTooLong.__name__)
            self._kill()
            raise WorkTooLong(task) from error
        except MemoryError as error:
            log.warning("child_stopped", task=task, reason=WorkTooLarge.__name__)
            self._kill()
            raise WorkTooLarge(task) from error
        except asyncio.CancelledError:
            self._kill()
            raise

    def _begun(self, act: Callable[..., T], *args: object) -> asyncio.Future[T]:
        """Submit a task to the child; start a new one when there is none or it died while idle."""
        loop = asyncio.get_running_loop()
        self._tasks += 1
        if self._pool is not None:
            with suppress(BrokenProcessPool):
                return loop.run_in_executor(self._pool, act, *args)
            log.warning("child_died", task=None)
            self._kill()
        self._tasks = 1
        begin = (os.getpid(), self._nice)
        self._pool = ProcessPoolExecutor(1, get_context("spawn"), _begin, begin)
        with _bare_environment():
            result = loop.run_in_executor(self._pool, act, *args)
        _leave_to_child(self._pool)
        return result

    def _rest(self) -> None:
        """End the child later, when it is idle for long; now, when it is worn."""
        if self._tasks >= self._most_tasks or self._peak() >= self._most_memory:
            self.stop()
        else:
            self._idle = asyncio.get_running_loop().call_later(IDLE_SECONDS, self.stop)

    def _peak(self) -> int:
        """Return the most memory that the child has ever had, in bytes; 0 without one."""
        return max((_peak_of(process.pid) for process in self._processes()), default=0)

    def _processes(self) -> list[BaseProcess]:
        pool = self._pool
        # The executor names its processes, and offers to kill them, from Python 3.14 on.
        return list((pool._processes or {}).values()) if pool is not None else []  # noqa: SLF001

    def stop(self) -> None:
        """End the child; the next task starts a new one."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None

    def _kill(self) -> None:
        for process in self._processes():
            process.kill()
        self.stop()


def _peak_of(pid: int | None) -> int:
    """Return the most memory that a process has ever had, in bytes; 0 when it is gone (Linux)."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return 0
    found = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


def _leave_to_child(pool: ProcessPoolExecutor) -> None:
    """Close our own copy of the end at which the child sends its results.

    With it open, a child that dies while it sends one is not noticed: the executor waits for the
    rest for ever, and this process cannot end.
    """
    sending = pool._result_queue._writer  # type: ignore[attr-defined] # noqa: SLF001 - kept for children to come: there are none
    sending.close()


@contextmanager
def _bare_environment() -> Iterator[None]:
    """Let a process that is started inside inherit no secret: only what programs need to run."""
    whole = dict(os.environ)
    for name in whole:
        if not _INHERITED.fullmatch(name):
            del os.environ[name]
    try:
        yield
    finally:
        os.environ.update(whole)


_streams: list[Iterator[Any]] = []
"""In the child: the stream that is being taken."""


def _open_stream(act: Callable[..., Iterator[Any]], args: tuple[object, ...]) -> None:
    """Begin a stream in the child."""
    _streams[:] = [iter(act(*args))]


def _next_of_stream() -> tuple[Any, ...]:
    """Return the next result of the stream in the child; nothing at its end."""
    for item in _streams[0]:
        return (item,)
    _streams.clear()
    return ()


def _begin(parent: int, nice: int) -> None:
    """Limit the child's memory, ignore Ctrl-C, be nice, and end when the parent process ends."""
    os.nice(nice)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))


def _end_with(parent: int) -> None:
    """End this process when its parent is gone, however that ended."""
    while os.getppid() == parent:
        time.sleep(PARENT_CHECK_SECONDS)
    os._exit(1)
