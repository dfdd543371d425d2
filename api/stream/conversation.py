"""What may a client say on its socket, and what does it get in return?

``{"op": "subscribe", "channels": ["runs", "alerts"], "last_seq": 120}`` begins (within five seconds, or the socket
ends), ``unsubscribe`` and ``ping`` follow the same form. Every message of the server is
``{channel, seq, ts, type, data}``. With ``last_seq`` the client first gets what it missed; if that is too long ago, a
``resync`` asks it to read again.
"""

from __future__ import annotations

import json
import re
import time
from typing import Any

from flask import Flask, request
from flask_login import current_user
from flask_sock import Sock

from api.access import services
from api.stream.client import CHANNELS_MAX_COUNT, Client
from api.stream.frames import message, text_frame
from api.stream.hub import Hub, channels_of, frame_of
from api.stream.sign_in import sign_in_of
from services.auth.actor import Actor
from services.settings import Settings

SUBSCRIBE_WITHIN_S = 5.0
SOCKETS_PER_USER_MAX_COUNT = 250
MISSED_MAX_COUNT = 1000
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
        except ValueError:
            said = None
        operations = {"subscribe": self._subscribe, "unsubscribe": self._unsubscribe, "ping": self._pong}
        operation = operations.get(said.get("op", "")) if isinstance(said, dict) else None
        if operation is None:
            self.answer("error", {"message": "Say {'op': 'subscribe' | 'unsubscribe' | 'ping', ...} as JSON."})
            return
        operation(said)

    def _pong(self, said: dict[str, Any]) -> None:
        self.answer("pong", {"id": str(said.get("id", ""))[:64]})

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
        last_seq = said.get("last_seq")
        if names is None:
            return
        if len(self._client.channels | names) > CHANNELS_MAX_COUNT:
            self.answer("error", {"message": f"At most {CHANNELS_MAX_COUNT} channels a socket."})
            return
        self._client.channels |= names
        self.answer("subscribed", {"channels": sorted(self._client.channels)})
        if isinstance(last_seq, int) and not isinstance(last_seq, bool) and last_seq >= 0:
            self._catch_up(last_seq)

    def _catch_up(self, last_seq: int) -> None:
        """Send what the client missed, exactly once, while new events wait."""
        client = self._client
        client.begin_catching_up()
        missed = services().events.since_for(last_seq, client.actor)
        mine = [event for event in missed if not client.channels.isdisjoint(channels_of(event))]
        if len(missed) >= MISSED_MAX_COUNT:
            client.end_catching_up([], missed[-1].seq)
            self.answer("resync", {"message": "Too much was missed. Read the present state over the API."})
            return
        frames = [(event.seq, frame_of(event)) for event in mine]
        if not client.end_catching_up(frames, missed[-1].seq if missed else last_seq):
            client.drop()


def is_own_origin(settings: Settings) -> bool:
    """Return whether the socket is opened by a page of this site, or by a program, which sends no origin."""
    origin = request.headers.get("Origin")
    if origin is None:
        return "Authorization" in request.headers or "ticket" in request.args
    own = {settings.public_url}
    if settings.is_loopback or (settings.is_everywhere and not settings.is_https):
        own.add(f"http://{request.host}")  # one of the trusted names, or the request would not have come this far
    return origin in own


def register(server: Flask, settings: Settings, hub: Hub) -> None:
    """Open the address `/ws`."""
    sock = Sock(server)

    @sock.route("/ws")  # type: ignore[untyped-decorator]
    def stream(ws: Any) -> None:
        actor: Actor = current_user.actor
        if not is_own_origin(settings) or hub.count_of(actor.user_id) >= SOCKETS_PER_USER_MAX_COUNT:
            ws.close(1008, "Not from here, or too many sockets.")
            return
        client = Client(ws, actor, sign_in_of(actor, getattr(current_user, "secret", None), services()))
        hub.add(client)
        try:
            listen(ws, client, Conversation(client, hub))
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
