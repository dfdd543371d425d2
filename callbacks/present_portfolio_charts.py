"""Which charts does the page of a portfolio show, and from which day on?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import quote

from dash import dcc, html

from callbacks.actor import preferences
from callbacks.present_portfolio import classes, sectors
from components.card import card, columns
from components.graph import chart
from components.ids import Portfolio
from components.toast import banner
from services.charts.allocation import allocation_bars
from services.charts.history import drawdown, value_history
from services.charts.tokens import Theme
from services.market_marks import marked, rates_named
from services.messages.portfolios import Holding, PortfolioDetail, ValueHistory
from services.number_style import in_style

_DAYS: Final[dict[str, int]] = {"1m": 31, "6m": 183, "1y": 365, "3y": 1096, "5y": 1826}


def theme_of(shown: str | None) -> Theme:
    """Return the theme that the browser shows; light until it has said so."""
    return "dark" if shown == "dark" else "light"


def look_of(shown: str | None) -> dict[str, Any]:
    """Return theme, number format and sign colors as charts take them: those of the page and of the account."""
    likes = preferences()
    return {"theme": theme_of(shown), "style": likes.number_format, "signs": likes.sign_palette}


def start_of(period: str, as_of: date | None) -> date | None:
    """Return the first day of a period that ends on the as-of day; None for the whole history."""
    if as_of is None:
        return None
    if period == "ytd":
        return date(as_of.year - 1, 12, 31)
    days = _DAYS.get(period)
    return None if days is None else as_of - timedelta(days=days)


def allocation(one: PortfolioDetail, holdings: Sequence[Holding], theme: str | None) -> Any:
    """Return the bars by sector and by asset class."""
    shown = look_of(theme)
    mark = marked([holding.symbol for holding in holdings if holding.is_sample])
    limit = one.house_limits.sector_max_frac
    by_sector = sectors(holdings)
    limits = None if limit is None else dict.fromkeys(by_sector, limit)
    figure = allocation_bars(by_sector, by="sector", limits=limits, as_of=one.as_of, mark=mark, **shown)
    by_class = allocation_bars(classes(holdings, one), by="asset class", as_of=one.as_of, mark=mark, **shown)
    height = 110 + 46 * len(by_sector)
    return columns(
        card([chart(figure, id=Portfolio.CHART_SECTORS, height_px=height), _into_sectors(one.id, holdings)]),
        card(chart(by_class, id=Portfolio.CHART_CLASSES, height_px=210)),
    )


def _into_sectors(portfolio_id: str, holdings: Sequence[Holding]) -> Any:
    """Lead from each sector to its holdings; the way back is the browser's."""
    named = sorted({held.sector for held in holdings if held.sector})
    links = [
        dcc.Link(
            name, href=f"/portfolios/{portfolio_id}?sector={quote(name)}", className="btn-q btn-q-quiet btn-q-small"
        )
        for name in named
    ]
    if not links:
        return None
    return html.Nav(
        [html.Span("Holdings of ", className="muted"), *links],
        className="btn-row into-sectors",
        **{"aria-label": "Holdings of a sector"},
    )


def history(one: PortfolioDetail, found: ValueHistory, theme: str | None) -> tuple[Any, Any]:
    """Return the growth against the benchmark, and the fall below the peak."""
    shown, mark = look_of(theme), marked([*found.sample_assets, *rates_named(found.sample_rates)])
    growth = value_history(
        found.dates,
        found.twr_index,
        benchmark=found.benchmark_index,
        name=one.name,
        benchmark_name=found.benchmark_name or "Benchmark",
        base=1.0,
        mark=mark,
        **shown,
    )
    fall = drawdown(found.dates, found.twr_index, name=one.name, start=1.0, mark=mark, **shown)
    words = in_style(" ".join(found.notes), shown["style"])
    notes = [banner("Good to know", words, tone="info")] if words else []
    first = [*notes, chart(growth, id=Portfolio.CHART_HISTORY, height_px=360)]
    return first, chart(fall, id=Portfolio.CHART_DRAWDOWN, height_px=220)
