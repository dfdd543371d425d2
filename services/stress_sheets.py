"""Which tables of a stress test leave the product as a file: scenarios, positions, stand-ins?"""

from __future__ import annotations

from collections.abc import Sequence

from services.exports_table import Cell, Column, Fact, Sheet
from services.messages.stress_report import ScenarioResult, StressReport

GROUPS = {
    "historic": "Past event",
    "factor": "Move of factors",
    "regulatory": "Supervisor's set",
    "own": "Own",
}
TIERS = {
    "own": "own history",
    "index": "index",
    "factors": "regression on factors",
    "sector": "median of its sector",
    "given": "stated",
    "none": "not covered",
}
SCENARIO_COLUMNS = (
    Column("scenario", "Scenario"),
    Column("group", "Kind"),
    Column("start", "From", "date"),
    Column("end", "To", "date"),
    Column("total_frac", "Portfolio", "rate"),
    Column("low_frac", "Low (5%)", "rate"),
    Column("high_frac", "High (95%)", "rate"),
    Column("total_ccy", "In base currency", "money"),
    Column("benchmark_frac", "Benchmark", "rate"),
    Column("index_frac", "S&P 500, recorded", "rate"),
    Column("covered_frac", "Covered", "weight"),
    Column("proxied_frac", "By stand-ins", "weight"),
    Column("problem", "Remark"),
)
POSITION_COLUMNS = (
    Column("scenario", "Scenario"),
    Column("position", "Position"),
    Column("sector", "Sector"),
    Column("weight_frac", "Weight", "weight"),
    Column("return_frac", "Return", "rate"),
    Column("impact_frac", "Impact", "rate"),
    Column("low_frac", "Low (5%)", "rate"),
    Column("high_frac", "High (95%)", "rate"),
    Column("source", "Comes from"),
    Column("stands_in", "Stands in"),
    Column("explains_frac", "Explains", "weight"),
)


def sheets(report: StressReport) -> list[Sheet]:
    """Return all scenarios, then every position in each of them."""
    return [
        Sheet("Scenarios", SCENARIO_COLUMNS, [_scenario(one) for one in report.results]),
        Sheet("Positions", POSITION_COLUMNS, [row for one in report.results for row in _positions(one)]),
    ]


def facts(report: StressReport) -> list[tuple[str, Fact]]:
    """Return what the tables rest on."""
    listed: list[tuple[str, Fact]] = [
        ("Portfolio", report.name),
        ("Holdings and prices of", report.as_of),
        ("Value", f"{report.value_ccy} {report.base_currency}"),
        ("Benchmark", report.benchmark_name or "none"),
        ("Band", "5% to 95%, from the residuals of stand-ins and of what factors leave open"),
    ]
    return listed + [("Note", text) for text in report.notes]


def _scenario(one: ScenarioResult) -> Sequence[Cell]:
    return (
        one.name,
        GROUPS.get(one.group, one.group),
        one.start,
        one.end,
        one.total_frac,
        one.low_frac,
        one.high_frac,
        one.total_ccy,
        one.benchmark_frac,
        one.index_frac,
        one.covered_frac,
        one.proxied_frac,
        one.problem,
    )


def _positions(one: ScenarioResult) -> list[Sequence[Cell]]:
    return [
        (
            one.name,
            held.asset,
            held.group,
            held.weight_frac,
            held.return_frac,
            held.impact_frac,
            held.low_frac,
            held.high_frac,
            TIERS[held.tier],
            held.proxy,
            held.r2_frac,
        )
        for held in one.positions
    ]
