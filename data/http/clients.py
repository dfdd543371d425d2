"""Who hands out clients, so that all questions to one source share one breaker?"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from data.http.limits import HttpLimits
from data.http.timing import Timing

if TYPE_CHECKING:
    from data.http.addresses import Resolver
    from data.http.breaker import Breaker, BreakerView
    from data.http.client import HttpClient


class HttpClients:
    """The way to the network; one for the whole process.

    The libraries behind it are loaded with the first client, so a process that asks nobody does not pay for them.

    Parameters
    ----------
    limits : HttpLimits
    timing : Timing
    allow_private : bool
        True lets clients connect to addresses inside the house, and without TLS.
    resolver : callable or None
        Name and port to addresses; the system's when None.
    before_try : callable or None
        Told the source's name before each request is sent; may raise ProviderLimited.

    """

    def __init__(
        self,
        limits: HttpLimits | None = None,
        timing: Timing | None = None,
        *,
        allow_private: bool = False,
        resolver: Resolver | None = None,
        before_try: Callable[[str], None] | None = None,
    ) -> None:
        self.timing = timing or Timing()
        self._limits = limits or HttpLimits()
        self._allow_private = allow_private
        self._resolver = resolver
        self._before_try = before_try
        self._breakers: dict[tuple[str, str], Breaker] = {}
        self._lock = threading.Lock()

    def client(
        self,
        name: str,
        label: str | None = None,
        *,
        secrets: tuple[str, ...] = (),
        allow_private: bool | None = None,
        apart: str = "",
    ) -> HttpClient:
        """Return a client for one source.

        Parameters
        ----------
        name : str
            The source's name; whoever uses the same name, and the same ``apart``, shares its breaker.
        label : str, optional
            The source as users know it.
        secrets : tuple of str
            Values that never appear in an error or an endpoint.
        allow_private : bool, optional
            Overrides the setting for this source.
        apart : str
            Tells sources of one name apart that are not the same: two houses may give feeds of their own one name.

        """
        from data.http.addresses import system_resolver
        from data.http.client import HttpClient

        return HttpClient(
            name,
            label,
            limits=self._limits,
            timing=self.timing,
            breaker=self.breaker(name, apart),
            secrets=secrets,
            allow_private=self._allow_private if allow_private is None else allow_private,
            resolver=self._resolver or system_resolver,
            before_try=self._before_try,
        )

    def breaker(self, name: str, apart: str = "") -> Breaker:
        """Return the breaker of one source."""
        from data.http.breaker import Breaker

        with self._lock:
            if (name, apart) not in self._breakers:
                self._breakers[name, apart] = Breaker(name, self.timing)
            return self._breakers[name, apart]

    def breakers(self) -> tuple[BreakerView, ...]:
        """Return how the breakers stand, by name; a source that was never asked has none."""
        with self._lock:
            known = sorted(self._breakers.items())
        return tuple(breaker.view() for _, breaker in known)
