"""What did a portfolio earn today at live prices, and which holdings and exchange rates brought that about?

The prices of the overlay (`services.live_overlay`) against the close of the session before; without live prices the
result of the last stored session. Nothing is stored, and no worker is asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from data.feeds.ticks import Tick
from services import formatting
from services.auth.actor import Actor
from services.live_closes import day_note
from services.live_overlay import LiveOverlay, Move, moved
from services.messages.live import FeedMode, FeedState, FeedView
from services.messages.performance_today import HoldingToday, TodayView
from services.messages.portfolios import PortfolioSummary

ZERO = Decimal("0.00")
NAMED_COUNT = 2


class PerformanceToday:
    """Takes the day's result apart.

    Parameters
    ----------
    overlay : LiveOverlay

    """

    def __init__(self, overlay: LiveOverlay) -> None:
        self._overlay = overlay

    def read(self, portfolio_id: str, actor: Actor) -> TodayView:
        """Return the day's result of a portfolio by holding.

        Raises
        ------
        NotFound
            There is none, or none for this actor.

        """
        seen = self._overlay.look(portfolio_id, actor)
        return today_of(seen.portfolio, seen.moves, seen.ticks, seen.feed)


def today_of(one: PortfolioSummary, moves: Sequence[Move], ticks: Mapping[str, Tick], feed: FeedView) -> TodayView:
    """Return the day's result that holdings make up, at live prices where there are any."""
    value_ccy, day_ccy, live_count = moved(one, moves)
    is_live = live_count > 0
    start_ccy = None if value_ccy is None or day_ccy is None else value_ccy - day_ccy
    holdings = [_holding(move, ticks.get(move.held.symbol), start_ccy, is_live=is_live) for move in moves]
    holdings.sort(key=lambda held: (held.day_pnl_ccy is None, -(held.day_pnl_ccy or ZERO), held.symbol))
    known = [held.day_pnl_ccy for held in holdings if held.day_pnl_ccy is not None]
    currencies = [held.fx_pnl_ccy for held in holdings]
    fx_ccy = None if not is_live or None in currencies else sum((part for part in currencies if part), ZERO)
    is_told = start_ccy is not None and start_ccy > 0 and day_ccy is not None
    view = TodayView(
        portfolio_id=one.id,
        portfolio_name=one.name,
        base_currency=one.base_currency,
        as_of=one.as_of,
        is_live=is_live,
        start_ccy=start_ccy,
        value_ccy=value_ccy,
        day_pnl_ccy=day_ccy,
        return_frac=float(day_ccy / start_ccy) if is_told and day_ccy is not None and start_ccy else None,
        fx_pnl_ccy=fx_ccy,
        other_pnl_ccy=None if is_live or day_ccy is None else day_ccy - sum(known, ZERO),
        live_count=live_count,
        holdings_count=len(moves),
        sentence="",
        notes=tuple(_notes(one, moves, feed, is_live=is_live)),
        holdings=tuple(holdings),
        feed=feed,
    )
    return view.model_copy(update={"sentence": _sentence(view)})


def _holding(move: Move, tick: Tick | None, start_ccy: Decimal | None, *, is_live: bool) -> HoldingToday:
    held = move.held
    day_ccy = held.day_pnl_ccy if not is_live else (move.day_ccy if held.value_ccy is not None else None)
    is_quoted = move.is_price_live and tick is not None
    change = None
    if is_quoted and tick is not None and tick.previous_close:
        change = tick.price / tick.previous_close - 1.0
    is_share = day_ccy is not None and start_ccy is not None and start_ccy > 0
    return HoldingToday(
        asset_id=held.asset_id,
        symbol=held.symbol,
        name=held.name,
        currency=held.currency,
        price=move.price,
        change_frac=change,
        value_ccy=None if held.value_ccy is None else held.value_ccy + move.moved_ccy,
        day_pnl_ccy=day_ccy,
        contribution_frac=float(day_ccy / start_ccy) if is_share and day_ccy is not None and start_ccy else None,
        fx_pnl_ccy=move.fx_ccy if is_live and held.value_ccy is not None else None,
        is_price_live=move.is_price_live,
        is_rate_live=move.is_rate_live,
        priced_at_utc=tick.event_time_utc if is_quoted and tick is not None else None,
        session=(tick.session if tick is not None else None) if is_quoted else held.price_date,
    )


def _sentence(view: TodayView) -> str:
    """Return the answer: what the day brought, and which holdings up and down."""
    when = "Today" if view.is_live else f"On {formatting.day_short(view.as_of)}, the last stored session,"
    if view.holdings_count == 0 and view.day_pnl_ccy is None:
        return f"{view.portfolio_name} holds nothing whose price could move."
    if view.day_pnl_ccy is None:
        return f"{when} the result is not known." if not view.is_live else "Today's result is not known yet."
    amount = formatting.money(view.day_pnl_ccy, view.base_currency, signed=True)
    share = "" if view.return_frac is None else f" ({formatting.rate(view.return_frac, signed=True)})"
    told = [held for held in view.holdings if held.day_pnl_ccy]
    ups = [_named(held) for held in told if (held.day_pnl_ccy or ZERO) > 0][:NAMED_COUNT]
    downs = [_named(held) for held in reversed(told) if (held.day_pnl_ccy or ZERO) < 0][:NAMED_COUNT]
    parts = [f"Most up: {', '.join(ups)}." if ups else "", f"Most down: {', '.join(downs)}." if downs else ""]
    return " ".join(part for part in (f"{when} {amount}{share}.", *parts) if part)


def _named(held: HoldingToday) -> str:
    share = "" if held.contribution_frac is None else f" {formatting.rate(held.contribution_frac, signed=True)}"
    return f"{held.symbol}{share}"


def _notes(one: PortfolioSummary, moves: Sequence[Move], feed: FeedView, *, is_live: bool) -> list[str]:
    """Return what must be known of the prices: whose they are, how old, and what is not live."""
    if not is_live:
        if feed.state is FeedState.OFF:
            last = formatting.day_short(one.as_of)
            return [f"No feed of live prices runs, so this is the last stored session, {last}. Start one at the light."]
        return [feed.sentence, "None of the holdings has a live price, so this is the last stored session."]
    is_replay = feed.mode is FeedMode.REPLAY
    notes = [
        "The prices are a replay of recorded ones: this is no result of today's market." if is_replay else feed.sentence
    ]
    if feed.age_s is not None and not is_replay:
        oldest = "" if feed.oldest_age_s is None else f", the oldest {formatting.duration(1000 * feed.oldest_age_s)}"
        notes.append(f"The middle price is {formatting.duration(1000 * feed.age_s)} old{oldest}.")
    still = [move.held.symbol for move in moves if not move.is_live]
    if still:
        count = formatting.count(len(still), "holding")
        notes.append(f"{count} without a live price counts at the last close and adds nothing to the day.")
    unknown = day_note([move.held.symbol for move in moves if move.day_ccy is None])
    return [*notes, unknown] if unknown else notes
