"""Where webhooks may be sent: public addresses, so that nobody reaches into our network by them."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from shared.errors import Invalid

HTTPS_PORT = 443
FIRST_FREE_PORT = 1024
LONGEST_URL = 2000

TRANSLATED = ip_network("64:ff9b::/96")
"""Addresses that stand for an IPv4 address behind a translator (RFC 6052)."""
REFUSED = (
    ip_network("64:ff9b:1::/48"),  # translators of one's own network (RFC 8215)
    ip_network("2001::/32"),  # Teredo tunnels
    ip_network("2002::/16"),  # 6to4 tunnels
    ip_network("192.0.0.0/24"),  # protocol assignments, which older Pythons know in part
    ip_network("192.88.99.0/24"),  # their relays
    ip_network("168.63.129.16/32"),  # a cloud's own service on every virtual machine
)
"""Public by number, but leading elsewhere."""


def may_connect(host: str, *, loopback: bool = False) -> bool:
    """Return whether an address is public; with `loopback`, this machine too."""
    try:
        address = _plain(ip_address(host))
    except ValueError:
        return False
    if address.is_loopback:
        return loopback
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not (isinstance(address, IPv6Address) and address.is_site_local)
        and not any(address in network for network in REFUSED)
    )


def _plain(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Return the IPv4 address that an IPv6 address stands for."""
    if not isinstance(address, IPv6Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def require_receiver(url: str, *, loopback: bool = False) -> None:
    """Refuse what cannot be a receiver's address; names are looked up only when connecting."""
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
        raise _refused("只能用ASCII字符，且不超过2000个字符")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise _refused("格式不正确") from None
    if not host or parts.username is not None or parts.password is not None or parts.fragment:
        raise _refused("须含主机名，不能含用户名、密码或#片段")
    here = loopback and _is_here(host)
    if parts.scheme != "https" and not (here and parts.scheme == "http"):
        raise _refused("须以https://开头")
    if port is not None and port != HTTPS_PORT and port < FIRST_FREE_PORT:
        raise _refused("端口须为443或1024以上")
    if _is_address(host) and not may_connect(host, loopback=loopback):
        raise _refused("不能是内部网络的地址")
    if host == "localhost" and not here:
        raise _refused("不能是内部网络的地址")


def _refused(because: str) -> Invalid:
    return Invalid("webhook_url_refused", f"接收地址{because}，请修改后重新提交。", field="url")


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _is_address(host: str) -> bool:
    """Return whether a host is written in numbers, in whatever form resolvers take."""
    last = host.rstrip(".").rpartition(".")[2]
    return ":" in host or last.isdigit() or last.lower().startswith("0x")
