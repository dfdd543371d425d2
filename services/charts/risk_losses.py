"""How bad can it get, how often was it, and how far do the methods agree?"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go

from services import formatting
from services.charts.frame import by_label, by_range, empty, frame, joined
from services.charts.look import Look
from services.charts.risk import as_of_words, level_words, mark_of, source_of, tones
from services.charts.tokens import Signs, Theme
from services.formatting import MISSING, Style
from services.messages.risk import RiskHistory, RiskReport

if TYPE_CHECKING:
    from engine.tails.result import TailEstimate, TailFigure

BINS_COUNT = 61
BINS_MAX_COUNT = 200
"""Bars of one width over the whole range: so many in its middle, and no more than this in all."""
ROW_PX = 34
DAY, RANGE = "day:", "range:"
"""Begin a choice of one day, and of the days whose returns one bar counts."""
OF_DRAWING = "simulation"
"""Kind of an error that more draws would lessen, and that tells nothing of the parameters."""


def figure_of(report: RiskReport, method: str, level_frac: float, horizon_days: int) -> TailFigure | None:
    """Return the loss of a method (the leading one where the text is empty); None where it was not computed."""
    if report.tails is None:
        return None
    wanted = method or report.tails.default_method
    for one in report.tails.figures:
        if (one.method, one.horizon_days) == (wanted, horizon_days) and abs(one.level_frac - level_frac) < 1e-9:
            return one
    return None


def horizon_words(days: int) -> str:
    """Write a horizon."""
    return "one day" if days == 1 else f"{days} days"


def horizon_returns(returns_frac: tuple[float, ...], days: int) -> np.ndarray:
    """Return compounded returns over so many days, overlapping ones."""
    if days == 1:
        return np.asarray(returns_frac, dtype=np.float64)
    wealth = np.concatenate([[1.0], np.cumprod(1.0 + np.asarray(returns_frac, dtype=np.float64))])
    if wealth.size <= days or not (wealth > 0.0).all():
        return np.empty(0)
    moves: np.ndarray = wealth[days:] / wealth[:-days] - 1.0
    return moves


def ended_on(history: RiskHistory, moves: np.ndarray) -> tuple[date, ...]:
    """Return the day on which each return over a horizon ended."""
    return history.dates[len(history.dates) - moves.size :]


def loss_histogram(
    report: RiskReport,
    *,
    method: str = "",
    level_frac: float = 0.95,
    horizon_days: int = 1,
    days: Collection[date] = (),
    theme: Theme = "light",
    style: Style = "comma",
    signs: Signs = "blue_orange",
) -> go.Figure:
    """Draw how often today's holdings would have returned what, with value at risk and expected shortfall.

    Parameters
    ----------
    method : str
        Whose figures are marked; the leading one's where empty.
    days : collection of date
        The chosen days: the bars that count their returns stand out.
    """
    look = Look(theme, style, signs)
    name = "risk-losses"
    moves = np.empty(0) if report.history is None else horizon_returns(report.history.returns_frac, horizon_days)
    found = figure_of(report, method, level_frac, horizon_days)
    if moves.size < 20 and report.history is not None and not report.history.underwater_frac:
        return empty(name, "A day would have taken more than everything: returns cannot be compounded.", look)
    if moves.size < 20:
        return empty(name, "Fewer than 20 days of common history are known: there is no distribution to draw.", look)
    counts, edges = np.histogram(moves, bins=_edges(moves, found))
    middles = (edges[:-1] + edges[1:]) / 2
    var = None if found is None or found.value_at_risk is None else found.value_at_risk.loss_frac
    shortfall = None if found is None or found.expected_shortfall is None else found.expected_shortfall.loss_frac
    beyond = np.zeros(middles.size, dtype=bool) if var is None else middles < -var
    figure = go.Figure()
    figure.add_bar(
        x=middles.tolist(),
        y=counts.tolist(),
        marker={
            "color": [look.color("down-fill" if one else "chart-muted") for one in beyond],
            "opacity": _shades(report, moves, edges, days),
        },
        name="Days",
        showlegend=False,
        hovertemplate="%{x:.2%}: %{y} days<extra></extra>",
    )
    top = float(counts.max()) * 1.08
    for value, words, tone, dash in (
        (var, f"Value at risk {level_words(level_frac)}", "down", "solid"),
        (shortfall, f"Expected shortfall {level_words(level_frac)}", "text", "dash"),
    ):
        if value is not None:
            figure.add_scatter(
                x=[-value, -value],
                y=[0, top],
                mode="lines",
                line={"width": 2, "color": look.color(tone), "dash": dash},
                name=f"{words}: {look.rate(value)}",
                hoverinfo="skip",
            )
    count = int((moves < -var).sum()) if var is not None else 0
    whose = "" if found is None else found.label
    return frame(
        figure,
        name=name,
        title=_finding(var, shortfall, level_frac, horizon_days, look),
        subtitle=joined(
            f"Returns of today's holdings over {horizon_words(horizon_days)}, {look.number(moves.size, 0)} of them"
            + (", overlapping" if horizon_days > 1 else ""),
            f"beyond the value at risk: {look.number(count, 0)}" if var is not None else "",
            whose,
            as_of_words(report),
        ),
        source=source_of(report),
        mark=mark_of(report),
        look=look,
        height_px=400,
        table=(
            ("Return", "How often"),
            [
                (f"{look.rate(float(low))} to {look.rate(float(high))}", look.number(int(n), 0))
                for low, high, n in zip(edges, edges[1:], counts, strict=False)
                if n
            ],
        ),
        choices=by_range(_ranges(edges, counts, look)),
        screen_top_px=34,
        annotations=[_worst(report, moves, look)],
        bargap=0.06,
        xaxis={"tickformat": ".1%", "zeroline": True, "showgrid": False},
        yaxis={"tickformat": ",.0f", "title": {"text": "Days"}},
    )


def _edges(moves: np.ndarray, found: TailFigure | None) -> np.ndarray:
    """Return the edges of the bars: the whole range with every line that is drawn, so that no day is out of sight."""
    near, far = (float(one) for one in np.quantile(moves, (0.001, 0.999)))
    marks = [] if found is None else [one.loss_frac for one in (found.value_at_risk, found.expected_shortfall) if one]
    low = min([float(moves.min()), *(-1.02 * mark for mark in marks)])
    reach = max(float(moves.max()) - low, 1e-6)
    width = max((far - near) / BINS_COUNT, reach / BINS_MAX_COUNT)
    count = int(np.ceil(reach / width - 1e-9))
    made: np.ndarray = np.linspace(low, low + reach, count + 1)
    made[-1] = max(float(moves.max()), made[-1])
    return made


def _ranges(edges: np.ndarray, counts: np.ndarray, look: Look) -> list[tuple[float, float, str, str]]:
    """Return what each bar chooses, and how it reads; one that counts nothing chooses nothing."""
    found = [(float(low), float(high), int(n)) for (low, high), n in zip(pairwise(edges), counts, strict=True) if n]
    return [
        (low, high, f"{RANGE}{low!r}/{high!r}", f"{look.rate(low)} to {look.rate(high)}: {look.count(n, 'day')}")
        for low, high, n in found
    ]


def _shades(
    report: RiskReport, moves: np.ndarray, edges: np.ndarray, days: Collection[date]
) -> Sequence[float] | float:
    """Return how strong each bar is drawn: those that count a chosen day stand out, where one is counted."""
    assert report.history is not None
    chosen = [float(move) for move, day in zip(moves, ended_on(report.history, moves), strict=True) if day in days]
    if not chosen:
        return 1.0
    last = edges.size - 2
    strong = {min(int(np.searchsorted(edges, move, side="right")) - 1, last) for move in chosen}
    return [1.0 if place in strong else 0.35 for place in range(edges.size - 1)]


def _worst(report: RiskReport, moves: np.ndarray, look: Look) -> dict[str, Any]:
    """Return the mark of the worst return with its day: its bar may be one day high."""
    assert report.history is not None
    place = int(moves.argmin())
    ended = ended_on(report.history, moves)[place]
    return {
        "x": float(moves[place]),
        "y": 0,
        "text": f"worst {look.rate(float(moves[place]))}<br>{formatting.day_short(ended)}",
        "showarrow": True,
        "arrowhead": 0,
        "ax": 0,
        "ay": -48,
        "xanchor": "left",
        "align": "left",
        "font": {"size": 12, "color": look.color("text")},
        "arrowcolor": look.color("line-strong"),
    }


def _finding(var: float | None, shortfall: float | None, level_frac: float, days: int, look: Look) -> str:
    if var is None:
        return "How today's holdings would have done"
    once = round(1.0 / (1.0 - level_frac))
    if days == 1:
        words = f"One day in {once} is expected to cost {look.rate(var)} or more"
        return words if shortfall is None else f"{words}; such a day costs {look.rate(shortfall)} on average"
    words = f"Once in {once} times, {days} days cost {look.rate(var)} or more"
    return words if shortfall is None else f"{words}, {look.rate(shortfall)} on average"


def method_intervals(
    report: RiskReport,
    *,
    method: str = "",
    level_frac: float = 0.95,
    horizon_days: int = 1,
    theme: Theme = "light",
    style: Style = "comma",
    signs: Signs = "blue_orange",
) -> go.Figure:
    """Draw value at risk and expected shortfall of every method with their intervals.

    Parameters
    ----------
    method : str
        The one that stands out; the leading one where empty.
    """
    look = Look(theme, style, signs)
    name = "risk-methods"
    rows = [one for one in methods_of(report, level_frac, horizon_days) if one.value_at_risk is not None]
    if not rows:
        return empty(name, "No method can say anything from so little history.", look)
    chosen = next((one.label for one in rows if one.method == method), None)
    figure = go.Figure()
    for kind, words, symbol, tone in (
        ("value_at_risk", "Value at risk", "circle", "chart-proposed"),
        ("expected_shortfall", "Expected shortfall", "diamond", "down-fill"),
    ):
        known = [(one.label, estimate) for one in rows if (estimate := getattr(one, kind)) is not None]
        figure.add_scatter(**_whiskers(known, look.color(tone)))
        labels = [label for label, _ in known]
        figure.add_scatter(
            x=[estimate.loss_frac for _, estimate in known],
            y=labels,
            mode="markers",
            marker={
                "size": 10,
                "symbol": symbol,
                "color": tones(labels, () if chosen is None else (chosen,), tone, look),
            },
            name=words,
            hovertemplate=f"<b>%{{y}}</b><br>{words} %{{x:.2%}}<extra></extra>",
        )
    losses = [one.value_at_risk.loss_frac for one in rows if one.value_at_risk is not None]
    confidence = "" if report.tails is None else level_words(report.tails.confidence_frac)
    return frame(
        figure,
        name=name,
        title=f"The methods put it between {look.rate(min(losses))} and {look.rate(max(losses))}",
        subtitle=joined(
            f"Loss over {horizon_words(horizon_days)} at {level_words(level_frac)}",
            f"lines: {confidence} interval of each estimate{_but_drawn(rows)}" if confidence else "",
            as_of_words(report),
        ),
        source=source_of(report),
        mark=mark_of(report),
        look=look,
        height_px=150 + ROW_PX * len(rows),
        table=(
            ("Method", "Value at risk", "Its interval", "Expected shortfall", "Its interval"),
            [
                (
                    one.label,
                    look.rate(None if one.value_at_risk is None else one.value_at_risk.loss_frac),
                    interval_words(one.value_at_risk, look),
                    look.rate(None if one.expected_shortfall is None else one.expected_shortfall.loss_frac),
                    interval_words(one.expected_shortfall, look),
                )
                for one in rows
            ],
        ),
        choices=by_label("y", {one.label: f"method:{one.method}" for one in rows}),
        screen_top_px=34,
        xaxis={"tickformat": ".1%", "showgrid": True, "rangemode": "tozero"},
        yaxis={"autorange": "reversed", "type": "category"},
    )


def _but_drawn(rows: list[TailFigure]) -> str:
    """Name the methods whose interval is the error of drawing alone: those of their parameters are not in it."""
    drawn = [
        one.label
        for one in rows
        if one.value_at_risk is not None
        and one.value_at_risk.lower_frac is not None
        and one.value_at_risk.error_kind == OF_DRAWING
    ]
    return f"; of {' and '.join(drawn)} of drawing alone" if drawn else ""


def methods_of(report: RiskReport, level_frac: float, horizon_days: int) -> list[TailFigure]:
    """Return the figures of every method at a level and a horizon, the leading one first."""
    found = [] if report.tails is None else list(report.tails.figures)
    held = [one for one in found if one.horizon_days == horizon_days and abs(one.level_frac - level_frac) < 1e-9]
    return sorted(held, key=lambda one: not one.is_default)


def interval_words(estimate: TailEstimate | None, look: Look) -> str:
    """Write the interval of an estimate, and whether it is that of drawing alone; a dash where none is known."""
    if estimate is None or estimate.lower_frac is None or estimate.upper_frac is None:
        return MISSING
    words = f"{look.rate(estimate.lower_frac)} to {look.rate(estimate.upper_frac)}"
    return f"{words}, of drawing alone" if estimate.error_kind == OF_DRAWING else words


def _whiskers(known: list[tuple[str, Any]], color: str) -> dict[str, Any]:
    xs: list[float | None] = []
    ys: list[str | None] = []
    for label, estimate in known:
        if estimate.lower_frac is not None and estimate.upper_frac is not None:
            xs += [estimate.lower_frac, estimate.upper_frac, None]
            ys += [label, label, None]
    return {
        "x": xs, "y": ys, "mode": "lines", "line": {"width": 2, "color": color}, "showlegend": False,
        "hoverinfo": "skip", "name": "interval", "opacity": 0.55,
    }  # fmt: skip
