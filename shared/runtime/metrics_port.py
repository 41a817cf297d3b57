"""Metrics in production: on a port of their own, apart from the public one."""

from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import start_http_server

from shared.errors import CannotStart
from shared.runtime.log import get_logger
from shared.runtime.settings import service_settings

log = get_logger(__name__)


@contextmanager
def metrics_served(
    service: str, worker_port: int | None = None, *, production: bool
) -> Iterator[None]:
    """Serve `/metrics` while the body runs; in development the web application serves it.

    On the service's port; on `worker_port` in a process without web pages, 0 being a free one,
    which the log says. CannotStart when somebody else listens there.
    """
    if not production:
        yield
        return
    own = service_settings(service)
    port, setting = own.metrics_port, f"{service.upper()}_METRICS_PORT"
    if worker_port is not None:
        port, setting = worker_port, "WORKER_METRICS_PORT"
    try:
        server, thread = start_http_server(port, own.metrics_host)
    except OSError as error:
        raise CannotStart(
            f"{own.metrics_host}:{port} cannot be used for metrics ({error.strerror});"
            f" choose another: {setting}"
        ) from None
    if port == 0:
        log.info("metrics_served", service=service, host=own.metrics_host, port=server.server_port)
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
