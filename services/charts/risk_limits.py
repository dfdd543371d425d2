"""How much of a limit was used, day by day?"""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from services import formatting
from services.charts.frame import Table, empty, frame, joined
from services.charts.history import time_axis
from services.charts.look import Look
from services.charts.tokens import Signs, Theme
from services.exports_risk_tables import SIDES, amount
from services.formatting import MISSING, Style
from services.messages.risk_history import LimitCourse, LimitDay

HEIGHT_PX = 360
BEYOND = "beyond every number"


def limit_course(
    course: LimitCourse, *, theme: Theme = "light", style: Style = "comma", signs: Signs = "blue_orange"
) -> go.Figure:
    """Draw the used part of a limit: filled points were written down on the day, hollow ones recomputed."""
    look, name = Look(theme, style, signs), f"risk-limit-{course.metric}"
    known = [one for one in course.days if one.use_frac is not None]
    if not known:
        return empty(name, "No day is known on which the figure can be held against the limit.", look)
    figure = go.Figure()
    figure.add_scatter(
        x=[one.day for one in course.days],
        y=[one.use_frac for one in course.days],
        mode="lines+markers",
        connectgaps=False,
        line={"color": look.color("series-1"), "width": 1.6},
        marker={
            "size": 7,
            "color": look.color("series-1"),
            "symbol": ["circle-open" if one.is_recomputed else "circle" for one in course.days],
        },
        customdata=[_words(one, course, look) for one in course.days],
        hovertemplate="%{x}: %{customdata[0]}, %{customdata[1]} used<br>%{customdata[2]}<extra></extra>",
    )
    levels = ((1.0, "limit", "bad-fill"), (course.amber_use_frac, "warns", "text-muted"))
    for level, _, tone in levels:
        figure.add_hline(y=level, line={"color": look.color(tone), "width": 1, "dash": "dot"})
    return frame(
        figure,
        name=name,
        title=_finding(course, known, look),
        subtitle=joined(
            f"Used part of {SIDES[course.direction]} {amount(course.limit_value, course.unit, style)}",
            "limit over figure: above 100% is below the minimum" if course.direction == "min" else "",
            "hollow points are recomputed" if any(one.is_recomputed for one in course.days) else "",
            f"as of {formatting.day_short(course.days[-1].day)}",
        ),
        source="",
        look=look,
        height_px=HEIGHT_PX,
        table=_table(course, look),
        showlegend=False,
        xaxis=time_axis(),
        yaxis={"tickformat": ".0%", "rangemode": "tozero"},
        annotations=[_label(level, words, look) for level, words, _ in levels],
    )


def _finding(course: LimitCourse, known: list[LimitDay], look: Look) -> str:
    used = [one.use_frac for one in known if one.use_frac is not None]
    beyond = sum(1 for one in course.days if one.state == "red")
    is_least = course.direction == "min"
    now = formatting.percent(1.0 / used[-1] if is_least else used[-1], 0, style=look.style)
    if beyond:
        days = look.count(beyond, "day")
        if is_least:
            return f"{course.label} was below its minimum on {days}; now {now} of it"
        return f"{course.label} was beyond its limit on {days}; now {now} is used"
    if is_least:
        least = formatting.percent(1.0 / max(used), 0, style=look.style)
        return f"{course.label} was never below {least} of its minimum; now {now}"
    return f"{course.label} used at most {formatting.percent(max(used), 0, style=look.style)} of its limit; now {now}"


def _label(level: float, words: str, look: Look) -> dict[str, Any]:
    return {
        "x": 0.0, "xref": "paper", "xanchor": "left", "y": level, "yanchor": "bottom", "showarrow": False,
        "text": words, "font": {"size": 11, "color": look.color("text-muted")},
    }  # fmt: skip


def _words(one: LimitDay, course: LimitCourse, look: Look) -> list[str]:
    value = BEYOND if one.is_unbounded else amount(one.value, course.unit, look.style)
    used = MISSING if one.use_frac is None else formatting.percent(one.use_frac, 0, style=look.style)
    return [value, used, f"{one.word}, {'recomputed' if one.is_recomputed else 'written on the day'}"]


def _table(course: LimitCourse, look: Look) -> Table:
    rows = [
        (
            formatting.day_short(one.day),
            *_words(one, course, look)[:2],
            one.word,
            "Recomputed" if one.is_recomputed else "",
        )
        for one in reversed(course.days)
    ]
    return ("Day", course.label, "Used", "State", "Origin"), rows
