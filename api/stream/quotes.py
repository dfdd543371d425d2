"""How do live prices reach the sockets: only the house's own, only what was asked for, and never waiting for anybody?

The channel `quotes` carries every symbol of the house, `quotes.AAPL` one of them. Whoever subscribes first gets a
`quotes.snapshot` with all that is known, then `quotes.changed` with what is new, and once a second `feed.state`. A
client that does not read fast enough is left out until it does, then gets one snapshot of what it missed; whoever
stays behind for fifteen seconds is cut off. The `seq` of these messages is the client's place among the events, which
prices do not move.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import structlog

from api.stream.client import Client
from api.stream.frames import message, text_frame
from api.stream.hub import Hub
from services.auth.policy import is_allowed
from services.auth.roles import Permission
from services.live import Live
from services.live_frames import Frame, tick_json

TOPIC = "quotes"
BEHIND_MAX_S = 15.0
_log = structlog.get_logger("api.stream")

Interest = frozenset[str] | None
"""Symbols that a client wants: None for all, empty for none."""
Made = dict[tuple[str, Interest | str, int], bytes]
"""Frames of one telling that several clients share."""


def interest_of(client: Client) -> Interest:
    """Return which live prices a client asked for and may see."""
    channels = client.channels
    if TOPIC in channels:
        wanted: Interest = None
    else:
        wanted = frozenset(one.partition(".")[2] for one in channels if one.startswith(f"{TOPIC}."))
    if wanted == frozenset() or not is_allowed(client.actor, Permission.MARKET_READ):
        return frozenset()
    return wanted


class QuoteStream:
    """Hands the frames of live prices to the clients of a hub.

    Parameters
    ----------
    hub : Hub
    live : Live
    """

    def __init__(self, hub: Hub, live: Live) -> None:
        self._hub = hub
        self._live = live
        self._telling = threading.Lock()
        self._behind_s: dict[Client, float] = {}
        hub.greet = self.greet
        live.subscribe(self.hear)
        live.houses.clients_count = lambda: len(hub.clients)
        live.runner.after_beat = self.beat

    def greet(self, client: Client, names: frozenset[str]) -> None:
        """Give a client that has just subscribed what is known."""
        if any(name == TOPIC or name.startswith(f"{TOPIC}.") for name in names):
            with self._telling:
                self._catch_up(client, time.monotonic(), {})

    def hear(self, frame: Frame) -> None:
        """Pass a frame on to the clients of its house."""
        clients = self._clients_of(frame.tenant_id)
        if not clients or (frame.kind == "quotes" and not frame.quotes):
            return
        with self._telling:
            if frame.kind == "quotes":
                self._pass_on(frame, clients)
            elif frame.kind == "clear" or frame.pulse is None:
                shared: Made = {}
                for client, _wanted in clients:
                    self._catch_up(client, time.monotonic(), shared, is_whole=frame.kind == "clear")

    def beat(self) -> None:
        """Tell every listening client how its house's feed stands, and those that are behind what they missed."""
        with self._telling:
            now_s, shared = time.monotonic(), Made()
            for client in self._hub.clients:
                self._catch_up(client, now_s, shared, is_whole=False)
            here = set(self._hub.clients)
            self._behind_s = {client: since_s for client, since_s in self._behind_s.items() if client in here}

    def _clients_of(self, tenant_id: str) -> list[tuple[Client, Interest]]:
        mine = [one for one in self._hub.clients if one.actor.tenant_id == tenant_id]
        return [(one, wanted) for one in mine if (wanted := interest_of(one)) != frozenset()]

    def _pass_on(self, frame: Frame, clients: Sequence[tuple[Client, Interest]]) -> None:
        now_s = time.monotonic()
        changed = {tick.symbol: tick_json(tick) for tick in frame.quotes}
        made: dict[tuple[int, Interest], bytes] = {}
        shared: Made = {}

        def frame_at(symbols: Interest, seq: int) -> bytes:
            if (seq, symbols) not in made:
                told = [one for symbol, one in changed.items() if symbols is None or symbol in symbols]
                data = {"quotes": told, "number": frame.number, "source": frame.source, "is_replay": frame.is_replay}
                made[seq, symbols] = text_frame(message(TOPIC, seq, frame.at_utc, "quotes.changed", data))
            return made[seq, symbols]

        for client, wanted in clients:
            if client in self._behind_s:
                self._catch_up(client, now_s, shared)
                continue
            mine = None if wanted is None else wanted.intersection(changed)
            if mine is None or mine:
                self._offer(client, partial(frame_at, mine), now_s)

    def _catch_up(self, client: Client, now_s: float, made: Made, *, is_whole: bool = True) -> None:
        """Offer a client everything known of what it asked for, or only how the feed stands."""
        wanted = interest_of(client)
        if wanted == frozenset():
            return
        is_whole = is_whole or client in self._behind_s
        self._offer(client, partial(self._known_frame, made, client.actor.tenant_id, wanted, is_whole), now_s)

    def _known_frame(self, made: Made, tenant_id: str, wanted: Interest, is_whole: bool, seq: int) -> bytes:
        """Return the frame with all that is known, or with the state of the feed alone; made once for equal clients."""
        key = (tenant_id, wanted if is_whole else "state", seq)
        if key not in made:
            view = self._live.view(tenant_id)
            data: dict[str, Any] = {"feed": view}
            if is_whole:
                latest = self._live.houses.of(tenant_id).latest(None if wanted is None else sorted(wanted))
                data |= {"quotes": [tick_json(tick) for tick in latest], "is_replay": view.mode.value == "replay"}
            kind = "quotes.snapshot" if is_whole else "feed.state"
            made[key] = text_frame(message(TOPIC, seq, view.at_utc, kind, data))
        return made[key]

    def _offer(self, client: Client, frame_at: Callable[[int], bytes], now_s: float) -> None:
        """Offer a frame; remember who is behind, and cut off who stays behind or lost half of a frame."""
        outcome = client.offer(frame_at)
        if outcome == "told":
            self._behind_s.pop(client, None)
            return
        since_s = self._behind_s.setdefault(client, now_s)
        if outcome == "broken" or now_s - since_s > BEHIND_MAX_S:
            _log.warning("client_cut_off", user=client.actor.user_id, is_too_slow=outcome == "behind")
            self._behind_s.pop(client, None)
            client.drop()
            self._hub.remove(client)
