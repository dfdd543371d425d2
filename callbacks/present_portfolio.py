"""How does one portfolio read: its finding in a sentence, its figures, holdings, cash, limits and target?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from dash import dcc, html

from callbacks.present_home import sense
from components.empty_state import empty_state
from components.kpi_card import kpi_card, kpi_strip
from components.live_panel import live_portfolio
from components.pills import tag
from components.sample_badge import sample_badge
from components.table import facts, table
from components.toast import banner
from components.traffic_light import meter, traffic_light
from services import formatting
from services.formatting import Style
from services.messages.portfolios import (
    Holding,
    LimitCheck,
    LimitState,
    PortfolioDetail,
    TransactionView,
    ValueHistory,
)
from services.number_style import in_style
from services.portfolios_checks import LIMITS

KINDS = {
    "opening": "Opening position",
    "buy": "Purchase",
    "sell": "Sale",
    "dividend": "Dividend in cash",
    "fee": "Fee",
    "interest": "Interest",
    "deposit": "Deposit",
    "withdrawal": "Withdrawal",
    "transfer": "Transfer in or out",
    "split": "Share split",
    "fx": "Currency exchange",
    "tax": "Tax",
    "correction": "Correction",
}
"""Kinds of ledger entries in plain words."""

STRATEGIES = {"long_only": "Long-only", "balanced": "Balanced, with cash", "long_short": "Long-short"}


def header(one: PortfolioDetail, holdings: Sequence[Holding], style: Style) -> list[Any]:
    """Return breadcrumb, name, badges and the finding."""
    crumb = html.Nav(
        html.Ol(html.Li(dcc.Link("Portfolios", href="/")), className="crumbs"), **{"aria-label": "Breadcrumb"}
    )
    badges: list[Any] = [tag(STRATEGIES[one.strategy.value])]
    if one.client_id and one.client_name:
        badges.append(dcc.Link(tag(one.client_name, glyph="person"), href=f"/clients?client={one.client_id}"))
    if one.is_sample:
        badges.append(sample_badge())
    title = html.Div([html.H1(one.name), *badges], className="btn-row")
    return [crumb, title, html.P(finding(one, holdings, style), className="page-lead")]


def finding(one: PortfolioDetail, holdings: Sequence[Holding], style: Style) -> str:
    """Return what stands out: the day's move, the largest sector, limits, and the day of the prices."""
    parts = []
    before = one.value_ccy - one.day_pnl_ccy if one.value_ccy is not None and one.day_pnl_ccy is not None else None
    if before and one.day_pnl_ccy is not None:
        move = float(one.day_pnl_ccy / before)
        word = "Up" if move > 0 else "Down" if move < 0 else "Unchanged"
        parts.append(
            f"{word} {formatting.rate(abs(move), style=style)} in the last session"
            if move
            else f"{word} in the last session"
        )
    shares = sectors(holdings)
    if shares:
        top = max(shares, key=lambda name: shares[name])
        parts.append(f"{top} is {formatting.weight(shares[top], style=style)} of the value")
    if not one.holdings_count:
        parts.append("nothing is held yet")
    if one.breaches_count:
        parts.append(f"beyond {formatting.count(one.breaches_count, 'limit', style=style)}")
    elif one.checks_count:
        parts.append("inside its own limits")  # rules of compliance are counted in a line of theirs
    elif one.holdings_count:
        parts.append("no limits are set")
    sentence = "; ".join(parts)
    until = f" Historical data: prices end on {formatting.day(one.as_of)}." if one.is_historical else ""
    return f"{sentence[:1].upper()}{sentence[1:]}.{until}"


def sectors(holdings: Sequence[Holding]) -> dict[str, float]:
    """Return the weight by sector."""
    return _shares(holdings, lambda held: held.sector or "Not classified")


def classes(holdings: Sequence[Holding], one: PortfolioDetail) -> dict[str, float]:
    """Return the weight by asset class, cash included."""
    shares = _shares(holdings, lambda held: held.asset_class.replace("_", " ").capitalize())
    cash = sum(line.weight_frac for line in one.cash if line.weight_frac is not None)
    return {**shares, "Cash": cash} if cash else shares


def _shares(holdings: Sequence[Holding], group: Any) -> dict[str, float]:
    shares: dict[str, float] = {}
    for held in holdings:
        if held.weight_frac is not None:
            shares[group(held)] = shares.get(group(held), 0.0) + held.weight_frac
    return shares


def metrics(one: PortfolioDetail, style: Style, year: ValueHistory | None = None) -> Any:
    """Return the strip of key figures; `year` holds the benchmark's levels of the last year and a little before."""
    none = "needs a year of prices"
    return kpi_strip(
        kpi_card(
            "Value",
            _live(formatting.money(one.value_ccy, style=style), one, "value_ccy"),
            unit=one.base_currency,
            note=formatting.count(one.holdings_count, "holding", style=style),
            spark=one.sparkline or None,
        ),
        kpi_card(
            "Day's result",
            _live(formatting.money(one.day_pnl_ccy, style=style, signed=True), one, "day_pnl_ccy"),
            unit=one.base_currency,
            sense=sense(one.day_pnl_ccy),
            note=_live(f"on {formatting.day_short(one.as_of)}", one, "words") if one.as_of else "nothing is held yet",
        ),
        kpi_card(
            "Year to date",
            formatting.rate(one.return_ytd_frac, style=style, signed=True),
            sense=sense(one.return_ytd_frac),
            help_text="Time-weighted, geometric return since the last day of the year before.",
        ),
        kpi_card(
            "One year",
            formatting.rate(one.return_1y_frac, style=style, signed=True),
            sense=sense(one.return_1y_frac),
            note=none if one.return_1y_frac is None else benchmark_words(one, year, style),
            help_text="Time-weighted, geometric return of the portfolio itself; that of the benchmark stands below it.",
        ),
        kpi_card(
            "Volatility",
            formatting.rate(one.volatility_1y_annual_frac, style=style),
            note=none if one.volatility_1y_annual_frac is None else "annualized, last year",
        ),
        kpi_card(
            "Exposure",
            formatting.weight(one.gross_exposure_frac, style=style),
            note=f"gross; net {formatting.weight(one.net_exposure_frac, style=style)}",
            help_text="Gross adds long and short positions, net subtracts the short ones.",
        ),
    )


def _live(text: str, one: PortfolioDetail, figure: str) -> Any:
    """Return a figure that follows live prices; what is missing stays missing."""
    return text if text == formatting.MISSING else live_portfolio(text, one.id, figure)


def benchmark_words(one: PortfolioDetail, year: ValueHistory | None, style: Style) -> str | None:
    """Return the benchmark's own return over the same year, and what kind of index it is; None without one."""
    if year is None or year.benchmark_index is None or one.as_of is None or year.benchmark_name is None:
        return None
    start = start_of_year_before(one.as_of)
    known = [
        (day, level) for day, level in zip(year.dates, year.benchmark_index, strict=True) if level and day <= one.as_of
    ]
    before = [level for day, level in known if day <= start]
    if not before:
        return None
    share = formatting.rate(known[-1][1] / before[-1] - 1.0, style=style, signed=True)
    is_price = year.benchmark_kind == "index" and "total return" not in year.benchmark_name.lower()
    return f"{year.benchmark_name} {share}{' (price index)' if is_price else ''}"


def start_of_year_before(day: date) -> date:
    """Return the same date a year earlier; 29 February counts as 28."""
    return day.replace(year=day.year - 1) if (day.month, day.day) != (2, 29) else date(day.year - 1, 2, 28)


def holding_row(held: Holding, style: Style) -> dict[str, Any]:
    """Return one line of the holdings."""
    return {
        "id": held.asset_id,
        "name": held.symbol,
        "href": f"/market/{quote(held.symbol, safe='')}",
        "note": in_style(held.note, style) if held.note else held.name,
        "is_sample": held.is_sample,
        "weight_frac": held.weight_frac,
        "target_frac": held.target_weight_frac,
        "drift_frac": held.drift_frac,
        "value_ccy": _plain(held.value_ccy),
        "day_pnl_ccy": _plain(held.day_pnl_ccy),
        "unrealized_pnl_ccy": _plain(held.unrealized_pnl_ccy),
        "quantity": _plain(held.quantity),
        "price": _plain(held.price),
        "price_date": held.price_date.isoformat() if held.price_date else None,
        "sector": held.sector,
    }


def ledger_row(entry: TransactionView, style: Style) -> dict[str, Any]:
    """Return one line of the ledger."""
    return {
        "id": entry.id,
        "trade_date": entry.trade_date.isoformat(),
        "kind": KINDS.get(entry.kind, entry.kind.replace("_", " ").capitalize()),
        "symbol": entry.symbol,
        "quantity": _plain(entry.quantity) if entry.symbol else None,
        "price": _plain(entry.price),
        "amount_ccy": _plain(entry.amount_ccy),
        "fees_ccy": _plain(entry.fees_ccy) or None,
        "currency": entry.currency,
        "note": in_style(entry.note, style) if entry.note else entry.note,
    }


def _plain(amount: Decimal | None) -> float | None:
    return None if amount is None else float(amount)


def notes(one: PortfolioDetail, style: Style) -> Any:
    """Return what the reader must know to trust the figures."""
    if not one.notes:
        return None
    return banner("Good to know", in_style(" ".join(one.notes), style), tone="sample" if one.is_sample else "info")


def cash(one: PortfolioDetail, style: Style) -> Any:
    """Return the cash by currency."""
    if not one.cash:
        return html.P("No cash is held.", className="muted")
    amounts, values = ([getattr(line, name) for line in one.cash] for name in ("amount", "value_ccy"))
    rows = [
        [
            line.currency,
            formatting.money(line.amount, style=style, decimals=formatting.money_decimals(amounts)),
            formatting.money(line.value_ccy, style=style, decimals=formatting.money_decimals(values)),
            formatting.weight(line.weight_frac, style=style),
        ]
        for line in one.cash
    ]
    return table(
        (("Currency", False), ("Amount", True), (f"Value, {one.base_currency}", True), ("Weight", True)),
        rows,
        caption="Cash by currency",
    )


def limits(checks: Sequence[LimitCheck], one: PortfolioDetail, style: Style) -> Any:
    """Return every limit with its light, its sentence and how much of it is used."""
    waiting = [
        f"{allowed.name} is to be at {'least' if name.endswith('min_frac') else 'most'} "
        f"{formatting.weight(share, style=style)}."
        for name, allowed in LIMITS.items()
        if (share := getattr(one.house_limits, name)) is not None
    ]
    if not checks and waiting:
        return empty_state(
            "Nothing to measure yet",
            f"{' '.join(waiting)} The check begins with the first position.",
            glyph="sliders",
            level=3,
        )
    if not checks:
        return empty_state(
            "No limits are set", "Set the largest position or sector with Edit.", glyph="sliders", level=3
        )
    order = {LimitState.RED: 0, LimitState.AMBER: 1, LimitState.OK: 2}
    rows = [
        [
            traffic_light(check.state.value),
            html.Div(
                [html.Strong(check.name), html.Div(in_style(check.sentence, style), className="muted")],
                style={"minWidth": "150px"},
            ),
            html.Div(
                [
                    html.Div(f"{check.used_frac * 100:.0f}% of limit"),
                    meter(check.used_frac, check.state.value, f"{check.name}: {check.used_frac * 100:.0f}% used"),
                ]
            ),
        ]
        for check in sorted(checks, key=lambda one: (order[one.state], -one.used_frac))
    ]
    return table(
        (("State", False), ("Limit", False), ("Used", True)), rows, caption="Limits and how much of each is used"
    )


def target(one: PortfolioDetail, holdings: Sequence[Holding], style: Style) -> Any:
    """Return the target in force with where it comes from, and how far each holding is from it."""
    if one.target is None:
        return empty_state(
            "No target yet",
            "Optimize the portfolio, then save the result as its target.",
            glyph="bullseye",
            actions=dcc.Link("Optimize", href=f"/optimize?portfolio={one.id}", className="btn-q btn-q-primary"),
            level=3,
        )
    held = {line.symbol: line.weight_frac for line in holdings}
    wanted = one.target.weights_frac
    rows = [
        [
            symbol,
            formatting.weight(wanted.get(symbol, 0.0), style=style),
            formatting.weight(held.get(symbol, 0.0), style=style),
            formatting.points((held.get(symbol) or 0.0) - wanted.get(symbol, 0.0), style=style, signed=True),
        ]
        for symbol in sorted({*wanted, *held}, key=lambda name: (-abs(wanted.get(name, 0.0)), name))
    ]
    source = dcc.Link("Open the run", href=f"/runs/{one.target.run_id}") if one.target.run_id else "Set by hand"
    known = facts(
        [
            ("Name", one.target.name),
            ("Version", str(one.target.version)),
            ("Made from", source),
            ("Prices to", formatting.day(one.target.as_of)),
            ("Set", formatting.moment(one.target.set_at_utc)),
        ]
    )
    columns = (("Asset", False), ("Target", True), ("Now", True), ("Drift", True))
    return html.Div([known, html.Hr(), table(columns, rows, caption="Target, weight now, and the difference")])
