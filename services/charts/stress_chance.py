"""How are simulated losses distributed, what do broken correlations do to risk, and is a redemption paid?"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import plotly.graph_objects as go

from services.charts.frame import by_range, frame, joined
from services.charts.look import Look
from services.charts.stress import MARK
from services.market_marks import source_mark
from services.messages.stress_questions import CorrelationReport, LiquidityReport, MonteCarloReport

HEIGHT_PX = 380
LOSS_LOW_PERCENT, LOSS_HIGH_PERCENT = 1.0, 80.0
"""Losses that can be asked about, as on the slider of the page."""
HEIGHTS = (1.0, 0.8, 0.6, 0.4, 0.3, 0.2)
"""How high the strokes of the levels stand, one after the other."""
PAID = {"waterfall": "Most liquid first", "pro_rata": "Pro rata"}


def distribution(report: MonteCarloReport, look: Look) -> go.Figure:
    """Draw how often which return came out, with the loss at each level."""
    found = report.result
    edges = found.histogram_edges_frac
    middles = [(low + high) / 2 for low, high in pairwise(edges)]
    total = sum(found.histogram_count) or 1
    shares = [count / total for count in found.histogram_count]
    tail = next((one for one in found.tails if abs(one.level_frac - 0.99) < 1e-9), found.tails[-1])
    figure = go.Figure()
    figure.add_bar(
        x=middles,
        y=shares,
        marker={"color": [look.color("down-fill" if one < -tail.var_frac else "chart-muted") for one in middles]},
        customdata=[[words] for words in _bins(edges, look)],
        hovertemplate="%{customdata[0]}: %{y:.2%}<extra></extra>",
        showlegend=False,
        name="Share",
    )
    top = max(shares)
    for one, height in zip(found.tails, HEIGHTS, strict=False):
        figure.add_scatter(
            x=[-one.var_frac, -one.var_frac],
            y=[0.0, top * height],
            mode="lines",
            line={"width": 1.5, "color": look.color("text"), "dash": "dash"},
            hoverinfo="skip",
            showlegend=False,
            name=_level(one.level_frac),
        )
    notes = [
        {
            "x": -one.var_frac,
            "y": top * height,
            "xref": "x",
            "yref": "y",
            "text": _level(one.level_frac),
            "showarrow": False,
            "xanchor": "right",
            "xshift": -4,
            "yanchor": "top",
            "font": {"size": 11, "color": look.color("text")},
        }
        for one, height in zip(found.tails, HEIGHTS, strict=False)
    ]
    days = look.count(found.horizon_days, "session")
    return frame(
        figure,
        name="stress-chance",
        title=f"In 1 of 100 cases the portfolio loses more than {look.rate(tail.var_frac)} over {days}",
        subtitle=joined(
            found.label,
            f"{look.number(found.scenarios_count, 0)} scenarios, seed {found.seed}",
            "the outer bars hold all beyond",
        ),
        source="",
        mark=MARK if report.is_sample else "",
        look=look,
        height_px=HEIGHT_PX,
        table=(
            ("Level", "Value at risk", "± (one s.e.)", "Expected shortfall", "± (one s.e.)"),
            [
                (
                    _level(one.level_frac),
                    look.rate(one.var_frac),
                    look.rate(one.var_error_frac),
                    look.rate(one.es_frac),
                    look.rate(one.es_error_frac),
                )
                for one in found.tails
            ],
        ),
        choices=by_range(_losses(edges, shares, look)),
        annotations=notes,
        xaxis={"tickformat": ".0%", "title": {"text": "Return over the horizon"}, "zeroline": True},
        yaxis={"tickformat": ".0%", "title": {"text": "Share of scenarios"}},
        bargap=0.05,
    )


def _losses(edges: Sequence[float], shares: Sequence[float], look: Look) -> list[tuple[float, float, str, str]]:
    """Return what each bar of a loss chooses, the loss in its middle in percent, and how it reads."""
    bars = zip(pairwise(edges), shares, _bins(edges, look), strict=True)
    return [
        (low, high, f"loss:{loss_percent:.2f}", f"{words}: {look.rate(share)} of the scenarios")
        for (low, high), share, words in bars
        if share and LOSS_LOW_PERCENT <= (loss_percent := -50.0 * (low + high)) <= LOSS_HIGH_PERCENT
    ]


def _bins(edges: Sequence[float], look: Look) -> list[str]:
    """Say what each bar counts; the outer ones count what lies beyond, too."""
    words = [f"{look.rate(low)} to {look.rate(high)}" for low, high in pairwise(edges)]
    words[0], words[-1] = f"{look.rate(edges[1])} and less", f"{look.rate(edges[-2])} and more"
    return words


def correlation_course(report: CorrelationReport, look: Look) -> go.Figure:
    """Draw volatility on the way to a stressed correlation."""
    found = report.result
    xs = [one.strength_frac for one in found.points]
    ys = [one.volatility_annual_frac for one in found.points]
    figure = go.Figure()
    figure.add_scatter(
        x=xs,
        y=ys,
        mode="lines",
        line={"width": 2.25, "color": look.color("series-1")},
        name="Volatility a year",
        customdata=[look.number(one.average_correlation) for one in found.points],
        hovertemplate="%{x:.0%} of the way<br>volatility %{y:.2%}<br>mean correlation %{customdata}<extra></extra>",
        showlegend=False,
    )
    figure.add_scatter(
        x=[found.asked.strength_frac],
        y=[found.asked.volatility_annual_frac],
        mode="markers",
        marker={"size": 11, "color": look.color("chart-proposed")},
        name="Asked",
        hoverinfo="skip",
        showlegend=False,
    )
    start, end = found.points[0], found.asked
    moved = "rises" if end.volatility_annual_frac >= start.volatility_annual_frac else "falls"
    heads = [f"VaR {_level(one)}" for one in found.levels_frac]
    before, after = look.rate(start.volatility_annual_frac), look.rate(end.volatility_annual_frac)
    mean = look.number(start.average_correlation)
    return frame(
        figure,
        name="stress-correlation",
        title=f"Volatility {moved} from {before} to {after}",
        subtitle=f"A year; correlations go from today's, {mean} on average, to the stressed ones",
        source="",
        mark=MARK if report.is_sample else "",
        look=look,
        height_px=HEIGHT_PX,
        table=(
            ("Of the way", "Mean correlation", "Volatility", *heads),
            [
                (
                    look.weight(one.strength_frac),
                    look.number(one.average_correlation),
                    look.rate(one.volatility_annual_frac),
                    *(look.rate(value) for value in one.var_frac),
                )
                for one in found.points
            ],
        ),
        xaxis={"tickformat": ".0%", "title": {"text": "Way to the stressed correlation"}},
        yaxis={"tickformat": ".0%", "rangemode": "tozero"},
    )


def redemption(report: LiquidityReport, look: Look) -> go.Figure:
    """Draw the cash that is raised day by day beside what is due."""
    found = report.result
    days = list(range(1, found.days_count + 1))
    due = [found.redemption_frac * day / found.days_count for day in days]
    figure = go.Figure()
    inks = {"waterfall": "series-1", "pro_rata": "series-3"}
    for way in found.ways:
        figure.add_scatter(
            x=days,
            y=list(way.raised_frac),
            mode="lines+markers",
            line={"width": 2, "color": look.color(inks[way.way])},
            marker={"size": 6, "color": look.color(inks[way.way])},
            name=PAID[way.way],
            hovertemplate="Session %{x}: %{y:.2%}",
        )
    figure.add_scatter(
        x=days,
        y=due,
        mode="lines",
        line={"width": 1.5, "color": look.color("down"), "dash": "dash"},
        name="Due",
        hovertemplate="%{y:.2%}",
    )
    first = found.ways[0]
    when = look.count(found.days_count, "session")
    title = (
        f"{look.weight(found.redemption_frac)} of the value can be paid within {when}"
        if first.is_paid
        else f"{look.weight(first.shortfall_frac)} of the value stays unpaid after {when}"
    )
    volumes, spreads = look.number(found.volume_scale, 1), look.number(found.spread_scale, 1)
    return frame(
        figure,
        name="stress-redemption",
        title=title,
        subtitle=f"Cash raised after costs, of the value; {volumes} times the usual volume, {spreads} times the spread",
        source="",
        mark=source_mark({"data": report.lineage}),
        look=look,
        height_px=HEIGHT_PX,
        table=(
            ("Session", *(PAID[way.way] for way in found.ways), "Due"),
            [
                (str(day), *(look.rate(way.raised_frac[place]) for way in found.ways), look.rate(due[place]))
                for place, day in enumerate(days)
            ],
        ),
        screen_top_px=34,
        hovermode="x unified",
        xaxis={"title": {"text": "Session"}, "dtick": max(1, found.days_count // 10)},
        yaxis={"tickformat": ".0%", "rangemode": "tozero"},
    )


def _level(level: float) -> str:
    return f"{100 * level:g}%"
