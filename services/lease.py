"""Which one of several processes does what must be done once, and when does it stop by itself?

The lease stands in the database and runs out; whoever holds it renews it long before. A holder that cannot renew it,
because the database is away or the machine slept, counts it as lost once its time is over: by then it may be another's.
"""

from __future__ import annotations

import logging
import secrets
import socket
import time
from datetime import datetime

from services.errors import ServiceError
from services.ports import Ports

_log = logging.getLogger(__name__)


class Lease:
    """One process's part in a lease.

    Parameters
    ----------
    ports : Ports
    name : str
    lease_s : float
        How long it lasts without being renewed.
    """

    def __init__(self, ports: Ports, name: str, lease_s: float) -> None:
        self._ports = ports
        self._name = name
        self._lease_s = lease_s
        self._holder = f"{socket.gethostname()}:{secrets.token_hex(6)}"
        self._is_held = False
        self._asked_s = float("-inf")
        self._asked_utc: datetime | None = None

    @property
    def is_held(self) -> bool:
        """Whether it was ours when last asked for, and has not run out since."""
        return self._is_held and self.age_s() <= self._lease_s

    def age_s(self) -> float:
        """Return how long ago it was last asked for; infinite before.

        Of two clocks the one that says more counts: the steady one may stand still while a machine sleeps, and the
        other may be set back.
        """
        if self._asked_utc is None:
            return float("inf")
        on_the_wall_s = (self._ports.clock.now_utc() - self._asked_utc).total_seconds()
        return max(time.monotonic() - self._asked_s, on_the_wall_s)

    def renew(self) -> bool:
        """Take or renew it; return whether it is ours.

        Raises
        ------
        ServiceError
            The database does not answer; what was held stays held until it runs out.
        """
        asked_s, asked_utc = time.monotonic(), self._ports.clock.now_utc()
        with self._ports.store.system() as uow:
            is_held = uow.leases.acquire(self._name, self._holder, self._lease_s)
            uow.commit()
        self._is_held, self._asked_s, self._asked_utc = is_held, asked_s, asked_utc
        return is_held

    def give_back(self) -> None:
        """Give it back, where it is ours, so that another process can take it at once."""
        if not self._is_held:
            return
        self._is_held = False
        try:
            with self._ports.store.system() as uow:
                uow.leases.release(self._name, self._holder)
                uow.commit()
        except ServiceError as error:
            _log.warning("The lease %r could not be given back; it ends by itself: %s", self._name, error)
