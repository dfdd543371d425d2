"""Which figure does each chart of the page of risk have, on screen and in files alike?"""

from __future__ import annotations

from typing import Any

from callbacks.actor import Permission, actor, may, preferences, services
from components.ids import Risk
from components.risk_layout import chart_box
from services.charts import risk_backtests, risk_factors, risk_losses, risk_rolling, risk_sources, risk_structure
from services.charts.risk_days import days_of
from services.messages.factor_sets import names_of
from services.messages.risk import BacktestRow, BacktestsAnswer, RiskAnswer, RiskBacktests, RiskReport

WAIT_S = 6.0
FRESH_S = 5.0
PLOTS = {
    "sources": Risk.SOURCES_PLOT,
    "histogram": Risk.HISTOGRAM_PLOT,
    "methods": Risk.METHODS_PLOT,
    "tests": Risk.TESTS_PLOT,
    "correlations": Risk.CORRELATIONS_PLOT,
    "underwater": Risk.UNDERWATER_PLOT,
    "rolling": Risk.ROLLING_PLOT,
    "liquidity": Risk.LIQUIDITY_PLOT,
    "concentration": Risk.CONCENTRATION_PLOT,
}
"""Name of a chart in export ids, and id of its plot, in the order of the page."""
LEAD = "lead"
"""The method of a view that leaves the choice to the report."""
View = dict[str, str]


def asked(view: View, *, wait_s: float = WAIT_S, again: bool = False) -> RiskAnswer:
    """Return the report that a view asks for, or how far it is: of which portfolio, by which factors, sold how fast."""
    return services().risk.report(
        view["portfolio"],
        actor(),
        participation_frac=int(view["speed"]) / 100,
        factor_sets=services().factor_sets.known(names_of(view["factors"]), actor()),
        wait_s=wait_s,
        fresh_s=FRESH_S,
        again=again,
    )


def asked_tests(portfolio_id: str, *, wait_s: float = WAIT_S) -> BacktestsAnswer:
    """Return the back-tests, or how far they are."""
    return services().risk.backtests(portfolio_id, actor(), wait_s=wait_s)


def look_of(theme: str | None) -> dict[str, Any]:
    """Return how the person likes charts."""
    likes = preferences()
    return {
        "theme": "dark" if theme == "dark" else "light",
        "style": likes.number_format,
        "signs": likes.sign_palette,
    }


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


def figure_of(name: str, report: RiskReport, view: View, theme: str | None, tests: RiskBacktests | None = None) -> Any:
    """Return the Plotly figure of a chart.

    Parameters
    ----------
    name : str
        A key of `PLOTS`.
    view : dict
        As in the address.
    tests : RiskBacktests or None
        For the chart of exceptions.

    """
    look, pick = look_of(theme), view["pick"] or None
    method = "" if view["method"] == LEAD else view["method"]
    days = days_of(report, view["pick"], int(view["horizon"]))
    losses = {"method": method, "level_frac": level_of(view), "horizon_days": int(view["horizon"])}
    match name:
        case "sources" if view["by"] in ("factor", "statistical"):
            kind = "given" if view["by"] == "factor" else "statistical"
            chosen = {"kind": kind, "scope": view["scope"], "measure": view["measure"]}
            return risk_factors.risk_factors(report, **chosen, pick=pick, **look)
        case "sources":
            choice = {name: view[name] for name in ("measure", "by", "scope")}
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


def boxed(name: str, figure: Any) -> Any:
    """Show a chart with its menu."""
    return chart_box(
        figure,
        plot_id=PLOTS[name],
        name=name,
        has_browser=services().exports.has_browser,
        may_export=may(Permission.EXPORTS_MAKE),
    )
