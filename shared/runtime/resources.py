"""What a handler uses beside its transaction: settings, clock, object store, tools."""

from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ParamSpec, Protocol, TypeVar

from shared.runtime.children import Children
from shared.runtime.clock import Clock, clock_off_by, system_clock
from shared.runtime.sealing import Sealer, read_key
from shared.runtime.settings import Settings
from shared.runtime.storage import Storage, open_storage

P = ParamSpec("P")
T = TypeVar("T")


class Child(Protocol):
    """Does CPU work elsewhere, so that the event loop goes on."""

    async def run(
        self, seconds: float, act: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Call `act` as `ChildProcess.run` does."""

    def stream(
        self, seconds: float, act: Callable[P, Iterator[T]], *args: P.args, **kwargs: P.kwargs
    ) -> AsyncGenerator[T, None]:
        """Yield what `act` yields, as `ChildProcess.stream` does; to be closed when left early."""


@dataclass(frozen=True)
class Resources:
    """What one process has, passed in and never imported; `tools` are a service's own, by type."""

    settings: Settings
    clock: Clock
    sealer: Sealer
    storage: Storage
    child: Child
    tools: Mapping[type, Any] = field(default_factory=dict)

    def tool(self, kind: type[T]) -> T:
        """Return the tool of that type; KeyError when this process has none."""
        found: T = self.tools[kind]
        return found


def open_resources(settings: Settings, clock: Clock | None = None) -> Resources:
    """Return the resources that the settings describe."""
    if clock is None:
        clock = clock_off_by(settings.clock_offset) if settings.clock_offset else system_clock
    sealer = Sealer(read_key(settings.sealing_key.get_secret_value()))
    storage = open_storage(settings.storage_url, sealer)
    return Resources(settings, clock, sealer, storage, Children())
