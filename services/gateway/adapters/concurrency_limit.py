"""How many calls and streams an account may have open, in this process."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from shared.errors import TooMany

CALLS = 20
STREAMS = 6
RETRY_CALL_SECONDS = 1
"""A call takes moments."""
RETRY_STREAM_SECONDS = 30
"""A stream lasts as long as somebody looks at a page."""


class ConcurrencyLimit:
    """Counts open calls and streams per account; refuses those beyond the limit."""

    def __init__(self) -> None:
        self._calls: Counter[str] = Counter()
        self._streams: Counter[str] = Counter()

    @contextmanager
    def call(self, account_id: str) -> Iterator[None]:
        """Count a call while the body runs; TooMany when there are `CALLS` already."""
        if self._calls[account_id] >= CALLS:
            raise TooMany(
                "too_many_requests",
                f"该账号同时进行的请求已达{CALLS}个，请稍后重试。",
                retry_after=RETRY_CALL_SECONDS,
            )
        with _counted(self._calls, account_id):
            yield

    @contextmanager
    def stream(self, account_id: str) -> Iterator[None]:
        """Count a stream while the body runs; TooMany when there are `STREAMS` already."""
        if self._streams[account_id] >= STREAMS:
            raise TooMany(
                "too_many_streams",
                f"该账号同时打开的实时更新已达{STREAMS}个，请关闭不用的页面后重试。",
                retry_after=RETRY_STREAM_SECONDS,
            )
        with _counted(self._streams, account_id):
            yield


@contextmanager
def _counted(counter: Counter[str], account_id: str) -> Iterator[None]:
    counter[account_id] += 1
    try:
        yield
    finally:
        counter[account_id] -= 1
        if not counter[account_id]:
            del counter[account_id]
