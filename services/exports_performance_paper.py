"""Which tables of performance stand on paper beside the charts: kinds, causes, states, markets, and the day?"""

from __future__ import annotations

from typing import Any

from services import formatting
from services.charts.performance_today import contributions_today
from services.exports_page import PageTable, Part
from services.formatting import MISSING, Style
from services.messages.performance import (
    AttributionView,
    MarketPhases,
    MoneyWeighted,
    PerformanceView,
    Regimes,
)
from services.messages.performance_today import TodayView
from services.number_style import in_style
from services.performance_words import MARKETS, side_texts, significance

RUNS_MAX_COUNT = 12
STATE_METRICS = ("annualized_return", "mean_annual", "volatility", "sharpe", "max_drawdown", "beta")
TURBULENT = "turbulent"


def kinds_part(found: PerformanceView, style: Style) -> Part:
    """Return the four kinds of return."""
    kinds = found.kinds
    rows = [
        [
            "Time-weighted",
            formatting.rate(kinds.twr_net_frac, style=style),
            formatting.rate(kinds.twr_gross_frac, style=style),
        ],
        ["Money-weighted", _money(kinds.mwr_net, style), _money(kinds.mwr_gross, style)],
    ]
    yearly = "a year" if kinds.mwr_net.is_annualized else "over the period"
    note = f"Time-weighted over the period, money-weighted {yearly}, in {found.base_currency}."
    return "Which return is meant?", PageTable([("", False), ("Net of fees", True), ("Gross", True)], rows, note)


def _money(money: MoneyWeighted, style: Style) -> str:
    value = money.rate_annual_frac if money.is_annualized else money.return_frac
    return MISSING if value is None else formatting.rate(value, style=style)


def cause_parts(why: AttributionView, style: Style) -> list[Part]:
    """Return contributions of all holdings, and exposures to factors with their intervals."""
    table = why.contributions
    rows = [
        [
            why.names.get(one.key, one.key),
            one.group or "",
            formatting.weight(one.weight_frac, style=style),
            formatting.rate(one.return_frac, style=style),
            formatting.rate(one.contribution_frac, style=style, signed=True),
        ]
        for one in table.assets
    ]
    rows.append(["Fees", "", MISSING, MISSING, formatting.rate(table.trading_frac, style=style, signed=True)])
    rows.append(["Together", "", MISSING, MISSING, formatting.rate(table.return_frac, style=style, signed=True)])
    columns = [("Holding", False), ("Group", False), ("Mean weight", True), ("Return", True), ("Contribution", True)]
    parts: list[Part] = [("What did each holding add?", PageTable(columns, rows))]
    if why.factors is not None:
        heads = [("Factor", False), ("Exposure", True), ("95% interval", True), ("Contribution", True)]
        lines = [
            [
                one.key,
                formatting.number(one.exposure, 2, style=style),
                _span(one.lower, one.upper, style),
                formatting.rate(one.contribution_frac, style=style, signed=True),
            ]
            for one in why.factors.factors
        ]
        parts.append(("How did it move with factors?", PageTable(heads, lines)))
    return parts


def _span(lower: float | None, upper: float | None, style: Style) -> str:
    if lower is None or upper is None:
        return MISSING
    return f"{formatting.number(lower, 2, style=style)} to {formatting.number(upper, 2, style=style)}"


def state_parts(found: Regimes, style: Style) -> list[Part]:
    """Return the figures of each state of volatility, and the turbulent runs, the longest first."""
    rows = [
        ["Share of the time", *(formatting.weight(one.probability_frac, style=style) for one in found.regimes)],
        ["Volatility, modeled", *(formatting.rate(one.volatility_annual_frac, style=style) for one in found.regimes)],
        ["Chance to stay", *(formatting.rate(one.stay_frac, style=style) for one in found.regimes)],
    ]
    for key in STATE_METRICS:
        sides = [next((one for one in state.metrics if one.key == key), None) for state in found.regimes]
        first = next((one for one in sides if one is not None), None)
        if first is not None:
            rows.append([first.label, *side_texts(sides, style)])
    heads = [("", False), *((one.label.capitalize(), True) for one in found.regimes)]
    parts: list[Part] = [("How did it do in each?", PageTable(heads, rows))]
    runs = sorted((one for one in found.runs if one.label == TURBULENT), key=lambda one: -one.periods_count)
    if runs:
        lines = [
            [
                f"{formatting.day_short(one.started_on)} to {formatting.day_short(one.ended_on)}",
                formatting.count(one.periods_count, "session", style=style),
                formatting.rate(one.return_frac, style=style),
                formatting.rate(one.benchmark_return_frac, style=style),
            ]
            for one in runs[:RUNS_MAX_COUNT]
        ]
        columns = [("Days", False), ("Length", True), ("Portfolio", True), ("Benchmark", True)]
        parts.append(("When was it turbulent?", PageTable(columns, lines)))
    return parts


def market_part(found: MarketPhases, style: Style) -> Part:
    """Return how it did in each kind of market, with what chance says of it."""
    rows = [
        [
            MARKETS[one.label],
            formatting.weight(one.share_frac, style=style),
            formatting.rate(one.portfolio_return_frac, style=style),
            formatting.rate(one.benchmark_return_frac, style=style),
            formatting.points(one.active_return_frac, style=style, signed=True),
            in_style(significance(one), style),
        ]
        for one in found.phases
    ]
    columns = [
        ("Market", False), ("Of the days", True), ("Portfolio", True), ("Benchmark", True), ("Ahead by", True),
        ("Could it be chance?", False),
    ]  # fmt: skip
    title = "How did it do in rising and falling, calm and turbulent markets?"
    return title, PageTable(columns, rows, in_style(found.sentence, style))


def day_parts(view: TodayView, style: Style, look: dict[str, Any]) -> list[Part]:
    """Return the day's result in a sentence, and what each holding added to it; nothing where no day has one."""
    known = [one for one in view.holdings if one.contribution_frac is not None]
    if view.day_pnl_ccy is None or not known:
        return []
    amount = formatting.money(view.day_pnl_ccy, view.base_currency, style=style, signed=True)
    share = formatting.rate(view.return_frac, style=style, signed=True)
    whose = view.feed.words if view.is_live else f"the last stored session, {formatting.day_short(view.as_of)}"
    said = [f"{amount} ({share}): {whose}.", *(in_style(one, style) for one in view.notes)]
    if not view.is_live and view.other_pnl_ccy is not None:
        other = formatting.money(view.other_pnl_ccy, view.base_currency, style=style, signed=True)
        said.append(f"Cash, trades and fees added {other}.")
    decimals = formatting.money_decimals([one.day_pnl_ccy for one in known if one.day_pnl_ccy is not None])
    rows = [
        [
            one.symbol,
            formatting.rate(one.contribution_frac, style=style, signed=True),
            formatting.money(one.day_pnl_ccy, style=style, signed=True, decimals=decimals),
            formatting.rate(one.change_frac, style=style, signed=True),
        ]
        for one in sorted(known, key=lambda one: -(one.contribution_frac or 0.0))
    ]
    columns = [
        ("Holding", False), ("Contribution", True), (f"Result, {view.base_currency}", True), ("Price change", True),
    ]  # fmt: skip
    return [
        ("What is the day's result?", said),
        ("", contributions_today(view, **look)),
        ("Which holdings moved it up, which down?", PageTable(columns, rows)),
    ]
