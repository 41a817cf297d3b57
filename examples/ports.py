"""Ports for servers of tests, below those that the machine gives to outgoing connections."""

import random
import socket
from pathlib import Path

RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
FIRST = 20_000
USUAL_END = 32_768
"""Where Linux begins to give ports to outgoing connections unless it is told otherwise."""
LEAST_ROOM = 1_000
TRIES = 1_000

_given: set[int] = set()


def end_of_ports(outgoing: Path = RANGE) -> int:
    """Return the port below which tests choose: the lowest that an outgoing connection may have.

    Where hardly any are below it, what is usual serves as well as any other.
    """
    lowest = int(outgoing.read_text().split()[0]) if outgoing.exists() else USUAL_END
    return lowest if lowest >= FIRST + LEAST_ROOM else USUAL_END


def free_ports(count: int) -> int:
    """Return the first of `count` consecutive free ports, others at each call.

    Chosen at random, so that test runs beside each other do not choose the same.
    """
    end = end_of_ports() - count + 1
    for _ in range(TRIES):
        first = random.randrange(FIRST, end)  # noqa: S311 - no secret
        ports = range(first, first + count)
        if _given.isdisjoint(ports) and all(map(is_free, ports)):
            _given.update(ports)
            return first
    raise OSError("no ports are free")


def free_port() -> int:
    """Return a port that nobody listens on, another at each call."""
    return free_ports(1)


def is_free(port: int) -> bool:
    """Return whether nobody listens on a port of this machine."""
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
