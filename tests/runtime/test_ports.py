"""Servers of tests listen where no outgoing connection can have taken their port meanwhile."""

import socket
from pathlib import Path

import pytest

from examples.ports import end_of_ports, free_ports, is_free


def test_ports_lie_below_those_of_outgoing_connections() -> None:
    """All of a block; and none is given twice."""
    blocks = [free_ports(3) for _ in range(50)]
    ports = {first + place for first in blocks for place in range(3)}
    assert len(ports) == 150
    assert max(ports) < end_of_ports()


def test_a_port_that_somebody_listens_on_is_not_free() -> None:
    """Until they have gone."""
    with socket.create_server(("127.0.0.1", free_ports(1))) as server:
        port = server.getsockname()[1]
        assert not is_free(port)
    assert is_free(port)


@pytest.mark.parametrize(
    ("outgoing", "end"),
    [("32768\t60999\n", 32768), ("40000\t65535\n", 40000), ("1024\t65535\n", 32768)],
)
def test_the_machine_says_where_outgoing_connections_begin(
    tmp_path: Path, outgoing: str, end: int
) -> None:
    """Where hardly a port is below them, the usual ones serve; so they do where nothing is said."""
    path = tmp_path / "range"
    path.write_text(outgoing, encoding="utf-8")
    assert end_of_ports(path) == end
    assert end_of_ports(tmp_path / "none") == 32768
