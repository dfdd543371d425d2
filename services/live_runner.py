"""Which process runs the feeds, and what happens when a feed, or that process, dies?

Every web process looks once a second at what houses want. The one that holds the lease runs their feeds, each in a
thread of its own, and says each second how they stand; when it dies, another takes the lease over and goes on, a replay
at the place where it would be by now.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from data.errors import ProviderError
from data.feeds.poll import PollFeed
from data.feeds.replay import ReplayFeed
from data.feeds.ticks import Feed
from services.errors import ServiceError
from services.lease import Lease
from services.live_houses import House, Houses
from services.live_state import Pulse, Wish
from services.messages.live import FeedMode
from services.ports import Ports

_log = logging.getLogger(__name__)

LEASE_NAME = "live"
LEASE_S = 10.0
LEAD_EVERY_S = 3.0
LOOK_EVERY_S = 2.0
BEAT_S = 1.0
KEY = "live.feed"

MakeFeed = Callable[[str, Wish], Feed]
ReadWishes = Callable[[], dict[str, Wish]]
Judged = Callable[[Pulse, House], Pulse]


class FeedRun:
    """One feed that runs for a house.

    Parameters
    ----------
    house : House
    houses : Houses
        Takes the ticks.
    make_feed : callable
        Makes the feed of a wish; raises a service error when that cannot be done now.
    is_ours : callable
        Whether this process may still run feeds.
    """

    def __init__(
        self, house: House, houses: Houses, make_feed: MakeFeed, is_ours: Callable[[], bool] = lambda: True
    ) -> None:
        self.house = house
        self.wish = house.wish
        self._houses = houses
        self._make_feed = make_feed
        self._is_ours = is_ours
        self._refused: tuple[str, ...] = ()
        self._feed: Feed | None = None
        self._heard_utc: datetime | None = None
        self._session: date | None = None
        self._is_over = False
        self._problem: str | None = None
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, now_utc: Callable[[], datetime]) -> None:
        """Run it in a thread of its own."""
        name = f"qpo-feed-{self.wish.mode.value}"
        self._thread = threading.Thread(target=self._run, args=(now_utc,), name=name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End it; a question to a provider that is under way is not waited for, and its answer is left out."""
        self._stop.set()

    @property
    def is_alive(self) -> bool:
        """Whether its thread runs, or it has none."""
        return self._thread is None or self._thread.is_alive()

    def turn(self, now_utc: datetime) -> float:
        """Ask the feed once; return after how many seconds to ask again."""
        if not self._is_ours():
            return BEAT_S  # the lease ran out, and another process may run the feed by now
        try:
            feed = self._feed = self._feed or self._make_feed(self.house.tenant_id, self.wish)
            ticks = feed.take(now_utc)
        except Exception as error:
            self._fail(error)
            return self._feed.pause_s() if self._feed is not None else BEAT_S
        self._problem = None
        if self._stop.is_set() or self.house.wish != self.wish or not self._is_ours():
            return 0.0  # another feed was started meanwhile: prices of two feeds never mix
        if ticks or self.wish.mode is not FeedMode.REPLAY:
            self._heard_utc = now_utc
        self._session = max((tick.session for tick in ticks if tick.session is not None), default=self._session)
        self._is_over = isinstance(feed, ReplayFeed) and feed.is_over(now_utc)
        if isinstance(feed, PollFeed):
            self._note_refusals(tuple(feed.refused))
        self._houses.take(self.house, ticks, self.wish.key)
        return feed.pause_s()

    def pulse(self, now_utc: datetime) -> Pulse:
        """Return how the feed stands, without the ages of its prices."""
        return Pulse(
            at_utc=now_utc,
            heard_utc=self._heard_utc,
            session=self._session,
            is_over=self._is_over,
            is_of_minutes=isinstance(self._feed, ReplayFeed) and not self._feed.tape.is_daily,
            problem=self._problem,
            refused_count=len(self._refused),
            refusal=self._refused[0] if self._refused else None,
        )

    def _note_refusals(self, refused: tuple[str, ...]) -> None:
        if refused and refused != self._refused:
            _log.warning("%d prices of a provider were refused, first: %s", len(refused), refused[0])
        self._refused = refused

    def _fail(self, error: Exception) -> None:
        is_new = self._problem is None
        if isinstance(error, ServiceError):
            self._problem = error.sentence
        elif isinstance(error, ProviderError):
            self._problem = str(error)
        else:
            self._problem = f"The feed failed ({type(error).__name__}); it is tried again."
        if is_new:
            _log.warning("The live feed of a house failed: %s", self._problem, exc_info=error)

    def _run(self, now_utc: Callable[[], datetime]) -> None:
        while not self._stop.is_set():
            self._stop.wait(self.turn(now_utc()))


class Runner:
    """Looks after all feeds from this process's side.

    Parameters
    ----------
    ports : Ports
    houses : Houses
    make_feed : callable
    read_wishes : callable
        Returns what each house wants of its feed, by tenant.
    judged : callable
        Returns a pulse with the ages of a house's prices.
    """

    def __init__(
        self,
        ports: Ports,
        houses: Houses,
        make_feed: MakeFeed,
        read_wishes: ReadWishes,
        judged: Judged = lambda pulse, _house: pulse,
    ) -> None:
        self._ports = ports
        self._houses = houses
        self._make_feed = make_feed
        self._read_wishes = read_wishes
        self._judged = judged
        self.lease = Lease(ports, LEASE_NAME, LEASE_S)
        self._runs: dict[str, FeedRun] = {}
        self._looked_at_s = 0.0
        self.after_beat: Callable[[], None] = lambda: None
        self._stopping = threading.Event()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin; calling it twice is harmless."""
        if self._thread is None:
            self._stopping.clear()
            self._thread = threading.Thread(target=self._run, name="qpo-live", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End all feeds, and give the lease back so that another process can run them at once."""
        self._stopping.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(timeout=1.0)
            self._thread = None
        self._end_runs()
        self.lease.give_back()

    @property
    def is_leader(self) -> bool:
        """Whether this process runs the feeds at this moment."""
        return self.lease.is_held

    def kick(self) -> None:
        """Look now instead of within a second."""
        self._looked_at_s = 0.0
        self._wake.set()

    def beat(self) -> None:
        """Look once: take over what houses want, lead if nobody does, and say how each feed stands."""
        now_s = time.monotonic()
        if now_s - self._looked_at_s >= LOOK_EVERY_S:
            self._looked_at_s = now_s
            known = {house.tenant_id: house.wish for house in self._houses.all()}
            for tenant_id, wish in self._read_wishes().items():
                house = self._houses.of(tenant_id)
                if house.wish is known.get(
                    tenant_id, house.wish
                ):  # what was wished meanwhile is newer than what is kept
                    self._houses.adopt(house, wish)
        wanted = [house for house in self._houses.all() if house.wish.mode is not FeedMode.OFF]
        if wanted and self.lease.age_s() >= LEAD_EVERY_S:
            self.lease.renew()
        if self.is_leader and wanted:
            self._reconcile({house.tenant_id: house for house in wanted})
            for house in wanted:
                self._houses.pulse(house, self._pulse(house))
        else:
            self._end_runs()
        self.after_beat()

    def _reconcile(self, wanted: dict[str, House]) -> None:
        """Make the running feeds those that are wanted."""
        for tenant_id, run in list(self._runs.items()):
            if tenant_id not in wanted or run.wish != wanted[tenant_id].wish or not run.is_alive:
                run.stop()
                del self._runs[tenant_id]
        for tenant_id, house in wanted.items():
            is_asked = house.wish.mode is FeedMode.POLL and not house.wish.is_paused
            if (is_asked or house.wish.mode is FeedMode.REPLAY) and tenant_id not in self._runs:
                run = self._runs[tenant_id] = FeedRun(house, self._houses, self._make_feed, lambda: self.lease.is_held)
                run.start(self._ports.clock.now_utc)

    def _pulse(self, house: House) -> Pulse:
        now_utc = self._ports.clock.now_utc()
        run = self._runs.get(house.tenant_id)
        pulse = Pulse(now_utc, house.heard_utc) if run is None else run.pulse(now_utc)
        if house.wish.mode is FeedMode.REPLAY:
            return replace(pulse, symbols_count=len(house.book))
        return self._judged(pulse, house)

    def _yield_if_late(self) -> None:
        """End the feeds once the lease may be another process's."""
        if not self.lease.is_held:
            self._end_runs()

    def _end_runs(self) -> None:
        for run in self._runs.values():
            run.stop()
        self._runs.clear()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.beat()
            except ServiceError as error:  # the database may be away for a while
                _log.warning("Live prices wait for the database: %s", error)
                self._yield_if_late()
            except Exception:  # the next beat may succeed; silence would be told as offline
                _log.exception("A beat of live prices failed.")
                self._yield_if_late()
            self._wake.wait(BEAT_S)
            self._wake.clear()
