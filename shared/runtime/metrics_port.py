"""Metrics in production: on a port of their own, apart from the public one."""

from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import start_http_server

from shared.errors import CannotStart
from shared.runtime.settings import service_settings


@contextmanager
def metrics_served(service: str, *, production: bool) -> Iterator[None]:
    """Serve `/metrics` while the body runs; in development the web application serves it.

    CannotStart when somebody else listens there.
    """
    if not production:
        yield
        return
    own = service_settings(service)
    try:
        server, thread = start_http_server(own.metrics_port, own.metrics_host)
    except OSError as error:
        raise CannotStart(
            f"{own.metrics_host}:{own.metrics_port} cannot be used for metrics"
            f" ({error.strerror}); choose another: {service.upper()}_METRICS_PORT"
        ) from None
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
