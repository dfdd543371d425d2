"""Which tables of a stress test leave the product as a file: scenarios, positions, stand-ins?"""

from __future__ import annotations

from collections.abc import Sequence

from services import formatting
from services.exports_table import Cell, Column, Fact, Sheet
from services.messages.stress_report import ScenarioResult, StressReport
from services.stress_library import LABELS, ROUTES

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
SECTOR_COLUMNS = (
    Column("scenario", "Scenario"),
    Column("sector", "Sector"),
    Column("weight_frac", "Weight", "weight"),
    Column("impact_frac", "Impact", "rate"),
)
FACTOR_COLUMNS = (
    Column("scenario", "Scenario"),
    Column("factor", "Factor"),
    Column("move", "Move", "ratio"),
    Column("unit", "In"),
    Column("low", "Low (5%)", "ratio"),
    Column("high", "High (95%)", "ratio"),
    Column("sigmas", "Standard deviations", "ratio"),
    Column("route", "Comes from"),
    Column("impact_frac", "Impact", "rate"),
)


def sheets(report: StressReport) -> list[Sheet]:
    """Return all scenarios, then positions, sectors and factors in each of them."""
    found = report.results
    return [
        Sheet("Scenarios", SCENARIO_COLUMNS, [_scenario(one) for one in found]),
        Sheet("Positions", POSITION_COLUMNS, [row for one in found for row in _positions(one)]),
        Sheet("Sectors", SECTOR_COLUMNS, [row for one in found for row in _sectors(one)]),
        Sheet("Factors", FACTOR_COLUMNS, [row for one in found for row in _factors(one)]),
    ]


def built_sheets(report: StressReport | None) -> list[Sheet]:
    """Return what the builder's scenario does, position by position, and its moves; nothing where none was computed."""
    if report is None:
        return []
    one = report.results[0]
    factors = [Sheet("Moves in the builder", FACTOR_COLUMNS, _factors(one))] if one.moves else []
    return [Sheet("Builder", POSITION_COLUMNS, _positions(one)), *factors]


def facts(report: StressReport) -> list[tuple[str, Fact]]:
    """Return what the tables rest on; the value is masked for who hides amounts."""
    listed: list[tuple[str, Fact]] = [
        ("Portfolio", report.name),
        ("Holdings and prices of", report.as_of),
        ("Value", formatting.money(report.value_ccy, report.base_currency, style="comma")),
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


def _sectors(one: ScenarioResult) -> list[Sequence[Cell]]:
    return [(one.name, group.group, group.weight_frac, group.impact_frac) for group in one.groups]


def _factors(one: ScenarioResult) -> list[Sequence[Cell]]:
    impacts = {part.factor: part.impact_frac for part in one.factors}
    return [
        (
            one.name,
            LABELS.get(move.factor, move.factor),
            move.move,
            move.unit,
            move.low,
            move.high,
            move.sigmas,
            ROUTES[move.route],
            impacts.get(move.factor),
        )
        for move in one.moves
    ]
