"""What may a client say on its socket, and what does it get in return?

``{"op": "subscribe", "channels": ["runs", "alerts"], "last_seq": 120}`` begins (within five seconds, or the socket
ends), ``unsubscribe`` and ``ping`` follow the same form. Every message of the server is
``{channel, seq, ts, type, data}``; ``seq`` is the number up to which the client has everything. With ``last_seq`` the
client first gets what it missed; if that is too much, or a number that was never given out, a ``resync`` asks it to
read again.
"""

from __future__ import annotations

import json
import re
import time
from typing import Any

import structlog
from flask import Flask
from flask_login import current_user
from flask_sock import Sock
from simple_websocket import ConnectionClosed

from api.access import services
from api.stream.client import CHANNELS_MAX_COUNT, Client, refuse
from api.stream.frames import message, text_frame
from api.stream.hub import Hub, channels_of, frame_of
from api.stream.origin import is_own_origin
from api.stream.sign_in import sign_in_of
from services.auth.actor import Actor
from services.settings import Settings

SUBSCRIBE_WITHIN_S = 5.0
SOCKETS_PER_USER_MAX_COUNT = 250
MISSED_MAX_COUNT = 1000
SEQ_MAX = 2**63 - 1
LAST_SEQ_ADVICE = (
    "'last_seq' must be the 'seq' of a message of this server, a whole number from 0 on. "
    "Subscribe again with it, or without 'last_seq' to hear what happens from now on."
)
READ_ANEW = "Read the present state over the API; what happens after 'head' follows here."
_log = structlog.get_logger("api.stream")
_CHANNEL = re.compile(r"[a-z_]+(\.[A-Za-z0-9-]{1,64})*")


class Conversation:
    """One client's talk with the server."""

    def __init__(self, client: Client, hub: Hub) -> None:
        self._client = client
        self._hub = hub

    def answer(self, kind: str, data: dict[str, Any]) -> None:
        """Say something that is not an event."""
        now_utc = services().ports.clock.now_utc()
        self._client.say(text_frame(message("control", self._client.sent_seq, now_utc, kind, data)))

    def hear(self, text: str | bytes) -> None:
        """React to one message; what is not understood is answered, never fatal."""
        try:
            said = json.loads(text)
        except (ValueError, RecursionError):
            said = None
        operations = {"subscribe": self._subscribe, "unsubscribe": self._unsubscribe, "ping": self._pong}
        operation = operations.get(str(said.get("op", ""))) if isinstance(said, dict) else None
        if operation is None:
            self.answer("error", {"message": "Say {'op': 'subscribe' | 'unsubscribe' | 'ping', ...} as JSON."})
            return
        operation(said)

    def _pong(self, said: dict[str, Any]) -> None:
        self.answer("pong", {"id": str(said.get("id", ""))[:64].encode(errors="replace").decode()})

    def _channels(self, said: dict[str, Any]) -> frozenset[str] | None:
        names = said.get("channels")
        if not isinstance(names, list) or not all(isinstance(name, str) and _CHANNEL.fullmatch(name) for name in names):
            self.answer("error", {"message": "'channels' must be a list of names such as 'runs' or 'runs.<id>'."})
            return None
        return frozenset(names)

    def _unsubscribe(self, said: dict[str, Any]) -> None:
        names = self._channels(said)
        if names is not None:
            self._client.channels -= names
            self.answer("subscribed", {"channels": sorted(self._client.channels)})

    def _subscribe(self, said: dict[str, Any]) -> None:
        names = self._channels(said)
        if names is None:
            return
        last_seq = said.get("last_seq")
        if last_seq is not None and not is_seq(last_seq):
            self.answer("error", {"field": "last_seq", "message": LAST_SEQ_ADVICE})
            return
        if len(self._client.channels | names) > CHANNELS_MAX_COUNT:
            self.answer("error", {"message": f"At most {CHANNELS_MAX_COUNT} channels a socket."})
            return
        if last_seq is not None:
            self._catch_up(names, last_seq)
            self._hub.greet(self._client, names)
            return
        with self._hub.between_events() as passed_seq:
            self._client.channels |= names
            self._client.start_at(passed_seq)
        self.answer("subscribed", {"channels": sorted(self._client.channels)})
        self._hub.greet(self._client, names)

    def _catch_up(self, names: frozenset[str], last_seq: int) -> None:
        """Send what the client missed, exactly once, while new events wait; what cannot be sent is to be read anew."""
        client, events = self._client, services().events
        newest_seq = events.head()
        with self._hub.between_events() as passed_seq:
            head = max(passed_seq, newest_seq)
            client.begin_catching_up(min(last_seq, head))
            client.channels |= names
        self.answer("subscribed", {"channels": sorted(client.channels)})
        missed = events.since_for(last_seq, client.actor) if last_seq <= head else []
        if last_seq > head:
            is_well = self._resync(head, f"No event has the number {last_seq} yet. {READ_ANEW}")
        elif len(missed) >= MISSED_MAX_COUNT:
            is_well = self._resync(max(head, missed[-1].seq), f"Too much was missed. {READ_ANEW}")
        else:
            mine = [event for event in missed if not client.channels.isdisjoint(channels_of(event))]
            frames = [(event.seq, frame_of(event)) for event in mine]
            is_well = client.end_catching_up(frames, missed[-1].seq if missed else last_seq)
        if not is_well:
            client.drop()

    def _resync(self, head: int, words: str) -> bool:
        """Ask the client to read the present state, and go on after a number; return whether it hears."""
        now_utc = services().ports.clock.now_utc()
        frame = text_frame(message("control", head, now_utc, "resync", {"message": words, "head": head}))
        return self._client.end_catching_up([(head, frame)], head)


def is_seq(value: object) -> bool:
    """Return whether a value can be the number of an event."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= SEQ_MAX


def register(server: Flask, settings: Settings, hub: Hub) -> None:
    """Open the address `/ws`."""
    sock = Sock(server)

    @sock.route("/ws")  # type: ignore[untyped-decorator]
    def stream(ws: Any) -> None:
        if not current_user.is_authenticated:
            refuse(ws, 4401, "The sign-in ended.")
            return
        actor: Actor = current_user.actor
        if not is_own_origin(settings) or hub.count_of(actor.user_id) >= SOCKETS_PER_USER_MAX_COUNT:
            refuse(ws, 1008, "Not from here, or too many sockets.")
            return
        client = Client(ws, actor, sign_in_of(actor, getattr(current_user, "secret", None), services()))
        hub.add(client)
        try:
            listen(ws, client, Conversation(client, hub))
        except ConnectionClosed:
            raise
        except Exception as error:  # an answer in HTTP would be garbage on an open socket
            _log.error("conversation_failed", error=type(error).__name__, exc_info=error)
            client.close(1011, "Something went wrong; come back.")
        finally:
            hub.remove(client)


def listen(ws: Any, client: Client, talk: Conversation) -> None:
    """Hear the client until it leaves, is dropped, or never subscribes."""
    deadline_s = time.monotonic() + SUBSCRIBE_WITHIN_S
    while not client.is_dropped:
        text = ws.receive(timeout=SUBSCRIBE_WITHIN_S if not client.channels else None)
        if text is not None:
            talk.hear(text)
        if not client.channels and time.monotonic() > deadline_s:
            client.close(4408, "Subscribe within five seconds.")
            return
