"""Which chart does each name on the page of risk stand for, on screen, in files and for programs alike?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from services.charts import risk_backtests, risk_factors, risk_losses, risk_rolling, risk_sources, risk_structure
from services.charts.risk_days import days_of
from services.messages.risk import BacktestRow, RiskBacktests, RiskReport

View = Mapping[str, str]
CHARTS: Final = (
    "sources", "histogram", "methods", "tests", "correlations", "underwater", "rolling", "liquidity", "concentration",
)  # fmt: skip
"""The charts, in the order of the page."""
LEAD: Final = "lead"
"""The method of a view that leaves the choice to the report."""
USUAL: Final[View] = {
    "measure": "volatility", "by": "asset", "scope": "total", "level": "95", "horizon": "1", "method": LEAD,
    "group": "sector", "pick": "", "rolled": "volatility",
}  # fmt: skip
"""What the page shows when nobody says otherwise."""


def level_of(view: View) -> float:
    """Return the confidence of a view."""
    return int(view["level"]) / 100


def tested(found: RiskBacktests | None, view: View) -> BacktestRow | None:
    """Return the back-test that is drawn: of the chosen method at the chosen level, really stored ones first."""
    if found is None:
        return None
    rows = [*found.stored, *found.walk_forward]
    at_level = [one for one in rows if abs(one.series.level_frac - level_of(view)) < 1e-9]
    chosen = [one for one in at_level if one.series.method == view["method"]]
    stored = [one for one in at_level if one in found.stored and one.report.days_count >= found.stored_needed_count]
    return next(iter([*chosen, *stored, *(one for one in at_level if one in found.walk_forward), *at_level]), None)


def drawn(
    name: str, report: RiskReport, view: View, look: Mapping[str, Any], tests: RiskBacktests | None = None
) -> Any:
    """Return the Plotly figure of a chart.

    Parameters
    ----------
    name : str
        One of `CHARTS`.
    view : dict
        As in the address of the page.
    look : mapping
        Theme, number format and colors of signs.
    tests : RiskBacktests or None
        For the chart of exceptions.

    """
    pick = view["pick"] or None
    method = "" if view["method"] == LEAD else view["method"]
    days = days_of(report, view["pick"], int(view["horizon"]))
    losses: dict[str, Any] = {"method": method, "level_frac": level_of(view), "horizon_days": int(view["horizon"])}
    match name:
        case "sources" if view["by"] in ("factor", "statistical"):
            kind = "given" if view["by"] == "factor" else "statistical"
            chosen: dict[str, Any] = {"kind": kind, "scope": view["scope"], "measure": view["measure"]}
            return risk_factors.risk_factors(report, **chosen, pick=pick, **look)
        case "sources":
            choice: dict[str, Any] = {name: view[name] for name in ("measure", "by", "scope")}
            return risk_sources.risk_sources(report, **choice, level_frac=level_of(view), pick=pick, **look)
        case "histogram":
            return risk_losses.loss_histogram(report, **losses, days=days, **look)
        case "methods":
            return risk_losses.method_intervals(report, **losses, **look)
        case "tests":
            return risk_backtests.exceptions_strip(tested(tests, view), report, chosen=days, **look)
        case "correlations":
            return risk_structure.correlation_map(report, pick=pick, **look)
        case "underwater":
            return risk_structure.underwater(report, days=days, **look)
        case "rolling":
            return risk_rolling.rolling_risk(report, rolled=view["rolled"], chosen=days, **look)
        case "liquidity":
            return risk_structure.liquidity_ladder(report, **look)
        case _:
            return risk_structure.concentration_bars(report, by=view["group"], pick=pick, **look)
