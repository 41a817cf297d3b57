"""What all tests share: the mode, PostgreSQL, a folder, a namespace."""

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest
import structlog

from shared.runtime.embedded_postgres import embedded_postgres
from tests.units import documents, enrollment, invoicing, open_service, roster

__all__ = ["documents", "enrollment", "invoicing", "open_service", "roster"]
"""Fixtures of handler tests."""

MODES = ("embedded", "real")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--mode`: everything in one process, or real RabbitMQ and PostgreSQL."""
    parser.addoption("--mode", choices=MODES, default="embedded")


def pytest_configure() -> None:
    """Log tracebacks plainly, as processes do.

    Without that structlog draws them in colours with all variables, for seconds, in which the event
    loop stands still and connections time out.
    """
    drawing = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*structlog.get_config()["processors"][:-1], drawing])


@pytest.fixture(scope="session")
def mode(request: pytest.FixtureRequest) -> str:
    """Return how the system runs: `embedded` or `real`."""
    return str(request.config.getoption("--mode"))


@pytest.fixture(scope="session")
def bus_url() -> str:
    """Return the URL of RabbitMQ, which must run."""
    return os.environ.get("TEST_BUS_URL", "amqp://guest:guest@127.0.0.1:5672/")


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """Return a folder that PostgreSQL's own user can reach while other test runs begin and end.

    pytest closes the parent of its temporary folders to all others each time that it starts.
    """
    with TemporaryDirectory(prefix="enrollment-") as name:
        yield Path(name)


@pytest.fixture(scope="session")
def postgres(mode: str, folder: Path) -> Iterator[str]:
    """Return the URL of PostgreSQL: started for the tests when embedded, else the machine's."""
    if mode == "real":
        yield os.environ.get("TEST_DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
        return
    with embedded_postgres(folder / "postgres") as url:
        yield url


@pytest.fixture(scope="session")
def namespace() -> str:
    """Return a prefix for what this run creates on shared servers."""
    return f"test{uuid4().hex[:8]}"


@pytest.fixture(scope="session")
def cases() -> Path:
    """Return the folder of truth tables."""
    return Path(__file__).parent / "cases"
