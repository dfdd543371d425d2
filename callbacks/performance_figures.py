"""Which charts does the page of performance draw, on screen and in files alike?"""

from __future__ import annotations

from typing import Any

from callbacks.present_portfolio_charts import look_of
from services.charts import performance as charts
from services.charts import performance_attribution as why
from services.charts import performance_choice as choice
from services.charts import performance_regimes as regimes
from services.charts import performance_today as today
from services.charts.look import Look
from services.messages.performance import ActivePeriods, AttributionView, PerformanceView, RegimesView
from services.messages.performance_choice import ChoiceView
from services.messages.performance_today import TodayView


def growth(
    view: PerformanceView, periods: ActivePeriods | None, theme: str | None, chosen: ChoiceView | None = None
) -> Any:
    """Return the growth beside the benchmark; the choice of days ends with the view, never with a redraw."""
    figure = charts.cumulative(view, periods, **look_of(theme))
    if view.basis == "twr":
        figure = choice.with_growth(figure, chosen, Look(**look_of(theme)))
    figure.layout.uirevision = f"{view.portfolio_id}:{view.period.start}:{view.period.end}:{view.basis}"
    return figure


def course(view: PerformanceView, name: str, theme: str | None, chosen: ChoiceView | None = None) -> Any:
    """Return the chart of falls, or that of one rolling figure."""
    if name == "underwater":
        return choice.with_falls(charts.underwater(view, **look_of(theme)), chosen, Look(**look_of(theme)))
    series = next(one for one in view.rolling if f"rolling-{one.key}" == name)
    return charts.rolling(view, series, **look_of(theme))


def chosen_chart(view: ChoiceView, name: str, theme: str | None) -> Any:
    """Return what the chosen part added through time, or its effects beside the benchmark."""
    draw = choice.effects if name == "chosen-effects" else choice.added
    return draw(view, **look_of(theme))


def rolled_key(view: PerformanceView, wanted: str) -> str:
    """Return which rolling figure is drawn; the return where the wanted one needs a benchmark and there is none."""
    known = [one.key for one in view.rolling]
    return next((key for key in (wanted, f"{wanted}_return", "return") if key in known), known[0])


def attribution(view: AttributionView, name: str, theme: str | None, chosen: ChoiceView | None = None) -> Any:
    """Return one chart of where the return came from."""
    draw = {
        "attribution": why.waterfall,
        "segments": why.segments,
        "contributions": why.contributions,
        "currencies": why.currencies,
        "factors": why.factors,
    }[name]
    return draw(view, chosen=chosen, **look_of(theme))


def today_chart(view: TodayView, theme: str | None, chosen: ChoiceView | None) -> Any:
    """Return what each holding added to the day."""
    return today.contributions_today(view, chosen=chosen, **look_of(theme))


def regime_chart(view: RegimesView, theme: str | None) -> Any:
    """Return the chart of calm and turbulent times."""
    return regimes.regimes(view, **look_of(theme))
