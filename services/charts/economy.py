"""How did an economic series go, as one kind of its releases tells it beside another?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import plotly.graph_objects as go

from services import formatting
from services.charts.frame import frame, joined
from services.charts.history import time_axis
from services.charts.look import Look
from services.charts.tokens import Signs, Theme
from services.formatting import Style
from services.messages.economy import EconomicView, PeriodFigure, Reading

HEIGHT_PX = 440
TABLE_ROWS_MAX_COUNT = 60
DECIMALS_MAX_COUNT = 4
READINGS: dict[Reading, str] = {"latest": "Latest figures", "first": "As first published", "known": "As known"}


def figure_decimals(figures: Sequence[float | None]) -> int:
    """Return with how many decimals the figures of a series are written: as many as its source gives, up to four."""
    known = [one for one in figures if one is not None]
    return next(
        (count for count in range(DECIMALS_MAX_COUNT) if all(abs(round(one, count) - one) < 1e-9 for one in known)),
        DECIMALS_MAX_COUNT,
    )


def period_words(period: date, frequency: str) -> str:
    """Return the period that begins on a day, as its frequency names it: Q4 2008, Oct 2008, 2008."""
    kind = frequency.lower()
    if kind.startswith("quarter"):
        return f"Q{(period.month + 2) // 3} {period.year}"
    if kind.startswith("month"):
        return f"{period:%b %Y}"
    return str(period.year) if kind.startswith("annual") else formatting.day_short(period)


def reading_words(view: EconomicView) -> str:
    """Return which releases are shown."""
    day = f" on {formatting.day_short(view.known_on)}" if view.known_on else ""
    return f"{READINGS[view.reading]}{day}"


def series_chart(
    view: EconomicView, *, theme: Theme = "light", style: Style = "comma", signs: Signs = "blue_orange"
) -> go.Figure:
    """Draw the figures that the reading chooses, with the first releases or the latest ones beside them, muted.

    A period without a figure parts the line.
    """
    look = Look(theme, style, signs)
    decimals = figure_decimals([one.value for one in view.periods])
    figure = go.Figure()
    days = [one.period for one in view.periods]
    beside: Reading = "first" if view.reading == "latest" else "latest"
    others = [one.first_value if beside == "first" else one.latest_value for one in view.periods]
    is_daily = not view.series.frequency.lower().startswith(("quarter", "month", "annual"))
    words = [period_words(day, view.series.frequency) for day in days]
    if any(one.value != other for one, other in zip(view.periods, others, strict=True)):
        _line(figure, days, others, READINGS[beside], words, look, ("chart-muted", 1.2, "dot"), decimals)
    own = ("chart-proposed", 1.8, "solid")
    _line(figure, days, [one.value for one in view.periods], reading_words(view), words, look, own, decimals)
    return frame(
        figure,
        name=f"economy-{view.series.series_id}",
        title=_title(view, look, decimals),
        subtitle=joined(
            view.series.unit,
            view.series.seasonal_adjustment or "",
            "by the day" if is_daily else f"{view.series.frequency.lower()}",
            _uncapitalized(reading_words(view)),
        ),
        mark="Sample data: these figures are fictitious." if view.series.is_sample else "",
        source=f"{view.series.provider_label}, asked {formatting.moment(view.series.updated_at_utc)}",
        look=look,
        height_px=HEIGHT_PX,
        table=_table(view, look, decimals),
        hovermode="x unified",
        screen_top_px=34,
        xaxis=time_axis(),
        yaxis={"tickformat": ",.9~g"},
    )


def _line(
    figure: go.Figure,
    days: Sequence[date],
    values: Sequence[float | None],
    name: str,
    words: Sequence[str],
    look: Look,
    ink: tuple[str, float, str],
    decimals: int,
) -> None:
    figure.add_scatter(
        x=list(days),
        y=list(values),
        mode="lines",
        connectgaps=False,
        line={"width": ink[1], "color": look.color(ink[0]), "dash": ink[2]},
        name=name,
        text=list(words),
        hovertemplate=f"%{{text}}: %{{y:,.{decimals}f}}",
    )


def _uncapitalized(words: str) -> str:
    return words[:1].lower() + words[1:]


def _last(periods: Sequence[PeriodFigure]) -> PeriodFigure | None:
    return next((one for one in reversed(periods) if one.value is not None), None)


def _title(view: EconomicView, look: Look, decimals: int) -> str:
    last = _last(view.periods)
    if last is None:
        return f"{view.series.title}: no figure {'was known' if view.reading == 'known' else 'is stored'}"
    when = period_words(last.period, view.series.frequency)
    said = f"{view.series.title}: {look.number(last.value, decimals)} in {when}"
    return f"{said}, published {formatting.day_short(last.released_on)}"


def _table(view: EconomicView, look: Look, decimals: int) -> tuple[list[str], list[list[str]]]:
    rows = [
        [
            period_words(one.period, view.series.frequency),
            look.number(one.value, decimals),
            formatting.day_short(one.released_on),
        ]
        for one in view.periods[-TABLE_ROWS_MAX_COUNT:]
    ]
    return ["Period", f"Figure, {view.series.unit}", "Published"], rows
