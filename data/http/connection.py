"""How is a connection kept to its allowed addresses and to its deadline?

The deadline holds for every single wait, whatever the server does: a name that is not found, a slow handshake, headers
or bytes that drip. A time-out that starts afresh with each byte would let a server hold a thread for hours.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable
from typing import Any

import httpcore

from data.http.addresses import AddressRefused, addresses_of
from data.http.timing import Deadline

Lookup = Callable[[str, int, Deadline], tuple[str, ...]]


class BoundedStream(httpcore.NetworkStream):
    """A stream whose every wait ends at one deadline."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what is there, waiting no longer than the deadline."""
        return self._inner.read(max_bytes, _left(self._deadline, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send, waiting no longer than the deadline."""
        self._inner.write(buffer, _left(self._deadline, httpcore.WriteTimeout))

    def close(self) -> None:
        """Let go of the connection."""
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Start TLS for the name that was asked for, not for the address."""
        left_s = _left(self._deadline, httpcore.ConnectTimeout)
        return BoundedStream(self._inner.start_tls(ssl_context, server_hostname, left_s), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        """Return facts about the socket."""
        return self._inner.get_extra_info(info)


class GuardedBackend(httpcore.NetworkBackend):
    """Connects to the addresses of a name that were looked up and judged once.

    Parameters
    ----------
    lookup : callable
        Name, port and deadline to allowed addresses; raises AddressRefused and AddressUnknown.
    deadline : Deadline

    """

    def __init__(self, lookup: Lookup, deadline: Deadline) -> None:
        self._lookup = lookup
        self._deadline = deadline
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first of the addresses that answers."""
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in self._lookup(host, port, self._deadline):
            try:
                left_s = _left(self._deadline, httpcore.ConnectTimeout)
                stream = self._sockets.connect_tcp(address, port, left_s, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
                continue
            if _peer(stream) != address.partition("%")[0]:
                stream.close()
                raise AddressRefused(f"The connection to {host} went to another machine than the one looked up.")
            return BoundedStream(stream, self._deadline)
        raise failure


def guarded(resolver: Callable[[str, int], tuple[str, ...]], allow_private: bool) -> Lookup:
    """Return the look-up that judges what the resolver finds."""

    def lookup(host: str, port: int, deadline: Deadline) -> tuple[str, ...]:
        return addresses_of(host, port, resolver, deadline, allow_private)

    return lookup


def _left(deadline: Deadline, too_late: type[httpcore.TimeoutException]) -> float:
    """Return the seconds left, or raise when there are none."""
    left_s = deadline.left_s
    if left_s <= 0.0:
        raise too_late("the deadline has passed")
    return left_s


def _peer(stream: httpcore.NetworkStream) -> str:
    """Return the address at the other end."""
    return str(stream.get_extra_info("server_addr")[0]).partition("%")[0]
