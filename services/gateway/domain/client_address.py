"""Where a call comes from: who speaks to us, or whom a trusted proxy speaks for."""

from collections.abc import Collection, Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

ONE_SUBSCRIBER = 64
"""Bits of an IPv6 address that belong together: providers give a subscriber at least such a net."""


def client_address(peer: str, forwarded: Iterable[str], trusted: Collection[Network]) -> str:
    """Return the nearest address that is no trusted proxy's.

    `forwarded` are the values of X-Forwarded-For in their order. From right to left: what stands
    left of an address that is not trusted anybody may have written. Something that is no address
    ends the search at the proxy that has passed it on.
    """
    nearest = _read(peer)
    if nearest is None:
        return peer
    for text in reversed([part for value in forwarded for part in value.split(",")]):
        if not _is_among(nearest, trusted):
            break
        further = _read(_without_port(text.strip()))
        if further is None:
            break
        nearest = further
    return str(nearest)


def is_trusted(peer: str, trusted: Collection[Network]) -> bool:
    """Return whether what this peer says of its clients is believed."""
    address = _read(peer)
    return address is not None and _is_among(address, trusted)


def subscriber_of(address: str) -> str:
    """Return what tries are counted by: an IPv4 address, or the network of an IPv6 address."""
    read = _read(address)
    if isinstance(read, IPv6Address):
        return str(ip_network((read, ONE_SUBSCRIBER), strict=False))
    return address if read is None else str(read)


def _is_among(address: Address, networks: Collection[Network]) -> bool:
    return any(address in network for network in networks)


def _read(text: str) -> Address | None:
    """Read an address, an IPv4 one also where it is written as IPv6; None when it is none."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _without_port(text: str) -> str:
    """Return the address of `203.0.113.7:4711` or `[2001:db8::7]:4711`."""
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text
