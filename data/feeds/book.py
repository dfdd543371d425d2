"""What is the latest price of each symbol, and which of them has not been told yet?

However many ticks arrive, the book holds one a symbol: what was not told before the next one came is never told.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence

from data.feeds.ticks import Tick

SYMBOLS_MAX_COUNT = 5000


class QuoteBook:
    """The latest ticks of one feed of a house; safe between threads, bounded by the number of symbols."""

    def __init__(self) -> None:
        self.feed = ""
        self._latest: dict[str, Tick] = {}
        self._untold: set[str] = set()
        self._lock = threading.Lock()

    def put(self, ticks: Iterable[Tick], feed: str | None = None) -> int:
        """Take ticks in, the last one of a symbol counts; return how many symbols have something new to tell.

        Parameters
        ----------
        feed : str or None
            Where they come from; those of another feed than the book's own are left out. None for the book's own.
        """
        with self._lock:
            if feed is not None and feed != self.feed:
                return 0
            for tick in ticks:
                if tick.symbol not in self._latest and len(self._latest) >= SYMBOLS_MAX_COUNT:
                    continue
                self._latest[tick.symbol] = tick
                self._untold.add(tick.symbol)
            return len(self._untold)

    def mirror(self, ticks: Iterable[Tick], feed: str) -> None:
        """Take over what another process has told of the same feed."""
        with self._lock:
            if feed != self.feed:
                return
            for tick in ticks:
                if tick.symbol in self._latest or len(self._latest) < SYMBOLS_MAX_COUNT:
                    self._latest[tick.symbol] = tick

    def untold(self) -> tuple[str, list[Tick]]:
        """Return the feed and the latest tick of each symbol with news, by symbol, and count them as told."""
        with self._lock:
            found = [self._latest[symbol] for symbol in sorted(self._untold)]
            self._untold.clear()
            return self.feed, found

    def last(self, symbol: str) -> Tick | None:
        """Return the latest tick of a symbol."""
        with self._lock:
            return self._latest.get(symbol)

    def latest(self, symbols: Sequence[str] | None = None) -> list[Tick]:
        """Return the latest ticks by symbol, of all symbols when None; those without a tick are left out."""
        with self._lock:
            wanted = sorted(self._latest) if symbols is None else [one for one in symbols if one in self._latest]
            return [self._latest[symbol] for symbol in wanted]

    def begin(self, feed: str) -> None:
        """Forget everything and begin with a feed, so that prices of another one never mix with its own."""
        with self._lock:
            self.feed = feed
            self._latest.clear()
            self._untold.clear()

    def __len__(self) -> int:
        return len(self._latest)
