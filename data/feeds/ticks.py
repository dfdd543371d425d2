"""What is one tick, and which ticks cannot be believed?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

AHEAD_MAX = timedelta(seconds=5)
"""How far a source's clock may run ahead of ours."""
OLD_MAX = timedelta(days=7)
"""A price that was paid longer ago is history, not news."""
PRICE_MAX = 1e12
PRICE_MIN = 1e-9
FACTOR_MAX = 50.0
"""A price this many times its last close, or one part in so many, is in another unit: no market moves so."""


@dataclass(frozen=True, slots=True)
class Tick:
    """One price of one symbol.

    Parameters
    ----------
    symbol : str
        The product's own symbol.
    price : float
        In ``currency``, above zero.
    currency : str
    event_time_utc : datetime or None
        When it was paid; None for a recorded bar of which only the session is known.
    session : date or None
        The exchange's session that it belongs to.
    bid, ask, volume, previous_close : float or None
        None where the source does not say.
    """

    symbol: str
    price: float
    currency: str
    event_time_utc: datetime | None = None
    session: date | None = None
    bid: float | None = None
    ask: float | None = None
    volume: float | None = None
    previous_close: float | None = None


@dataclass(frozen=True, slots=True)
class LastClose:
    """The last stored close of a symbol, in its own currency and above zero, and the session that it is of."""

    price: float
    session: date


class Feed(Protocol):
    """A source of ticks that is asked in turns by one thread."""

    def take(self, now_utc: datetime) -> list[Tick]:
        """Return what is new since the last call; raises what `data.errors` names when the source fails."""
        ...

    def pause_s(self) -> float:
        """Return after how many seconds it wants to be asked again."""
        ...


def problem_of(
    tick: Tick, last: Tick | None, currency: str | None, now_utc: datetime, close: LastClose | None = None
) -> str | None:
    """Return why a tick of an outside source is refused, as a sentence; None for one that counts.

    Parameters
    ----------
    tick : Tick
        With an aware event time.
    last : Tick or None
        The tick of the same symbol that counted last.
    currency : str or None
        In which the symbol is quoted here; None for a symbol that is not known.
    now_utc : datetime
        Our clock.
    close : LastClose or None
        What the price is held against; None where nothing is stored of the symbol.
    """
    if currency is None:
        return f"There is no asset with the symbol {tick.symbol!r}."
    if not math.isfinite(tick.price) or not PRICE_MIN <= tick.price <= PRICE_MAX:
        return f"The price of {tick.symbol} must be a number above zero, from {PRICE_MIN:g} to {PRICE_MAX:g}."
    before = tick.previous_close
    if before is not None and not (math.isfinite(before) and PRICE_MIN <= before <= PRICE_MAX):
        return f"previous_close of {tick.symbol} must be a number from {PRICE_MIN:g} to {PRICE_MAX:g}, or be left out."
    for name in ("bid", "ask", "volume"):
        value = getattr(tick, name)
        if value is not None and (not math.isfinite(value) or value < 0):
            return f"{name} of {tick.symbol} must be a number from zero on, or be left out."
    if tick.bid is not None and tick.ask and tick.bid > tick.ask:  # many sources write an ask of 0 for none
        crossed = f"The bid of {tick.symbol}, {_plain(tick.bid)}, lies above its ask, {_plain(tick.ask)}"
        return f"{crossed}; check both, or leave them out."
    if tick.currency != currency:
        return f"{tick.symbol} is quoted in {currency} here, not in {tick.currency}."
    return _unit_problem(tick, close) or _time_problem(tick, last, now_utc)


def _unit_problem(tick: Tick, close: LastClose | None) -> str | None:
    """Return why a price is of another unit than what it is held against, such as cents; None for one that is not.

    The close may be years old, so that only factors count which no market makes: the usual one is 100.
    """
    if close is not None and _is_other_unit(tick.price, close.price):
        return (
            f"The price of {tick.symbol}, {_plain(tick.price)}, is {_plain(tick.price / close.price)} times its last"
            f" stored close, {_plain(close.price)} of {close.session.isoformat()}; check its unit. If the price has"
            " truly moved so far, import a close at the new level: new prices are held against it within a minute."
        )
    before = tick.previous_close
    if before is not None and _is_other_unit(tick.price, before):
        return (
            f"The price of {tick.symbol}, {_plain(tick.price)}, is {_plain(tick.price / before)} times its"
            f" previous_close, {_plain(before)}; check the unit of both."
        )
    return None


def _is_other_unit(price: float, held_against: float) -> bool:
    return not held_against / FACTOR_MAX < price < held_against * FACTOR_MAX


def _plain(value: float) -> str:
    return f"{value:,.2f}" if value >= 1 else f"{value:.4g}"


def _time_problem(tick: Tick, last: Tick | None, now_utc: datetime) -> str | None:
    """Return what is wrong with the time of a tick."""
    at_utc = tick.event_time_utc
    if at_utc is None or at_utc.tzinfo is None:
        return f"The time of {tick.symbol} must name its zone, such as 2026-01-05T14:30:00Z."
    if at_utc > now_utc + AHEAD_MAX:
        ahead_s = (at_utc - now_utc).total_seconds()
        return f"The time of {tick.symbol} lies {ahead_s:.0f} s in the future; check the clock that stamps it."
    if at_utc < now_utc - OLD_MAX:
        return f"The price of {tick.symbol} is older than {OLD_MAX.days} days; import it as history instead."
    if last is not None and last.event_time_utc is not None and at_utc < last.event_time_utc:
        return f"A later price of {tick.symbol} arrived before; this one came out of order."
    return None


def is_repeat(tick: Tick, last: Tick | None) -> bool:
    """Return whether a tick says again what is known: same time, same price."""
    return last is not None and (tick.event_time_utc, tick.price) == (last.event_time_utc, last.price)
