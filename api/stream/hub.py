"""Who is connected, and who gets which event?"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog

from api.stream.client import Client
from api.stream.frames import message, text_frame
from services.auth.actor import Actor
from services.messages.events import EventView

_log = structlog.get_logger("api.stream")


def channels_of(event: EventView) -> frozenset[str]:
    """Return every channel that an event appears on: its topic and each of the topic's parents.

    ``runs.0192`` appears on ``runs.0192`` and on ``runs``.
    """
    parts = event.topic.split(".")
    return frozenset(".".join(parts[:end]) for end in range(1, len(parts) + 1))


def frame_of(event: EventView) -> bytes:
    """Return the event as it travels."""
    return text_frame(message(event.topic, event.seq, event.at_utc, event.type, event.data))


class Hub:
    """All clients of this process.

    Parameters
    ----------
    may_see : callable
        Whether an actor may see an event that belongs to a portfolio; asked once per event and user.
    begins_after : callable
        Returns the number after which events are handed over here.
    """

    def __init__(self, may_see: Callable[[EventView, Actor], bool], begins_after: Callable[[], int]) -> None:
        self._may_see = may_see
        self._begins_after = begins_after
        self._passed_seq = 0
        self._clients: set[Client] = set()
        self._lock = threading.Lock()
        self._passing = threading.Lock()
        self.greet: Callable[[Client, frozenset[str]], None] = lambda client, names: None
        """Called after a client subscribed, with the channels that it named."""

    @contextmanager
    def between_events(self) -> Iterator[int]:
        """Hold the next event back; give the number up to which every event has been handed to all clients."""
        with self._passing:
            yield max(self._passed_seq, self._begins_after())

    def add(self, client: Client) -> None:
        """Let a client hear events from now on."""
        with self._lock:
            self._clients.add(client)

    def remove(self, client: Client) -> None:
        """Forget a client."""
        with self._lock:
            self._clients.discard(client)

    @property
    def clients(self) -> tuple[Client, ...]:
        """The clients at this moment."""
        with self._lock:
            return tuple(self._clients)

    def count_of(self, user_id: str) -> int:
        """Return how many sockets a user has open."""
        return sum(client.actor.user_id == user_id for client in self.clients)

    def publish(self, event: EventView) -> None:
        """Write an event to every client that may see it and asked for it; drop clients that are too slow."""
        with self._passing:
            self._pass_on(event)
            self._passed_seq = max(self._passed_seq, event.seq)

    def _pass_on(self, event: EventView) -> None:
        channels = channels_of(event)
        listeners = [one for one in self.clients if one.wants(event.tenant_id, event.user_id, channels)]
        if not listeners:
            return
        frame = frame_of(event)
        answers: dict[str, bool | None] = {}
        for client in listeners:
            user_id = client.actor.user_id
            if user_id not in answers:
                answers[user_id] = self._asked(event, client.actor)
            if answers[user_id] is False:
                continue
            if answers[user_id] is None or not client.deliver(event.seq, frame):
                _log.warning("client_cut_off", user=user_id, seq=event.seq, is_too_slow=answers[user_id] is not None)
                client.drop()
                self.remove(client)

    def _asked(self, event: EventView, actor: Actor) -> bool | None:
        """Return whether an actor may see an event; None if that cannot be known, so that nobody misses it unawares."""
        if event.user_id is not None or event.portfolio_id is None:
            return True
        try:
            return self._may_see(event, actor)
        except Exception as error:  # the database may be away; whoever is cut off comes back and is told then
            _log.warning("rights_unknown", error=type(error).__name__)
            return None

    def close_all(self, code: int, reason: str) -> None:
        """End every connection, at a restart."""
        for client in self.clients:
            client.close(code, reason)
            self.remove(client)
