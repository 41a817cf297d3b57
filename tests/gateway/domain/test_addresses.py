import pytest

from services.gateway.domain.addresses import may_connect, require_receiver
from shared.errors import Invalid

PUBLIC = ["1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]
LOOPBACK = ["127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1"]
INWARD = [
    "0.0.0.0",  # noqa: S104 - an address to be refused
    "::",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "100.64.0.1",
    "100.100.100.200",
    "169.254.169.254",
    "169.254.0.1",
    "168.63.129.16",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd00:ec2::254",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
    "2001:0:5ef5:79fb::1",
    "2002:7f00:1::",
    "::127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::a00:1",
    "64:ff9b:1::1",
    "localhost",
    "",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_may_be_connected_to(address: str) -> None:
    """In whatever family it is written."""
    assert may_connect(address)


@pytest.mark.parametrize("address", INWARD)
@pytest.mark.parametrize("loopback", [False, True])
def test_nobody_is_let_into_a_network_by_a_webhook(address: str, *, loopback: bool) -> None:
    """Private, link-local, carrier's, reserved, translated, multicast, metadata: none of them."""
    assert not may_connect(address, loopback=loopback)


@pytest.mark.parametrize("address", LOOPBACK)
def test_this_machine_is_reached_only_where_the_installation_says_so(address: str) -> None:
    """For tests and examples."""
    assert not may_connect(address)
    assert may_connect(address, loopback=True)


@pytest.mark.parametrize(
    "url",
    [
        "https://receiver.example/hook?a=b",
        "https://receiver.example:443/",
        "https://receiver.example:8443",
        "https://receiver.example:1024/",
        "https://receiver.example/" + "a" * 1975,
        "https://receiver.4x/",
        "https://1.1.1.1/",
        "https://[2606:4700:4700::1111]/",
    ],
)
def test_a_receiver_is_an_https_address_on_the_network_outside(url: str) -> None:
    """Taken as it is."""
    require_receiver(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "receiver.example",
        "ftp://receiver.example/",
        "http://receiver.example/",
        "https:///hook",
        "https://user@receiver.example/",
        "https://user:password@receiver.example/",
        "https://receiver.example/#there",
        "https://receiver.example:22/",
        "https://receiver.example:442/",
        "https://receiver.example:1023/",
        "https://receiver.example:99999/",
        "https://receiver.example:x/",
        "https://[::1/",
        "https://接收.example/",
        "https://receiver.example/\r\nHost: x",
        "https://receiver.example/ a",
        "https://localhost/",
        "https://localhost:8443/",
        "https://127.0.0.1/",
        "https://127.0.0.1./",
        "https://10.1.2.3/",
        "https://169.254.169.254/latest",
        "https://2130706433/",
        "https://127.1/",
        "https://0x7f000001/",
        "https://0177.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://receiver.example/" + "a" * 1976,
    ],
)
def test_what_is_no_receiver_is_refused_with_a_reason(url: str) -> None:
    """A sentence that says what to change."""
    with pytest.raises(Invalid) as refusal:
        require_receiver(url)
    assert (refusal.value.field, refusal.value.code) == ("url", "webhook_url_refused")


@pytest.mark.parametrize("url", ["http://127.0.0.1:9000/", "http://localhost:9000/"])
def test_tests_may_use_this_machine_without_https(url: str) -> None:
    """And no other."""
    require_receiver(url, loopback=True)
    with pytest.raises(Invalid):
        require_receiver("http://receiver.example/", loopback=True)
