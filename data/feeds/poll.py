"""How are last prices asked for again and again, without asking too often when a source fails?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from data.feeds.ticks import LastClose, Tick, is_repeat, problem_of

INTERVAL_MIN_S = 5.0
INTERVAL_MAX_S = 3600.0
WAIT_MAX_S = 300.0


class PollFeed:
    """Asks for the last prices of some symbols every few seconds.

    Parameters
    ----------
    ask : callable
        Returns ticks of the symbols; raises when the source fails.
    followed : callable
        Returns what to ask for now, by symbol, with the currency in which each is quoted here.
    interval_s : float
        Seconds between two questions while all is well; doubled after each failure, up to five minutes.
    closes : callable
        Returns the last stored closes by symbol, which prices are held against.
    """

    def __init__(
        self,
        ask: Callable[[Sequence[str]], Sequence[Tick]],
        followed: Callable[[], Mapping[str, str]],
        interval_s: float,
        closes: Callable[[], Mapping[str, LastClose]] = dict,
    ) -> None:
        self._ask = ask
        self._followed = followed
        self._closes = closes
        self._interval_s = min(INTERVAL_MAX_S, max(INTERVAL_MIN_S, interval_s))
        self._failures_count = 0
        self._last: dict[str, Tick] = {}
        self.refused: list[str] = []

    def take(self, now_utc: datetime) -> list[Tick]:
        """Ask, and return the prices that are new and can be believed; `refused` says what was wrong with others."""
        try:
            currencies = self._followed()
            answered = self._ask(tuple(currencies))
            closes = self._closes()
        except Exception:
            self._failures_count += 1
            raise
        self._failures_count = 0
        fresh: list[Tick] = []
        self.refused = []
        for tick in answered:
            last = self._last.get(tick.symbol)
            if is_repeat(tick, last):
                continue
            problem = problem_of(tick, last, currencies.get(tick.symbol), now_utc, closes.get(tick.symbol))
            if problem is not None:
                self.refused.append(problem)
                continue
            self._last[tick.symbol] = tick
            fresh.append(tick)
        return fresh

    def pause_s(self) -> float:
        """Return after how many seconds to ask again."""
        return float(min(max(WAIT_MAX_S, self._interval_s), self._interval_s * 2**self._failures_count))
