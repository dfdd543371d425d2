"""What did the chosen part of an attribution add through time, month by month, and by which effects?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import plotly.graph_objects as go

from services import formatting
from services.charts.frame import by_label, empty, frame, joined
from services.charts.look import Look
from services.charts.performance import span
from services.charts.tokens import Signs, Theme
from services.formatting import Style
from services.messages.performance_choice import ChoiceView, Course
from services.performance_attribution import CASH
from services.performance_choice import own_growth

DAYS_MAX_COUNT = 45
MONTHS_MAX_COUNT = 72
HEIGHT_PX = 360
LEAST_POINTS_COUNT = 2
TONES = {"Allocation": "series-1", "Selection": "series-2", "Interaction": "series-4"}


class Step:
    """One day, month or year of a course: its words, the closes between which it runs, and the places of its days."""

    def __init__(self, words: str, start: date, end: date, places: range) -> None:
        self.words, self.start, self.end, self.places = words, start, end, places


def steps_of(days: Sequence[date], begin: date) -> list[Step]:
    """Return the days of few, the months of some, the years of very many days, each with the close before it."""
    if len(days) <= DAYS_MAX_COUNT:
        labels = [formatting.day_short(one) for one in days]
    else:
        months = [f"{one:%b} {one.year}" for one in days]
        labels = months if len(set(months)) <= MONTHS_MAX_COUNT else [str(one.year) for one in days]
    made: list[Step] = []
    low = 0
    for high in range(1, len(days) + 1):
        if high < len(days) and labels[high] == labels[low]:
            continue
        made.append(Step(labels[low], days[low - 1] if low else begin, days[high - 1], range(low, high)))
        low = high
    return made


def added(
    view: ChoiceView, *, theme: Theme = "light", style: Style = "comma", signs: Signs = "blue_orange"
) -> go.Figure:
    """Draw what the chosen part added in each step, and as a line what it had added until then."""
    look = Look(theme, style, signs)
    course = view.added
    steps = steps_of(course.dates, view.period.start)
    values = [_sum(course, name, step) for step in steps for name in list(course.parts)[:1]]
    if not steps:
        return empty("chosen", f"{view.label} added nothing in this period.", look)
    since, at = [], 0.0
    for value in values:
        at += value
        since.append(at)
    names = [one.words for one in steps]
    figure = go.Figure()
    figure.add_bar(
        x=names,
        y=values,
        marker={"color": [look.color("up-fill" if one >= 0 else "down-fill") for one in values]},
        name="In it",
        hovertemplate="<b>%{x}</b><br>%{y:.2%}<extra></extra>",
    )
    figure.add_scatter(
        x=names,
        y=since,
        mode="lines",
        line={"width": 1.75, "color": look.color("text")},
        name="Since the start",
        hovertemplate="%{y:.2%} since the start<extra></extra>",
    )
    most = max(range(len(values)), key=lambda n: abs(values[n]))
    total, largest = look.rate(view.total_frac), _signed(values[most], look)
    what = "to the return beside the benchmark" if view.kind == "effect" else "to the return"
    return frame(
        figure,
        name="chosen",
        title=f"{view.label} added {total}; the largest step was {names[most]}, {largest}"
        if len(names) > 1
        else f"{view.label} added {total}",
        subtitle=joined(f"What it added {what}; the bars add up to the total", span(view)),
        source="",
        mark=view.sample_mark,
        look=look,
        height_px=HEIGHT_PX,
        table=(
            ("Step", "Added", "Since the start"),
            [[name, look.rate(one), look.rate(until)] for name, one, until in zip(names, values, since, strict=True)],
        ),
        choices=_choices(steps),
        screen_top_px=34,
        bargap=0.35,
        xaxis={"type": "category", "nticks": 12},
        yaxis={"tickformat": ".1%", "zeroline": True},
    )


def effects(
    view: ChoiceView, *, theme: Theme = "light", style: Style = "comma", signs: Signs = "blue_orange"
) -> go.Figure:
    """Draw the effects of the chosen group in each step, stacked; they add up to those of the whole period."""
    look = Look(theme, style, signs)
    course = view.effects
    if course is None or not course.dates:
        return empty("chosen-effects", view.effects_sentence or "There is nothing to compare with.", look)
    steps = steps_of(course.dates, view.period.start)
    names = [one.words for one in steps]
    table = {part: [_sum(course, part, step) for step in steps] for part in course.parts}
    figure = go.Figure()
    for part, values in table.items():
        figure.add_bar(
            x=names,
            y=values,
            name=part,
            marker={"color": look.color(TONES[part])},
            hovertemplate=f"<b>%{{x}}</b><br>{part} %{{y:.2%}}<extra></extra>",
        )
    totals = {part: sum(values) for part, values in table.items()}
    whole = sum(totals.values())
    words = ", ".join(f"{part.lower()} {_signed(value, look)}" for part, value in totals.items())
    return frame(
        figure,
        name="chosen-effects",
        title=f"{view.label} beside the benchmark: {_signed(whole, look)}, {words}",
        subtitle=joined("Effects of each step, linked; they add up to those of the period", span(view)),
        source="",
        mark=view.sample_mark,
        look=look,
        height_px=HEIGHT_PX,
        table=(
            ("Step", *table, "Together"),
            [
                [
                    name,
                    *(look.rate(values[at]) for values in table.values()),
                    look.rate(sum(values[at] for values in table.values())),
                ]
                for at, name in enumerate(names)
            ],
        ),
        choices=_choices(steps),
        screen_top_px=34,
        barmode="relative",
        bargap=0.35,
        xaxis={"type": "category", "nticks": 12},
        yaxis={"tickformat": ".1%", "zeroline": True},
    )


def part_of_steps(
    names: Sequence[str], bases: Sequence[float], chosen: ChoiceView | None, look: Look
) -> dict[str, Any] | None:
    """Return the bars of a chosen group inside the steps of the waterfall, from where each begins; None without any.

    Effects that compound have no such parts.
    """
    if chosen is None or chosen.kind != "group" or chosen.effects is None:
        return None
    parts = {name: chosen.effects.total(name) for name in chosen.effects.parts}
    if chosen.name == CASH and CASH in names:
        parts = {CASH: parts["Allocation"]}
    at = [place for place, name in enumerate(names) if name in parts]
    return {
        "x": [names[place] for place in at],
        "y": [parts[names[place]] for place in at],
        "base": [bases[place] for place in at],
        "width": 0.22,
        "marker": {"color": look.color("text")},
        "name": f"Of it {chosen.label}",
        "customdata": [look.rate(parts[names[place]]) for place in at],
        "hovertemplate": f"<b>{chosen.label}</b><br>%{{x}} %{{customdata}}<extra></extra>",
        "showlegend": True,
    }


def _choices(steps: Sequence[Step]) -> dict[str, object]:
    """Say that a bar chooses its days as the period of the page."""
    return by_label("x", {one.words: f"span:{one.start.isoformat()}/{one.end.isoformat()}" for one in steps})


def _sum(course: Course, part: str, step: Step) -> float:
    return sum(course.parts[part][step.places.start : step.places.stop])


def _signed(value: float, look: Look) -> str:
    return f"+{look.rate(value)}" if value > 0 else look.rate(value)


def with_growth(figure: go.Figure, chosen: ChoiceView | None, look: Look) -> go.Figure:
    """Add to the growth of 100 that of what was held of the chosen group; others are left as they are."""
    course = [] if chosen is None or chosen.kind != "group" else own_growth(chosen)
    if chosen is None or len(course) < LEAST_POINTS_COUNT:
        return figure
    figure.add_scatter(
        x=[day for day, _ in course],
        y=[100.0 * level for _, level in course],
        name=f"{chosen.label} alone",
        hovertemplate="%{y:,.1f}",
        **_line(look),
    )
    levels = {formatting.day_short(day): look.number(100.0 * level) for day, level in course}
    return _with_column(figure, f"{chosen.label} alone", levels)


def with_falls(figure: go.Figure, chosen: ChoiceView | None, look: Look) -> go.Figure:
    """Add to the distance from the peak that of what was held of the chosen group."""
    course = [] if chosen is None or chosen.kind != "group" else own_growth(chosen)
    if chosen is None or len(course) < LEAST_POINTS_COUNT:
        return figure
    peak, below = 1.0, []
    for _, level in course:
        peak = max(peak, level)
        below.append(level / peak - 1.0)
    figure.add_scatter(
        x=[day for day, _ in course],
        y=below,
        name=f"{chosen.label} alone",
        hovertemplate="%{y:.2%}",
        **_line(look),
    )
    levels = {formatting.day_short(day): look.rate(one) for (day, _), one in zip(course, below, strict=True)}
    return _with_column(figure, f"{chosen.label} alone", levels)


def _line(look: Look) -> dict[str, Any]:
    return {"mode": "lines", "line": {"width": 1.75, "dash": "dot", "color": look.color("series-3")}}


def _with_column(figure: go.Figure, head: str, values: dict[str, str]) -> go.Figure:
    """Add a column to the table twin of a chart over days; its first column holds the days as words."""
    meta = dict(figure.layout.meta)
    columns, rows = meta["table"]
    table = [[*columns, head], [[*row, values.get(row[0], formatting.MISSING)] for row in rows]]
    figure.layout.meta = {**meta, "table": table}
    return figure
