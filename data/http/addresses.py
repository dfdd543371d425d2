"""To which machines may the product connect, and which are none of its business?

A name that somebody typed may lead to a machine inside the house: a metadata service, a database, the product itself.
So a name is looked up once, every address that it has must be public, and the connection goes to one of those addresses
and nowhere else. A second look-up, which could answer differently, never happens.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Callable

from data.http.timing import Deadline

Resolver = Callable[[str, int], tuple[str, ...]]

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class AddressRefused(Exception):
    """The name leads to a machine that is not public; the message says so without naming the address."""


class AddressUnknown(Exception):
    """The name leads nowhere, or nobody answered in time."""


def system_resolver(host: str, port: int) -> tuple[str, ...]:
    """Return every address that the system knows for a name, without repeats."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(row[4][0]) for row in found))


def is_public(address: str) -> bool:
    """Return whether an address belongs to the public network.

    Addresses of one family wrapped in the other (IPv4-mapped, 6to4, Teredo, NAT64) are judged by what they wrap.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if ip.teredo is not None:
            inner = ip.teredo[1]
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast


def addresses_of(host: str, port: int, resolver: Resolver, deadline: Deadline, allow_private: bool) -> tuple[str, ...]:
    """Return the addresses of a name, all of them allowed.

    Raises
    ------
    AddressUnknown
        The name has no address, or the look-up took too long.
    AddressRefused
        One of the addresses is not public and private ones are not allowed.

    """
    found = _looked_up(host, port, resolver, deadline)
    if not allow_private and not all(is_public(address) for address in found):
        raise AddressRefused(
            f"{host} leads to a machine that is not on the public network. "
            "Allow addresses inside the house in the settings if that is meant."
        )
    return found


def _looked_up(host: str, port: int, resolver: Resolver, deadline: Deadline) -> tuple[str, ...]:
    """Look a name up beside the caller, because the system's look-up knows no deadline."""
    found: list[tuple[str, ...]] = []

    def look_up() -> None:
        try:
            found.append(resolver(host, port))
        except (OSError, UnicodeError):
            found.append(())

    thread = threading.Thread(target=look_up, name=f"look-up of {host}", daemon=True)
    thread.start()
    thread.join(deadline.left_s)
    if not found:
        raise AddressUnknown(f"The name {host} was not found in time.")
    if not found[0]:
        raise AddressUnknown(f"There is no machine called {host}.")
    return found[0]
