"""Through which doors do services reach clock, store, queue, events, caches, prices and keys?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from data.queue.passive import PassiveQueue
from services.clock import Clock
from services.ports_store import Units
from services.secrets import Secrets
from services.settings import Settings


class Queue(Protocol):
    """Where a run's id is handed over to whoever executes it."""

    def dispatch(self, run_id: str) -> None:
        """Have the run executed soon; calling it twice is harmless, because a run is claimed once.

        Raises
        ------
        data.queue.errors.QueueUnavailable
            When the queue cannot be reached or its backlog is full; the run stays pending and is taken up later.
        """
        ...

    def cancel(self, run_id: str) -> bool:
        """End the work on a run at once, by force if needed; return whether there was anything to end."""
        ...

    def ping(self) -> None:
        """Ask for a sign of life.

        Raises
        ------
        data.queue.errors.QueueUnavailable
            When runs cannot be handed over at present.
        """
        ...

    def start(self) -> None:
        """Get ready to execute, for a queue that has workers of its own."""
        ...

    def stop(self) -> None:
        """End its workers, within two seconds."""
        ...


class Bus(Protocol):
    """The nudge that tells other processes that the outbox has something new; it never carries the only copy."""

    def nudge(self, topic: str) -> None:
        """Tell whoever listens to look into the outbox."""
        ...

    def listen(self, on_nudge: Callable[[], None]) -> None:
        """Call `on_nudge` after each nudge from now on, from a thread of the bus, surviving restarts of its server."""
        ...

    def stop(self) -> None:
        """End listening."""
        ...


class Cache(Protocol):
    """A place for what can be computed again; values are JSON-native, keys name tenant and user where that matters."""

    def get(self, key: str) -> Any | None:
        """Return the kept value, or None when it is absent or expired."""
        ...

    def put(self, key: str, value: Any, ttl_s: float) -> None:
        """Keep a value for the given time."""
        ...

    def drop(self, key: str) -> None:
        """Forget a value."""
        ...

    def close(self) -> None:
        """Release files and connections."""
        ...


@dataclass(frozen=True)
class Ports:
    """Everything from outside that services use, handed to each of them.

    Parameters
    ----------
    store
        Units of work; failures of the database arrive as service errors.
    providers
        The registry of market data providers (`data.providers.registry`).
    hash_password : callable
        Turns a password into the stored hash; the web layer installs Flask-Security's.
    quick_queue : Queue
        Where ids of reports go, which are wanted within a second and must not wait behind runs.
    """

    settings: Settings
    clock: Clock
    store: Units
    queue: Queue
    bus: Bus
    cache: Cache
    providers: Any
    secrets: Secrets
    hash_password: Callable[[str], str]
    quick_queue: Queue = field(default_factory=PassiveQueue)
