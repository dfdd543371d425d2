"""Where do a published instance's frontiers lie, and how fast does each algorithm come near?"""

from __future__ import annotations

import math
from collections.abc import Sequence

import plotly.graph_objects as go

from services import formatting
from services.charts.frame import empty, frame, joined
from services.charts.look import Look
from services.charts.tokens import Signs, Theme
from services.errors import NotFound
from services.formatting import Style
from services.messages.academic import (
    ALGORITHM_NAMES,
    AcademicPoint,
    AcademicResult,
    AlgorithmName,
    FewHoldingsPoint,
    ProblemName,
)

HEIGHT_PX = 460
REFERENCE_EVERY = 5
PROVEN_GAP_FRAC = 1e-6
_COLORS: dict[AlgorithmName, str] = {
    "exact": "series-1",
    "search": "series-1",
    "nsga2": "series-2",
    "nsga3": "series-3",
}
_MARKS_MS = (
    *((mark / 10, f"{mark / 10:g} ms") for mark in (1, 3)),
    *((mark, f"{mark} ms") for mark in (1, 3, 10, 30, 100, 300)),
    *((1_000 * mark, f"{mark} s") for mark in (1, 3, 10, 30, 100, 300)),
)
_PLACE = "Deviation %{x:.3%}<br>Mean %{y:.3%}<extra></extra>"


CHARTS = ("frontier", "race_all", "race_few")
"""The charts of a benchmark: its frontiers, and the race with any number of holdings and with few."""


def academic_figure(
    name: str,
    result: AcademicResult,
    *,
    theme: Theme = "light",
    style: Style = "comma",
    signs: Signs = "blue_orange",
) -> go.Figure:
    """Draw one of `CHARTS`, the same for screen and files.

    Raises
    ------
    services.errors.NotFound
        When there is no chart of that name.
    """
    if name == "frontier":
        return academic_frontier(result, theme=theme, style=style, signs=signs)
    if name not in CHARTS:
        raise NotFound(f"A benchmark has no chart named '{name[:40]}'.", f"Its charts are: {', '.join(CHARTS)}.")
    problem: ProblemName = "all" if name == "race_all" else "few"
    return academic_hypervolume(result, problem, theme=theme, style=style, signs=signs)


def academic_frontier(
    result: AcademicResult, *, theme: Theme = "light", style: Style = "comma", signs: Signs = "blue_orange"
) -> go.Figure:
    """Draw the exact frontier, the published one on it, and the portfolios of few holdings with their gaps.

    Parameters
    ----------
    result : AcademicResult
        A finished benchmark.
    theme, style, signs
        Colors and number format.
    """
    look = Look(theme, style, signs)
    if not result.frontier:
        return empty("academic-frontier", "One portfolio alone is efficient: there is no frontier to draw.", look)
    figure = go.Figure()
    xs, ys = _axes(result.frontier)
    figure.add_scatter(
        x=xs,
        y=ys,
        mode="lines",
        line={"width": 2.5, "color": look.color("series-1")},
        name="Exact frontier",
        hovertemplate=_PLACE,
    )
    if result.reference:
        xs, ys = _axes(result.reference[::REFERENCE_EVERY])
        figure.add_scatter(
            x=xs,
            y=ys,
            mode="markers",
            marker={"size": 6, "symbol": "circle", "color": look.color("series-2")},
            name="Published",
            hovertemplate="<b>Published frontier</b><br>" + _PLACE,
        )
    proven = [one for one in result.few if one.gap_frac <= PROVEN_GAP_FRAC]
    is_open = [one for one in result.few if one.gap_frac > PROVEN_GAP_FRAC]
    holdings = look.count(result.few_summary.holdings_count, "holding")
    for some, name, symbol, color in (
        (proven, f"{holdings}, proven", "diamond", "series-3"),
        (is_open, f"{holdings}, gap open", "x", "series-6"),
    ):
        if some:
            figure.add_trace(_few(some, name, symbol, look.color(color), look))
    return frame(
        figure,
        name="academic-frontier",
        title=_frontier_finding(result, look),
        subtitle=joined("Mean against standard deviation of the return over one period", _named(result)),
        source=_source(result, look),
        look=look,
        height_px=HEIGHT_PX,
        table=_frontier_table(result, look),
        screen_top_px=34,
        xaxis={"title": {"text": "Standard deviation of a period"}, "tickformat": ".1%", "showgrid": True},
        yaxis={"title": {"text": "Mean of a period"}, "tickformat": ".2%"},
    )


def academic_hypervolume(
    result: AcademicResult,
    problem: ProblemName,
    *,
    theme: Theme = "light",
    style: Style = "comma",
    signs: Signs = "blue_orange",
) -> go.Figure:
    """Draw how much of the exact frontier's hypervolume each algorithm has reached after how much time.

    Parameters
    ----------
    result : AcademicResult
        A finished benchmark.
    problem : {"all", "few"}
        Any number of holdings, or exactly K.
    theme, style, signs
        Colors and number format.
    """
    look = Look(theme, style, signs)
    times = {(one.algorithm, one.problem): one.elapsed_ms for one in result.times}
    curves = [curve for curve in result.curves if curve.problem == problem]
    name = f"academic-hypervolume-{problem}"
    if not curves:
        return empty(name, "There is nothing to compare: one portfolio alone is efficient.", look)
    figure = go.Figure()
    rows = []
    for curve in curves:
        elapsed = times[curve.algorithm, problem]
        words = [
            [formatting.duration(ms, style=style), look.number(count, 0)]
            for ms, count in zip(elapsed, curve.evaluations_count, strict=True)
        ]
        figure.add_scatter(
            x=[_log_ms(ms) for ms in elapsed],
            y=list(curve.hypervolume_frac),
            mode="lines+markers",
            line={"width": 2, "color": look.color(_COLORS[curve.algorithm])},
            marker={"size": 5, "color": look.color(_COLORS[curve.algorithm])},
            name=ALGORITHM_NAMES[curve.algorithm],
            customdata=words,
            hovertemplate=f"<b>{ALGORITHM_NAMES[curve.algorithm]}</b><br>%{{y:.2%}} of the hypervolume"
            "<br>after %{customdata[0]}, %{customdata[1]} evaluations<extra></extra>",
        )
        rows += [
            [
                ALGORITHM_NAMES[curve.algorithm],
                look.number(count, 0),
                formatting.duration(ms, style=style),
                look.rate(share),
            ]
            for count, ms, share in zip(curve.evaluations_count, elapsed, curve.hypervolume_frac, strict=True)
        ]
    spans = [_log_ms(ms) for curve in curves for ms in times[curve.algorithm, problem]]
    shares = [share for curve in curves for share in curve.hypervolume_frac]
    low = max(0.0, min(shares) - 0.05)
    return frame(
        figure,
        name=name,
        title=_race_finding(result, problem, look),
        subtitle=joined(
            "Share of the exact frontier's hypervolume against time, logarithmic",
            "any number of holdings"
            if problem == "all"
            else f"exactly {look.count(result.few_summary.holdings_count, 'holding')}",
        ),
        source=_source(result, look),
        look=look,
        height_px=420,
        table=(("Algorithm", "Evaluations", "Time", "Hypervolume"), rows),
        screen_top_px=34,
        xaxis={
            "title": {"text": "Time of the algorithm"},
            "tickvals": [_log_ms(ms) for ms, _ in _MARKS_MS],
            "ticktext": [words for _, words in _MARKS_MS],
            "range": [min(spans) - 0.15, max(spans) + 0.15],
            "showgrid": True,
        },
        yaxis={"title": {"text": "Hypervolume, share of the exact"}, "tickformat": ".0%", "range": [low, 1.02]},
    )


def _few(points: Sequence[FewHoldingsPoint], name: str, symbol: str, paint: str, look: Look) -> go.Scatter:
    xs = [math.sqrt(one.variance_period) for one in points]
    return go.Scatter(
        x=xs,
        y=[one.mean_period_frac for one in points],
        mode="markers",
        marker={"size": 8, "symbol": symbol, "color": paint},
        name=name,
        customdata=[[look.number(one.tradeoff), _gap(one.gap_frac, look)] for one in points],
        hovertemplate="<b>Trade-off %{customdata[0]}</b>, gap %{customdata[1]}<br>" + _PLACE,
    )


def _frontier_table(result: AcademicResult, look: Look) -> tuple[Sequence[str], list[list[str]]]:
    rows = [["Corner of the frontier", *_place(one, look), ""] for one in result.corners]
    rows += [
        [
            f"Trade-off {look.number(one.tradeoff)}",
            *_place(AcademicPoint(mean_period_frac=one.mean_period_frac, variance_period=one.variance_period), look),
            _gap(one.gap_frac, look),
        ]
        for one in result.few
    ]
    return ("Portfolio", "Mean of a period", "Standard deviation", "Gap"), rows


def _place(point: AcademicPoint, look: Look) -> tuple[str, str]:
    return (
        formatting.percent(point.mean_period_frac, 3, style=look.style),
        formatting.percent(math.sqrt(point.variance_period), 3, style=look.style),
    )


def _gap(gap_frac: float, look: Look) -> str:
    return "proven" if gap_frac <= PROVEN_GAP_FRAC else formatting.percent(gap_frac, 2, style=look.style)


def _axes(points: Sequence[AcademicPoint]) -> tuple[list[float], list[float]]:
    return [math.sqrt(one.variance_period) for one in points], [one.mean_period_frac for one in points]


def _log_ms(elapsed_ms: float) -> float:
    return math.log10(max(elapsed_ms, 1e-3))


def _named(result: AcademicResult) -> str:
    return f"{result.name} ({result.market})" if result.market else result.name


def _source(result: AcademicResult, look: Look) -> str:
    return joined(
        f"{_named(result)}, {look.count(result.assets_count, 'asset')}",
        f"{look.number(result.evaluations_count, 0)} evaluations, seed {result.seed}",
    )


def _frontier_finding(result: AcademicResult, look: Look) -> str:
    summary = result.few_summary
    words = f"{look.count(result.corners_count, 'corner')} make the whole frontier"
    if summary.mean_error_percent is not None:
        error = formatting.number(summary.mean_error_percent, 2, style=look.style)
        words += f"; {look.count(summary.holdings_count, 'holding')} lie {error}% off it on average"
    return words


def _race_finding(result: AcademicResult, problem: ProblemName, look: Look) -> str:
    times = {(one.algorithm, one.problem): one.elapsed_ms for one in result.times}
    ours: AlgorithmName = "exact" if problem == "all" else "search"
    scores = {one.algorithm: one for one in result.scores if one.problem == problem}
    evolved = [scores[one] for one in ("nsga2", "nsga3") if one in scores]
    parts = []
    if ours in scores:
        took = formatting.duration(times[ours, problem][-1], style=look.style)
        parts.append(f"{ALGORITHM_NAMES[ours]}: {look.rate(scores[ours].hypervolume_frac)} in {took}")
    if evolved:
        best = max(evolved, key=lambda one: one.hypervolume_frac)
        took = formatting.duration(times[best.algorithm, problem][-1], style=look.style)
        parts.append(f"{ALGORITHM_NAMES[best.algorithm]}: {look.rate(best.hypervolume_frac)} in {took}")
    return "; ".join(parts)
