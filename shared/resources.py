"""What a handler may reach beside its transaction: settings, clock, object store, sealer."""

from dataclasses import dataclass

from shared.clock import Clock, system_clock
from shared.sealing import Sealer, read_key
from shared.settings import Settings
from shared.storage import Storage, open_storage


@dataclass(frozen=True)
class Resources:
    """One process's means, passed in and never imported."""

    settings: Settings
    clock: Clock
    sealer: Sealer
    storage: Storage


def open_resources(settings: Settings, clock: Clock = system_clock) -> Resources:
    """Open what the settings name."""
    sealer = Sealer(read_key(settings.sealing_key.get_secret_value()))
    return Resources(settings, clock, sealer, open_storage(settings.storage_url, sealer))
