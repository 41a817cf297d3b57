"""The five services by their names."""

from importlib import import_module

from shared.service import Service

NAMES = ("enrollment", "roster", "invoicing", "documents", "gateway")


def load(name: str) -> Service:
    """Return one service; nothing of the others is imported."""
    service: Service = import_module(f"services.{name}.app").SERVICE
    return service
