"""Which figure does each chart of the page of risk have, on screen and in files alike?"""

from __future__ import annotations

from typing import Any

from callbacks.actor import Permission, actor, may, preferences, services
from components.ids import Risk
from components.risk_layout import chart_box
from services.charts.risk_page import View, drawn, level_of, tested
from services.messages.factor_sets import names_of
from services.messages.risk import BacktestsAnswer, RiskAnswer, RiskBacktests, RiskReport

__all__ = ["PLOTS", "View", "asked", "asked_tests", "boxed", "figure_of", "level_of", "look_of", "tested"]

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


def figure_of(name: str, report: RiskReport, view: View, theme: str | None, tests: RiskBacktests | None = None) -> Any:
    """Return the Plotly figure of a chart as the person likes charts.

    Parameters
    ----------
    name : str
        A key of `PLOTS`.
    view : dict
        As in the address.
    tests : RiskBacktests or None
        For the chart of exceptions.

    """
    return drawn(name, report, view, look_of(theme), tests)


def boxed(name: str, figure: Any) -> Any:
    """Show a chart with its menu."""
    return chart_box(
        figure,
        plot_id=PLOTS[name],
        name=name,
        has_browser=services().exports.has_browser,
        may_export=may(Permission.EXPORTS_MAKE),
    )
