"""Which of several portfolios grew most over the same days, and which fell deepest?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import plotly.graph_objects as go

from services import formatting
from services.charts.frame import empty, frame, joined
from services.charts.history import thin, time_axis
from services.charts.look import Look
from services.formatting import MISSING
from services.messages.comparison import ComparedCourse, Comparison

HEIGHT_PX = 380
NONE = "None of these portfolios has daily values to draw yet."
MARK = "Sample data: some of these portfolios are fictitious."
DASHES: Final = ("solid", "dash", "dot", "dashdot")
"""How the line of each place is drawn, so that nobody has to tell them by color."""
Values = Callable[[ComparedCourse], Sequence[float]]


def growth(found: Comparison, look: Look) -> go.Figure:
    """Draw the time-weighted growth of each portfolio since their first common day, the best one in the title."""
    if not found.courses:
        return empty("compare-growth", NONE, look)
    names = _names(found)
    ranked = sorted(found.courses, key=lambda one: -one.growth_frac[-1])
    best, worst = ranked[0], ranked[-1]
    told = f"{names[best.portfolio_id]} {_gained(best.growth_frac[-1], look)}"
    title = told if best is worst else f"{told}, {names[worst.portfolio_id]} {_gained(worst.growth_frac[-1], look)}"
    is_mixed = len({one.base_currency for one in found.portfolios}) > 1
    measured = "Return since the first common day, cash flows taken out"
    return _lines(
        found,
        lambda one: one.growth_frac,
        look,
        name="compare-growth",
        title=title,
        subtitle=joined(measured, "each in its own currency" if is_mixed else "", _span(found)),
    )


def falls(found: Comparison, look: Look) -> go.Figure:
    """Draw how far each portfolio stood below its highest level so far, the deepest fall in the title."""
    if not found.courses:
        return empty("compare-falls", NONE, look)
    names = _names(found)
    ranked = sorted(found.courses, key=lambda one: min(one.fall_frac))
    deepest, mildest = ranked[0], ranked[-1]
    at = deepest.fall_frac.index(min(deepest.fall_frac))
    day = formatting.day_short(deepest.days[at])
    title = f"{names[deepest.portfolio_id]} fell deepest, {look.rate(-min(deepest.fall_frac))} on {day}"
    if mildest is not deepest:
        title += f"; {names[mildest.portfolio_id]} {look.rate(-min(mildest.fall_frac))} at most"
    return _lines(
        found,
        lambda one: one.fall_frac,
        look,
        name="compare-falls",
        title=title,
        subtitle=joined("Distance from the highest level since the first common day", _span(found)),
    )


def _lines(found: Comparison, values: Values, look: Look, *, name: str, title: str, subtitle: str) -> go.Figure:
    figure, places = go.Figure(), {one.portfolio_id: n for n, one in enumerate(found.portfolios)}
    names = _names(found)
    for one in found.courses:
        place = places[one.portfolio_id]
        figure.add_scatter(
            x=list(one.days),
            y=list(values(one)),
            mode="lines",
            line={"width": 1.75, "color": look.color(f"series-{place + 1}"), "dash": DASHES[place]},
            name=names[one.portfolio_id],
            hovertemplate="%{y:.2%}",
        )
    columns = ("Day", *(names[one.portfolio_id] for one in found.courses))
    return frame(
        figure,
        name=name,
        title=title,
        subtitle=subtitle,
        source="Daily values of the portfolios",
        mark=MARK if any(one.is_sample for one in found.portfolios) else "",
        look=look,
        height_px=HEIGHT_PX,
        table=(columns, thin(_rows(found, values, look))),
        screen_top_px=34,
        hovermode="x unified",
        showlegend=True,
        xaxis=time_axis(),
        yaxis={"tickformat": ".0%", "zeroline": True},
    )


def _rows(found: Comparison, values: Values, look: Look) -> list[list[str]]:
    """Return one row a day on which any of them has a value."""
    each: list[dict[Any, float]] = [dict(zip(one.days, values(one), strict=True)) for one in found.courses]
    days = sorted({day for one in each for day in one})
    return [
        [formatting.day_short(day), *(look.rate(one[day]) if day in one else MISSING for one in each)] for day in days
    ]


def _names(found: Comparison) -> dict[str, str]:
    return {one.portfolio_id: one.name for one in found.portfolios}


def _span(found: Comparison) -> str:
    start, end = found.courses[0].days[0], max(one.days[-1] for one in found.courses)
    return f"{formatting.day_short(start)} to {formatting.day_short(end)}"


def _gained(change: float, look: Look) -> str:
    return f"{'gained' if change >= 0 else 'lost'} {look.rate(abs(change))}"
