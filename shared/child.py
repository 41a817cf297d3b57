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
from multiprocessing import get_context
from typing import ParamSpec, TypeVar

from shared.log import get_logger

log = get_logger(__name__)
P = ParamSpec("P")
T = TypeVar("T")

MEMORY_LIMIT = 4 * 1024**3
IDLE_SECONDS = 120.0
LOOK_FOR_PARENT = 1.0


class WorkTooLong(Exception):  # noqa: N818 - an outcome
    """The work took longer than it may and was stopped."""


class ChildProcess:
    """One child, started when first needed, ended when idle; tasks run one after another."""

    def __init__(self) -> None:
        """Begin without a child."""
        self._pool: ProcessPoolExecutor | None = None
        self._lock = asyncio.Lock()
        self._idle: asyncio.TimerHandle | None = None

    async def run(
        self, seconds: float, act: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Call `act` (a function of a module, plain data in and out) in the child.

        Raises what `act` raised, WorkTooLong after `seconds`, or WorkTooLong when the child died.
        """
        assert not kwargs, "executors pass positional arguments"
        async with self._lock:
            if self._idle is not None:
                self._idle.cancel()
            if self._pool is None:
                self._pool = ProcessPoolExecutor(1, get_context("spawn"), _begin, (os.getpid(),))
            loop = asyncio.get_running_loop()
            try:
                async with asyncio.timeout(seconds) as limit:
                    return await loop.run_in_executor(self._pool, act, *args)
            except (TimeoutError, BrokenProcessPool) as error:
                if isinstance(error, TimeoutError) and not limit.expired():
                    raise  # the work's own
                log.warning("child_stopped", task=act.__name__, reason=type(error).__name__)
                self._kill()
                raise WorkTooLong(act.__name__) from error
            except asyncio.CancelledError:
                self._kill()
                raise
            finally:
                self._idle = loop.call_later(IDLE_SECONDS, self.stop)

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


def _begin(parent: int) -> None:
    """Keep a runaway from taking the machine's memory; leave Ctrl-C to the parent; end with it."""
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))


def _end_with(parent: int) -> None:
    """End this process when its parent is gone, however that ended."""
    while os.getppid() == parent:
        time.sleep(LOOK_FOR_PARENT)
    os._exit(1)
