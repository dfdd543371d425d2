"""What moved the day of all portfolios: which assets added most, and which took most?

The moves of the live overlay, asset by asset over all portfolios, brought into one currency; a portfolio without any
live price counts with its last stored session.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from data.feeds.ticks import Tick
from services import formatting
from services.auth.actor import Actor
from services.dashboard_book import Book, Entry
from services.live import Live
from services.live_overlay import Move, move_of, moved
from services.live_rates import moved_rate
from services.messages.dashboard import DashboardToday, DayMove
from services.messages.live import FeedMode, FeedView, LiveRate
from services.messages.portfolios import Holding

ZERO = Decimal("0.00")
TOP_COUNT = 5
NAMED_COUNT = 2


@dataclass
class _Moved:
    """One asset over all portfolios, while it is summed."""

    held: Holding
    total: Decimal = Decimal(0)
    portfolios_count: int = 0
    is_live: bool = False


@dataclass
class _Sums:
    """What is summed over the portfolios."""

    day: Decimal = Decimal(0)
    start: Decimal = Decimal(0)
    known_count: int = 0
    live_count: int = 0
    ends: set[date] = field(default_factory=set)
    assets: dict[str, _Moved] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)
    unheard: set[str] = field(default_factory=set)  # in portfolios that are silent: others may know them
    silent: list[str] = field(default_factory=list)


class DayReader:
    """Takes the day of all portfolios apart.

    Parameters
    ----------
    live : Live

    """

    def __init__(self, live: Live) -> None:
        self._live = live

    def read(self, book: Book, actor: Actor) -> DashboardToday:
        """Return the day of the counted portfolios by asset; with a filter, of what it lets through."""
        ticks = {tick.symbol: tick for tick in self._live.houses.of(actor.tenant_id).latest()}
        known_rates: dict[tuple[str, tuple[str, ...], date | None], tuple[LiveRate, ...]] = {}
        sums = _Sums()
        for one in book.counted:
            summary = one.whole.summary
            currencies = tuple(sorted({held.currency for held in one.whole.holdings}))
            key = (summary.base_currency, currencies, summary.as_of)
            if key not in known_rates:
                known_rates[key] = self._live.rates(summary.base_currency, currencies, summary.as_of, actor)
            _add(sums, one, _moves(one, ticks, known_rates[key]), book)
        return _told(sums, book, self._live.feed(actor))


def _moves(one: Entry, ticks: Mapping[str, Tick], rates: Sequence[LiveRate]) -> list[Move]:
    base = one.whole.summary.base_currency
    now = {rate.currency: moved_rate(rate, base, ticks) for rate in rates}
    still = moved_rate(None, base, ticks)
    return [move_of(held, ticks.get(held.symbol), now.get(held.currency, still)) for held in one.whole.holdings]


def _add(sums: _Sums, one: Entry, moves: Sequence[Move], book: Book) -> None:
    """Add one portfolio to the sums; a portfolio whose day is unknown adds nothing and is named."""
    summary = one.whole.summary
    value_ccy, day_ccy, live_count = moved(summary, moves)
    is_live = live_count > 0
    parts = [(move, _part(move, is_live=is_live)) for move in moves if book.lets_through(move.held)]
    if book.is_filtered:
        known = [part for _, part in parts if part is not None]
        day_ccy = sum(known, Decimal(0)) if known else None
    day, value = one.into(day_ccy), one.into(value_ccy)
    whole_day = one.into(moved(summary, moves)[1])
    if day is None or value is None:
        if not book.is_filtered or parts:
            sums.silent.append(summary.name)
        sums.unheard |= {move.held.symbol for move, part in parts if part is None}
        return
    sums.known_count += 1
    sums.live_count += live_count
    sums.day += day
    sums.start += value - (day if whole_day is None else whole_day)
    if summary.as_of is not None and not is_live:
        sums.ends.add(summary.as_of)
    for move, part in parts:
        amount = one.into(part)
        if amount is None:
            sums.unknown.add(move.held.symbol)
            continue
        asset = sums.assets.setdefault(move.held.asset_id, _Moved(move.held))
        asset.total += amount
        asset.portfolios_count += 1
        asset.is_live = asset.is_live or move.is_live


def _part(move: Move, *, is_live: bool) -> Decimal | None:
    """Return what a holding added: live, or on the last stored session."""
    if not is_live:
        return move.held.day_pnl_ccy
    return move.day_ccy if move.held.value_ccy is not None else None


def _told(sums: _Sums, book: Book, feed: FeedView) -> DashboardToday:
    moves = [_day_move(one, sums.start) for one in sums.assets.values()]
    ups = sorted((one for one in moves if one.day_pnl_ccy > 0), key=lambda one: (-one.day_pnl_ccy, one.symbol))
    downs = sorted((one for one in moves if one.day_pnl_ccy < 0), key=lambda one: (one.day_pnl_ccy, one.symbol))
    shown = [*ups[:TOP_COUNT], *downs[:TOP_COUNT]]
    is_known = sums.known_count > 0
    day = sums.day.quantize(ZERO) if is_known else None
    view = DashboardToday(
        currency=book.currency,
        is_live=sums.live_count > 0,
        as_of=max(sums.ends, default=None),
        day_pnl_ccy=day,
        start_ccy=sums.start.quantize(ZERO) if is_known else None,
        return_frac=float(sums.day / sums.start) if is_known and sums.start > 0 else None,
        ups=tuple(ups[:TOP_COUNT]),
        downs=tuple(downs[:TOP_COUNT]),
        other_pnl_ccy=None if day is None else day - sum((one.day_pnl_ccy for one in shown), ZERO),
        other_count=len(moves) - len(shown),
        unknown_symbols=tuple(
            sorted(sums.unknown | (sums.unheard - {one.held.symbol for one in sums.assets.values()}))
        ),
        sentence="",
        notes=tuple(_notes(sums, feed)),
        feed=feed,
    )
    return view.model_copy(update={"sentence": _sentence(view)})


def _day_move(one: _Moved, start: Decimal) -> DayMove:
    return DayMove(
        asset_id=one.held.asset_id,
        symbol=one.held.symbol,
        name=one.held.name,
        sector=one.held.sector,
        day_pnl_ccy=one.total.quantize(ZERO),
        contribution_frac=float(one.total / start) if start > 0 else None,
        portfolios_count=one.portfolios_count,
        is_live=one.is_live,
    )


def _sentence(view: DashboardToday) -> str:
    """Return the finding: what the day brought, and by which assets."""
    if view.day_pnl_ccy is None:
        return "The day's result is not known."
    when = "Today" if view.is_live else f"On {formatting.day_short(view.as_of)}" if view.as_of else "The last session"
    amount = formatting.money(view.day_pnl_ccy, view.currency, signed=True)
    share = "" if view.return_frac is None else f" ({formatting.rate(view.return_frac, signed=True)})"
    ups = ", ".join(one.symbol for one in view.ups[:NAMED_COUNT])
    downs = ", ".join(one.symbol for one in view.downs[:NAMED_COUNT])
    parts = [f"{when} {amount}{share}.", f"Up most by {ups}." if ups else "", f"Down most by {downs}." if downs else ""]
    return " ".join(part for part in parts if part)


def _notes(sums: _Sums, feed: FeedView) -> list[str]:
    notes = []
    if sums.live_count and feed.mode is FeedMode.REPLAY:
        notes.append("The prices are a replay of recorded ones: this is no result of today's market.")
    elif sums.live_count:
        notes.append(feed.sentence)
    else:
        notes.append("No live prices: this is the last stored session.")
    if sums.silent:
        names = ", ".join(sums.silent[:3])
        more = f" and {len(sums.silent) - 3} more" if len(sums.silent) > 3 else ""
        notes.append(f"The day of {names}{more} is not known and not in the sum.")
    return notes
