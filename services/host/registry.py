"""The five services by their names."""

from importlib import import_module

from shared.errors import CannotStart
from shared.service import Service

NAMES = ("enrollment", "roster", "invoicing", "documents", "gateway")


def load(name: str) -> Service:
    """Return one service, importing nothing of the others; CannotStart when it is not here."""
    try:
        service: Service = import_module(f"services.{name}.app").SERVICE
    except ModuleNotFoundError as missing:
        if missing.name != f"services.{name}":
            raise
        raise CannotStart(f"The service {name} is not in this image.") from None
    return service
