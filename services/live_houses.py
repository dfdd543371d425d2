"""What does this process know of each house's live prices, and when does it tell the news?

Prices come in as fast as they like; they leave at most twenty times a second, and less often the more clients listen.
The first price after a quiet moment leaves at once.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from data.feeds.book import QuoteBook
from data.feeds.carrier import Carrier
from data.feeds.ticks import Tick
from services.clock import Clock
from services.live_frames import Frame, Kind
from services.live_state import Pulse, Wish
from services.messages.live import FeedMode

_log = logging.getLogger(__name__)

GAP_MIN_S = 0.05
GAP_MAX_S = 0.5
LIFE_EVERY_S = 1.0
WRITES_PER_S = 4000
"""How many frames a second a process writes to all its clients together, at most."""

Listener = Callable[[Frame], None]


class House:
    """The live prices of one house as this process knows them."""

    def __init__(self, tenant_id: str) -> None:
        self.tenant_id = tenant_id
        self.book = QuoteBook()
        self.wish = Wish()
        self.pulse: Pulse | None = None
        self.told_at_s = 0.0
        self.life_at_s = 0.0
        self.is_waiting = False
        self.heard_utc: datetime | None = None

    def latest(self, symbols: Sequence[str] | None = None) -> list[Tick]:
        """Return the latest prices of symbols, or of all when None; none while no feed is wanted."""
        return [] if self.wish.mode is FeedMode.OFF else self.book.latest(symbols)


class Houses:
    """All houses with live prices, and the one thread that tells what waited.

    Parameters
    ----------
    carrier : Carrier
    clock : Clock
    """

    def __init__(self, carrier: Carrier, clock: Clock) -> None:
        self._carrier = carrier
        self._clock = clock
        self.source = secrets.token_hex(6)
        self._number = 0
        self._sending = threading.RLock()
        self._houses: dict[str, House] = {}
        self._listeners: list[Listener] = []
        self._heard: dict[str, int] = {}
        self._lock = threading.Lock()
        self._wake = threading.Condition()
        self._thread: threading.Thread | None = None
        self._is_stopping = False
        self.clients_count: Callable[[], int] = lambda: 0
        carrier.listen(self._hear)

    def of(self, tenant_id: str) -> House:
        """Return what is known of a house."""
        with self._lock:
            return self._houses.setdefault(tenant_id, House(tenant_id))

    def all(self) -> list[House]:
        """Return every house of which anything is known."""
        with self._lock:
            return list(self._houses.values())

    def subscribe(self, listener: Listener) -> None:
        """Have every frame handed to a function of this process, which must be quick and mind whose it is."""
        self._listeners.append(listener)

    def start(self) -> None:
        """Begin to tell what waited; calling it twice is harmless."""
        if self._thread is None:
            self._carrier.start()
            self._is_stopping = False
            self._thread = threading.Thread(target=self._run, name="qpo-quotes", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End it."""
        with self._wake:
            self._is_stopping = True
            self._wake.notify()
        if self._thread is not None:
            self._thread.join(timeout=1.0)
            self._thread = None
        self._carrier.stop()

    def take(self, house: House, ticks: Iterable[Tick], feed: str | None = None) -> None:
        """Take ticks of a feed in; tell them at once, or when the pause since the last telling is over."""
        if not house.book.put(ticks, feed):
            return
        with self._wake:
            if house.is_waiting:
                return
            if time.monotonic() - house.told_at_s < self.gap_s():
                house.is_waiting = True
                self._wake.notify()
                return
            house.told_at_s = time.monotonic()
        self.tell(house)

    def gap_s(self) -> float:
        """Return the least pause between two frames of a house."""
        return min(GAP_MAX_S, max(GAP_MIN_S, self.clients_count() / WRITES_PER_S))

    def tell(self, house: House) -> None:
        """Send what was not told yet."""
        with self._sending:  # numbers leave in their order, or a listener would take one for overtaken
            feed, ticks = house.book.untold()
            if ticks:
                self._send_quotes(house, feed, ticks)

    def live_on(self, house: House) -> None:
        """Tell that the source lives though it says nothing new; at most once a second."""
        now_s = time.monotonic()
        with self._sending:
            if now_s - house.life_at_s < LIFE_EVERY_S:
                return
            house.life_at_s = now_s
            self._send_quotes(house, house.book.feed, ())

    def _send_quotes(self, house: House, feed: str, ticks: Iterable[Tick]) -> None:
        is_replay = house.wish.mode is FeedMode.REPLAY
        quotes = tuple(ticks)
        self._send(house, "quotes", self._now_utc(), quotes=quotes, feed=feed, is_replay=is_replay)

    def pulse(self, house: House, pulse: Pulse) -> None:
        """Send how a feed stands."""
        self._send(house, "pulse", pulse.at_utc, wish=house.wish, pulse=pulse)

    def begin(self, house: House, wish: Wish) -> None:
        """Begin with another feed, and have every process forget the prices of the one before."""
        with self._sending:  # no price of the earlier feed leaves under the name of this one
            self._turn_to(house, wish)
            self._send(house, "clear", self._now_utc(), wish=wish)

    def change(self, house: House, wish: Wish) -> None:
        """Have every process know what the house wants of its feed now; its prices stay."""
        house.wish = wish
        self._send(house, "pulse", self._now_utc(), wish=wish)

    def adopt(self, house: House, wish: Wish) -> None:
        """Take over what is kept; tells the listeners of this process where the news of another feed was lost."""
        if wish.key == house.wish.key:
            house.wish = wish
            return
        with self._sending:
            self._turn_to(house, wish)
        self._tell_listeners(Frame(house.tenant_id, "clear", self.source, 0, self._now_utc(), wish=wish))

    def _turn_to(self, house: House, wish: Wish) -> None:
        house.wish = wish
        house.book.begin(wish.key)
        house.pulse, house.heard_utc = None, None

    def _send(self, house: House, kind: Kind, at_utc: datetime, **more: Any) -> None:
        """Send a frame to every process, this one included."""
        with self._sending:
            self._number += 1
            self._carrier.send(Frame(house.tenant_id, kind, self.source, self._number, at_utc, **more).to_bytes())

    def _hear(self, raw: bytes) -> None:
        frame = Frame.of_bytes(raw)
        with self._lock:
            if frame.number <= self._heard.get(frame.source, 0):
                return  # had already, or overtaken
            self._heard[frame.source] = frame.number
            while len(self._heard) > 1000:  # processes that ended
                self._heard.pop(next(iter(self._heard)))
        house = self.of(frame.tenant_id)
        if self._take_over(house, frame):
            self._tell_listeners(frame)

    def _take_over(self, house: House, frame: Frame) -> bool:
        """Learn what a frame says; return False for news of a feed that is not the house's any more."""
        if frame.kind == "quotes":
            if frame.feed != house.book.feed or house.wish.mode is FeedMode.OFF:
                return False
            house.heard_utc = frame.at_utc
            if frame.source != self.source:
                house.book.mirror(frame.quotes, frame.feed)
        elif frame.pulse is not None:
            if frame.wish != house.wish:
                return False
            house.pulse = frame.pulse
        elif frame.wish is not None:
            if frame.source != self.source and frame.kind == "clear":
                self._turn_to(house, frame.wish)
            elif frame.wish.key != house.wish.key:
                return False  # a pause of a feed that was replaced meanwhile
            elif frame.source != self.source:
                house.wish = frame.wish
        return True

    def _tell_listeners(self, frame: Frame) -> None:
        for listener in list(self._listeners):
            try:
                listener(frame)
            except Exception:  # one listener's fault must not keep the others from their prices
                _log.exception("A listener failed on live prices.")

    def _run(self) -> None:
        while True:
            with self._wake:
                if self._is_stopping:
                    return
                due = [house for house in self.all() if house.is_waiting]
                now_s = time.monotonic()
                wait_s = min((house.told_at_s + self.gap_s() - now_s for house in due), default=None)
                if wait_s is None or wait_s > 0:
                    self._wake.wait(wait_s)
                    continue
                ready = [house for house in due if house.told_at_s + self.gap_s() <= now_s]
                for house in ready:
                    house.is_waiting = False
                    house.told_at_s = now_s
            for house in ready:
                self.tell(house)

    def _now_utc(self) -> datetime:
        return self._clock.now_utc()
