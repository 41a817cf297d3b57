"""The services by their names; light, for command lines."""

from importlib import import_module

from shared.service import Service

NAMES = ("enrollment", "roster", "invoicing", "documents", "gateway")


def load(name: str) -> Service:
    """Load one service; nothing of the others."""
    service: Service = import_module(f"services.{name}.app").SERVICE
    return service
