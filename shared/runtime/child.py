"""CPU work in a child process: the event loop goes on, and a runaway can be stopped."""

import asyncio
import os
import resource
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing import get_context
from typing import ParamSpec, TypeVar

from shared.runtime.log import get_logger

log = get_logger(__name__)
P = ParamSpec("P")
T = TypeVar("T")

MEMORY_LIMIT = 2 * 1024**3
IDLE_SECONDS = 120.0
PARENT_CHECK_SECONDS = 1.0
TRIES = 2
"""Attempts per task: the first child may have died because the machine was out of memory."""


class WorkNotDone(Exception):  # noqa: N818 - an outcome
    """The work could not be done in a child process; the next task gets a new one."""


class WorkTooLong(WorkNotDone):
    """It took longer than it may and was stopped."""


class WorkTooLarge(WorkNotDone):
    """It needed more memory than a child may have."""


class WorkFatal(WorkNotDone):
    """Two child processes in a row died while doing it."""


class ChildProcess:
    """One child, started when first needed, ended when idle; tasks run one after another."""

    def __init__(self) -> None:
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
                self._idle = asyncio.get_running_loop().call_later(IDLE_SECONDS, self.stop)

    async def _call(self, seconds: float, act: Callable[..., T], *args: object) -> T:
        """Call `act` in the child; BrokenProcessPool when that dies."""
        result = self._begun(act, *args)
        try:
            async with asyncio.timeout(seconds) as limit:
                return await result
        except TimeoutError as error:
            if not limit.expired():
                raise  # the work's own
            log.warning("child_stopped", task=act.__name__, reason=WorkTooLong.__name__)
            self._kill()
            raise WorkTooLong(act.__name__) from error
        except MemoryError as error:
            log.warning("child_stopped", task=act.__name__, reason=WorkTooLarge.__name__)
            self._kill()
            raise WorkTooLarge(act.__name__) from error
        except asyncio.CancelledError:
            self._kill()
            raise

    def _begun(self, act: Callable[..., T], *args: object) -> asyncio.Future[T]:
        """Submit a task to the child; start a new one when there is none or it died while idle."""
        loop = asyncio.get_running_loop()
        if self._pool is not None:
            with suppress(BrokenProcessPool):
                return loop.run_in_executor(self._pool, act, *args)
            log.warning("child_died", task=None)
            self._kill()
        self._pool = ProcessPoolExecutor(1, get_context("spawn"), _begin, (os.getpid(),))
        result = loop.run_in_executor(self._pool, act, *args)
        _leave_to_child(self._pool)
        return result

    def stop(self) -> None:
        """End the child; the next task starts a new one."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None

    def _kill(self) -> None:
        assert self._pool is not None
        for process in list((self._pool._processes or {}).values()):  # noqa: SLF001 - the executor offers no kill before Python 3.14
            process.kill()
        self.stop()


def _leave_to_child(pool: ProcessPoolExecutor) -> None:
    """Close our own copy of the end at which the child sends its results.

    With it open, a child that dies while it sends one is not noticed: the executor waits for the
    rest for ever, and this process cannot end.
    """
    sending = pool._result_queue._writer  # type: ignore[attr-defined] # noqa: SLF001 - kept for children to come: there are none
    sending.close()


def _begin(parent: int) -> None:
    """Limit the child's memory, ignore Ctrl-C, and end when the parent process ends."""
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))


def _end_with(parent: int) -> None:
    """End this process when its parent is gone, however that ended."""
    while os.getppid() == parent:
        time.sleep(PARENT_CHECK_SECONDS)
    os._exit(1)
