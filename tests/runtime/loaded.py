"""What a child process of ours has loaded; a module of its own, since children import it."""

import sys
from importlib import import_module

HEAVY = ("fastapi", "sqlalchemy", "faststream", "aio_pika", "uvicorn")


def heavy_modules(*modules: str) -> list[str]:
    """Load modules and return those of the heavy packages that are loaded then."""
    for module in modules:
        import_module(module)
    return [name for name in HEAVY if name in sys.modules]
