"""How is recorded history played again, at any speed and the same way each time?

A tape holds one row a recorded bar time (a slot) and one column a symbol. A slot of a daily tape lasts one trading day
of 6.5 hours, one of a minute tape a minute; nights and weekends are skipped. Within a slot the symbols are told one
after the other, evenly spread, so that cells change one by one as they do in a market; the prices are the recorded
ones, none is made up. Where the tape stands follows from the clock alone: a process that takes over goes on there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from data.feeds.ticks import Tick

DAY_SLOT_S = 23_400.0
MINUTE_SLOT_S = 60.0
SPEED_MIN = 1.0
SPEED_MAX = 100_000.0
TURN_S = 0.05
"""How often a tape that plays is looked at."""


@dataclass(frozen=True)
class Tape:
    """Recorded prices of some symbols.

    Parameters
    ----------
    symbols, currencies : tuple of str
        Columns.
    times : array of datetime64[s], shape (slots,)
        Strictly increasing: midnight of the session for daily bars, the bar's own UTC time for minutes.
    prices : array of float64, shape (slots, symbols)
        NaN where a symbol has no bar; it is then not told.
    slot_s : float
        Recorded seconds of one slot.
    first_slot : int
        Where playing begins; rows before it only say what stood before.
    days : array of datetime64[D], shape (slots,), or None
        The session of each slot, never falling; its date in UTC when None.
    """

    symbols: tuple[str, ...]
    currencies: tuple[str, ...]
    times: NDArray[np.datetime64] = field(repr=False)
    prices: NDArray[np.float64] = field(repr=False)
    slot_s: float = DAY_SLOT_S
    first_slot: int = 0
    days: NDArray[np.datetime64] | None = field(default=None, repr=False)

    @property
    def length_s(self) -> float:
        """Recorded seconds from the first slot to the end."""
        return float(len(self.times) - self.first_slot) * self.slot_s

    @property
    def is_daily(self) -> bool:
        """Whether a slot is a session rather than a minute."""
        return self.slot_s == DAY_SLOT_S

    def told_count(self, position_s: float) -> int:
        """Return how many cells of the tape have been told at a position, counted from the first slot."""
        cells = len(self.symbols) * (len(self.times) - self.first_slot)
        return min(cells, max(0, int(position_s / self.slot_s * len(self.symbols) + 1e-9)))

    def between(self, told_count: int, upto_count: int) -> list[Tick]:
        """Return the latest tick of each symbol among the cells from one count to another, in the order of telling."""
        width = len(self.symbols)
        start = max(told_count, upto_count - width)  # older cells of the same symbols are overtaken
        ticks = []
        for cell in range(start, upto_count):
            slot, column = self.first_slot + cell // width, cell % width
            found = self._tick(slot, column)
            if found is not None:
                ticks.append(found)
        if start > told_count:
            ticks = self._overtaken(told_count, start, ticks) + ticks
        return ticks

    def before(self) -> list[Tick]:
        """Return what each symbol stood at before the first slot; of the first slot itself where nothing is older."""
        if self.first_slot == 0:
            return []
        return [one for column in range(len(self.symbols)) if (one := self._latest(self.first_slot - 1, column, 0))]

    def _overtaken(self, told_count: int, start: int, later: Sequence[Tick]) -> list[Tick]:
        """Return symbols that have no bar in the last slot but had one among the cells that were skipped."""
        width = len(self.symbols)
        known = {tick.symbol for tick in later}
        low, high = self.first_slot + told_count // width, self.first_slot + start // width
        columns = [column for column, symbol in enumerate(self.symbols) if symbol not in known]
        return [one for column in columns if (one := self._latest(high, column, low))]

    def _latest(self, slot: int, column: int, low: int) -> Tick | None:
        """Return the latest bar of a symbol at or before a slot, not before another."""
        rows = np.flatnonzero(np.isfinite(self.prices[low : slot + 1, column]))
        return self._tick(low + int(rows[-1]), column) if rows.size else None

    def _tick(self, slot: int, column: int) -> Tick | None:
        price = float(self.prices[slot, column])
        if not np.isfinite(price):
            return None
        earlier = self.prices[max(0, slot - 10) : slot, column]  # of a daily tape: a close that is not too old
        if not self.is_daily:
            earlier = self.prices[: self._day_start(slot), column]
        known = earlier[np.isfinite(earlier)]
        at: datetime = self.times[slot].astype("datetime64[s]").astype(object)
        session: date = self._day(slot).astype(object)
        return Tick(
            self.symbols[column],
            price,
            self.currencies[column],
            event_time_utc=None if self.is_daily else at.replace(tzinfo=UTC),
            session=session,
            previous_close=float(known[-1]) if known.size else None,
        )

    def _day_start(self, slot: int) -> int:
        """Return the first slot of the same session."""
        days = self.times.astype("datetime64[D]") if self.days is None else self.days
        return int(np.searchsorted(days, self._day(slot)))

    def _day(self, slot: int) -> np.datetime64:
        """Return the session of a slot."""
        return np.datetime64(self.times[slot] if self.days is None else self.days[slot], "D")


class ReplayFeed:
    """Plays a tape.

    Parameters
    ----------
    tape : Tape
        With at least one slot to play.
    speed : float
        Recorded seconds in one second, from 1 to 100,000.
    anchor_utc : datetime
        When the tape stood at ``anchor_s``.
    anchor_s : float
        Recorded seconds.
    is_loop : bool
        Whether it begins anew at its end.
    is_paused : bool
        A paused tape stands at ``anchor_s``.
    """

    def __init__(
        self,
        tape: Tape,
        speed: float,
        anchor_utc: datetime,
        anchor_s: float = 0.0,
        *,
        is_loop: bool = False,
        is_paused: bool = False,
    ) -> None:
        self.tape = tape
        self._speed = min(SPEED_MAX, max(SPEED_MIN, speed))
        self._anchor_utc = anchor_utc
        self._anchor_s = anchor_s
        self._is_loop = is_loop
        self._is_paused = is_paused
        self._told_count = -1
        self._round = 0

    def position_s(self, now_utc: datetime) -> float:
        """Return how many recorded seconds have been played, over all rounds."""
        gone = timedelta(0) if self._is_paused else max(timedelta(0), now_utc - self._anchor_utc)
        return self._anchor_s + gone.total_seconds() * self._speed

    def is_over(self, now_utc: datetime) -> bool:
        """Return whether the tape has come to its end and does not begin anew."""
        return not self._is_loop and self.position_s(now_utc) >= self.tape.length_s

    def take(self, now_utc: datetime) -> list[Tick]:
        """Return what was played since the last call; the first time, what stood before as well."""
        position_s = self.position_s(now_utc)
        number, place_s = divmod(position_s, self.tape.length_s) if self._is_loop else (0.0, position_s)
        upto = self.tape.told_count(place_s)
        if self._told_count < 0 or int(number) != self._round:
            self._told_count, self._round = 0, int(number)
            ticks = {tick.symbol: tick for tick in self.tape.before()}
            ticks.update({tick.symbol: tick for tick in self.tape.between(0, upto)})
            self._told_count = upto
            return list(ticks.values())
        ticks_now = self.tape.between(self._told_count, upto)
        self._told_count = upto
        return ticks_now

    def pause_s(self) -> float:
        """Return how soon there can be something new."""
        return 0.5 if self._is_paused else TURN_S
