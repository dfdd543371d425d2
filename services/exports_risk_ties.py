"""How do a portfolio's tie to its benchmark, and the cost of leaving it, read as tables?"""

from __future__ import annotations

from engine.dependence.result import BenchmarkDependence, Slope
from services import formatting
from services.charts.risk import yearly
from services.exports_page import PageTable
from services.exports_risk_tables import BUCKETS
from services.formatting import MISSING, Style
from services.messages.risk import RiskReport
from services.number_style import in_style

ILLIQUID_MAX_FRAC = 0.15
"""What SEC rule 22e-4 lets an open-end fund hold that cannot be sold within seven days."""


def benchmark_table(report: RiskReport, style: Style) -> PageTable:
    """Return beta, correlation and tracking error beside the benchmark, with their intervals."""
    columns = (("Figure", False), ("Value", True), ("95% interval", True), ("Days", True))
    found = None if report.benchmark is None else report.benchmark.dependence
    if report.benchmark is None or found is None:
        return PageTable(columns, [])
    said = in_style(" ".join(found.notes), style)
    return PageTable(columns, _ties(found, style), f"Beside {report.benchmark.name}. {said}")


def _ties(found: BenchmarkDependence, style: Style) -> list[list[str]]:
    days = formatting.number(found.observations_count, 0, style=style)
    correlation = _span(found.correlation_lower, found.correlation_upper, style)
    squared, missed = found.r_squared_frac, found.tracking_error_frac
    return [
        _slope("Beta", found.beta, style),
        _slope("Beta on days the benchmark rose", found.beta_up, style),
        _slope("Beta on days it fell", found.beta_down, style),
        ["Beta, later days weigh more", _number(found.beta_ewma, style), MISSING, days],
        ["Correlation", _number(found.correlation, style), correlation, days],
        ["Share of variance explained", formatting.weight(squared, style=style), MISSING, days],
        [
            "Tracking error a year",
            formatting.rate(None if missed is None else yearly(missed), style=style),
            MISSING,
            days,
        ],
    ]


def liquidity_facts(report: RiskReport, style: Style) -> PageTable:
    """Return value at risk with the cost of leaving, and how much stands in each bucket of SEC rule 22e-4."""
    columns = (("What", False), ("Share of value", True), ("Meaning", False))
    found = report.liquidity
    if found is None or not found.assets:
        return PageTable(columns, [])
    rows = _costs(report, style)
    for one in found.buckets:
        holdings = formatting.count(one.assets_count, "holding", style=style)
        rows.append([f"Bucket: {BUCKETS[one.bucket]}", formatting.weight(one.share_frac, style=style), holdings])
    notes = [
        _illiquid(found.illiquid_share_frac, found.not_known_share_frac, style),
        *(in_style(one, style) for one in found.notes),
    ]
    return PageTable(columns, rows, " ".join(notes))


def _costs(report: RiskReport, style: Style) -> list[list[str]]:
    assert report.liquidity is not None
    found = report.liquidity.liquidity_var
    if found is None:
        return []
    level = formatting.percent(found.level_frac, 0, style=style)
    name = f"Value at risk with the cost of leaving, {level}, one day"
    if found.liquidity_var_frac is None or found.spread_cost_frac is None:
        return [[name, MISSING, "no bid-ask spread is known, so the cost of leaving is not either"]]
    parts = [formatting.rate(one, style=style) for one in (found.var_frac, found.spread_cost_frac)]
    covered = formatting.weight(found.covered_frac, style=style)
    bound = "" if found.covered_frac > 1.0 - 1e-9 else f"; at least: spreads are known of {covered} of what is held"
    words = f"{parts[0]} of the market, {parts[1]} of the spread{bound}"
    return [[name, formatting.rate(found.liquidity_var_frac, style=style), words]]


def _illiquid(illiquid_frac: float, not_known_frac: float, style: Style) -> str:
    bound, share = (formatting.weight(one, style=style) for one in (ILLIQUID_MAX_FRAC, illiquid_frac))
    if not_known_frac > 1e-9:
        unknown = formatting.weight(not_known_frac, style=style)
        return f"{share} is illiquid, and of {unknown} it is not known; the rule for open-end funds allows {bound}."
    side = "within" if illiquid_frac <= ILLIQUID_MAX_FRAC else "above"
    return f"{share} is illiquid, {side} the {bound} that the rule for open-end funds allows."


def _slope(name: str, found: Slope | None, style: Style) -> list[str]:
    if found is None:
        return [name, MISSING, MISSING, MISSING]
    days = formatting.number(found.observations_count, 0, style=style)
    return [name, _number(found.value, style), _span(found.lower, found.upper, style), days]


def _number(value: float | None, style: Style) -> str:
    return MISSING if value is None else formatting.number(value, 2, style=style)


def _span(lower: float | None, upper: float | None, style: Style) -> str:
    if lower is None or upper is None:
        return MISSING
    return f"{_number(lower, style)} to {_number(upper, style)}"
