from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.domain.client_address import client_address, is_trusted, subscriber_of

TRUSTED = tuple(map(ip_network, ("10.0.0.0/8", "2001:db8:1::/48", "192.0.2.9")))
PROXY = "10.0.0.5"
ADDRESSES = st.ip_addresses(v=4).map(str) | st.ip_addresses(v=6).map(str)


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        (PROXY, ["203.0.113.7"], "203.0.113.7"),
        (PROXY, ["203.0.113.7:4711"], "203.0.113.7"),
        (PROXY, ["2001:db8:2::7"], "2001:db8:2::7"),
        (PROXY, ["[2001:db8:2::7]"], "2001:db8:2::7"),
        (PROXY, ["[2001:DB8:2:0::7]:4711"], "2001:db8:2::7"),
        (PROXY, ["::ffff:203.0.113.7"], "203.0.113.7"),
        (f"::ffff:{PROXY}", ["203.0.113.7"], "203.0.113.7"),
        ("2001:db8:1::1", ["203.0.113.7"], "203.0.113.7"),
        (PROXY, ["198.51.100.1, 203.0.113.7"], "203.0.113.7"),
        (PROXY, ["198.51.100.1", "203.0.113.7"], "203.0.113.7"),
        (PROXY, ["198.51.100.1, 203.0.113.7, 192.0.2.9, 10.1.1.1"], "203.0.113.7"),
        (PROXY, ["10.0.0.7, 10.0.0.6"], "10.0.0.7"),
        (PROXY, ["203.0.113.7, unknown"], PROXY),
        (PROXY, ["203.0.113.7, , 192.0.2.9"], "192.0.2.9"),
        (PROXY, ["_hidden, 192.0.2.9"], "192.0.2.9"),
        (PROXY, ["203.0.113.7' OR 1"], PROXY),
        (PROXY, [""], PROXY),
        (PROXY, [], PROXY),
        ("203.0.113.1", ["198.51.100.1"], "203.0.113.1"),
        ("192.0.2.8", ["198.51.100.1"], "192.0.2.8"),
        ("", ["198.51.100.1"], ""),
    ],
)
def test_the_nearest_address_that_is_no_proxys_is_the_clients(
    peer: str, forwarded: list[str], client: str
) -> None:
    """From the right; with ports, as IPv6; what is no address is nobody's."""
    assert client_address(peer, forwarded, TRUSTED) == client


@pytest.mark.parametrize(
    ("peer", "trusted"),
    [
        (PROXY, True),
        (f"::ffff:{PROXY}", True),
        ("192.0.2.9", True),
        ("192.0.2.8", False),
        ("unknown", False),
        ("", False),
    ],
)
def test_only_who_is_named_as_a_proxy_is_believed(peer: str, *, trusted: bool) -> None:
    """What is no address is nobody's."""
    assert is_trusted(peer, TRUSTED) is trusted


def test_the_interface_of_an_address_is_no_part_of_it() -> None:
    """A link-local address is the same on whatever interface it came."""
    assert client_address("fe80::1%eth0", [], TRUSTED) == "fe80::1"


@given(peer=ADDRESSES, forwarded=st.lists(st.text(max_size=40) | ADDRESSES, max_size=4))
def test_without_trusted_proxies_nothing_that_is_said_counts(
    peer: str, forwarded: list[str]
) -> None:
    """The default: whoever speaks to us is the client."""
    assert client_address(peer, forwarded, ()) == client_address(peer, [], ())


@given(client=ADDRESSES, forged=st.text(max_size=60))
def test_whatever_a_client_forges_the_proxys_word_stands(client: str, forged: str) -> None:
    """A proxy adds what it sees at the end."""
    if is_trusted(client, TRUSTED):
        return
    found = client_address(PROXY, [f"{forged}, {client}"], TRUSTED)
    assert found == client_address(PROXY, [client], TRUSTED)


def test_a_subscriber_has_one_ipv4_address_or_a_whole_ipv6_network() -> None:
    """Who has a network has more addresses than could ever be counted."""
    assert subscriber_of("203.0.113.7") == "203.0.113.7"
    assert subscriber_of("2001:db8:0:7::1") == subscriber_of("2001:db8:0:7:ffff::2")
    assert subscriber_of("2001:db8:0:7::1") == "2001:db8:0:7::/64"
    assert subscriber_of("2001:db8:0:7::1") != subscriber_of("2001:db8:0:8::1")
    assert subscriber_of("::ffff:203.0.113.7") == subscriber_of("203.0.113.7")
    assert subscriber_of("") == ""
