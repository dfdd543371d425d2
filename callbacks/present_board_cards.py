"""How do the day, the largest holdings, the sectors, tasks and what happened read on the dashboard?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc, html

from components.bar_table import Bar, bar_table
from components.empty_state import empty_state
from components.toast import notice
from services import formatting
from services.formatting import Style
from services.messages.dashboard import (
    DashboardToday,
    DayMove,
    Happening,
    Sectors,
    SectorShare,
    Tasks,
    TopHolding,
    TopHoldings,
)
from services.number_style import in_style

CASH = "Cash"
HAPPENINGS_SHOWN_COUNT = 12


def today(view: DashboardToday, style: Style, *, symbol: str | None = None) -> Any:
    """Return what moved the day, the gains first."""
    shown = [*view.ups, *reversed(view.downs)]
    longest = max((abs(float(one.day_pnl_ccy)) for one in shown), default=0.0)
    decimals = formatting.money_decimals(one.day_pnl_ccy for one in shown)
    bars = [_move(one, longest, style, is_on=one.symbol == symbol, decimals=decimals) for one in shown]
    parts: list[Any] = [_finding(in_style(view.sentence, style), [in_style(note, style) for note in view.notes])]
    if not bars:
        return [*parts, html.P("No holding moved.", className="muted board-pad")]
    parts.append(
        bar_table(
            bars,
            heads=(view.currency, "Share"),
            caption="What each asset added to the day",
            name_head="Asset",
            bar_head="Gain or loss",
            is_two_sided=True,
        )
    )
    if view.other_count:
        others = formatting.count(view.other_count, "other asset", style=style)
        rest = formatting.money(view.other_pnl_ccy, view.currency, style=style, signed=True)
        parts.append(html.P(f"{others} and cash: {rest}.", className="board-notes"))
    if view.unknown_symbols:
        names = ", ".join(view.unknown_symbols[:5])
        parts.append(html.P(f"The day of {names} is not known.", className="board-notes"))
    return parts


def holdings(view: TopHoldings, style: Style, *, symbol: str | None = None) -> Any:
    """Return the largest assets over all portfolios."""
    longest = max((abs(one.weight_frac or 0.0) for one in view.holdings), default=0.0)
    bars = [_holding(one, longest, style, is_on=one.symbol == symbol) for one in view.holdings]
    found = _finding(in_style(view.sentence, style), [in_style(note, style) for note in view.notes])
    if not bars:
        return [found]
    table = bar_table(
        bars,
        heads=("Weight", view.currency, "Portfolios"),
        caption="Largest assets over all portfolios",
        name_head="Asset",
        bar_head="Weight",
    )
    return [found, table]


def sectors(view: Sectors, style: Style, *, sector: str | None = None) -> Any:
    """Return the sectors, each with a mark where its benchmark stands."""
    both = [abs(one.weight_frac) for one in view.sectors] + [one.benchmark_frac or 0.0 for one in view.sectors]
    longest = max(both, default=0.0)
    has_benchmark = view.compared_count > 0
    bars = [
        _sector(one, longest, style, is_on=one.sector == sector, has_benchmark=has_benchmark) for one in view.sectors
    ]
    found = _finding(in_style(view.sentence, style), [in_style(note, style) for note in view.notes])
    if not bars:
        return [found]
    table = bar_table(
        bars,
        heads=("Weight", "Bench.", "Distance") if has_benchmark else ("Weight", view.currency),
        caption="Weight by sector beside the benchmarks" if has_benchmark else "Weight by sector",
        name_head="Sector",
        bar_head="Weight; the mark is the benchmark" if has_benchmark else "Weight",
    )
    return [found, table]


def tasks(view: Tasks, style: Style) -> Any:
    """Return what waits, the decisions first."""
    if not view.tasks:
        return empty_state("Nothing waits for you", "Decisions and drafts appear here.", glyph="check2-circle", level=3)
    entries = [
        notice(
            in_style(one.title, style),
            in_style(one.sentence, style),
            formatting.moment(one.since_utc),
            tone="warn" if one.is_decision else "info",
            href=one.link,
        )
        for one in view.tasks
    ]
    return [_finding(in_style(view.sentence, style), ()), html.Div(entries, className="board-pad")]


def activity(happened: Sequence[Happening], style: Style) -> Any:
    """Return what happened, the newest first."""
    if not happened:
        return empty_state("Nothing has happened yet", "Runs, targets, files and decisions appear here.",
                           glyph="activity", level=3)  # fmt: skip
    entries = [
        notice(
            in_style(one.title, style),
            in_style(one.sentence, style),
            " · ".join(part for part in (formatting.moment(one.at_utc), one.who) if part),
            tone=one.tone,
            href=one.link,
        )
        for one in happened[:HAPPENINGS_SHOWN_COUNT]
    ]
    return html.Div([*entries, dcc.Link("All runs", href="/runs", className="board-more")], className="board-pad")


def _finding(sentence: str, notes: Sequence[str]) -> html.Div:
    """Return the card's finding, and what must be known of it."""
    words = [html.P(sentence, className="board-finding")]
    words += [html.P(note, className="board-notes") for note in notes]
    return html.Div(words, className="board-words")


def _move(one: DayMove, longest: float, style: Style, *, is_on: bool, decimals: int | None = None) -> Bar:
    amount = float(one.day_pnl_ccy)
    return Bar(
        name=one.symbol,
        title=f"{one.name} in {formatting.count(one.portfolios_count, 'portfolio', style=style)}",
        length_frac=amount / longest if longest else 0.0,
        cells=(
            formatting.money(one.day_pnl_ccy, style=style, signed=True, decimals=decimals),
            formatting.rate(one.contribution_frac, style=style, signed=True),
        ),
        sign="up" if amount >= 0 else "down",
        filter=("symbol", one.symbol),
        href=f"/market/{one.symbol}",
        is_on=is_on,
    )


def _holding(one: TopHolding, longest: float, style: Style, *, is_on: bool) -> Bar:
    share = one.weight_frac or 0.0
    most = formatting.weight(one.most_weight_frac, style=style)
    return Bar(
        name=one.symbol,
        title=f"{one.name}; most in {one.most_portfolio_name} with {most}",
        length_frac=abs(share) / longest if longest else 0.0,
        cells=(
            formatting.weight(one.weight_frac, style=style),
            formatting.money(one.value_ccy, style=style),
            formatting.number(one.portfolios_count, 0, style=style),
        ),
        sign="down" if share < 0 else "plain",
        filter=("symbol", one.symbol),
        href=f"/market/{one.symbol}",
        is_on=is_on,
        note="Sample, fictitious" if one.is_sample else None,
    )


def _sector(one: SectorShare, longest: float, style: Style, *, is_on: bool, has_benchmark: bool) -> Bar:
    mark = None if one.benchmark_frac is None or not longest else one.benchmark_frac / longest
    beside = (
        formatting.weight(one.benchmark_frac, style=style),
        formatting.points(one.active_frac, style=style, signed=True),
    )
    return Bar(
        name=one.sector,
        title=one.sector,
        length_frac=abs(one.weight_frac) / longest if longest else 0.0,
        cells=(
            formatting.weight(one.weight_frac, style=style),
            *(beside if has_benchmark else (formatting.money(one.value_ccy, style=style),)),
        ),
        sign="down" if one.weight_frac < 0 else "plain",
        mark_frac=mark,
        filter=None if one.sector == CASH else ("sector", one.sector),
        href=None,
        is_on=is_on,
    )
