"""What moves together, how deep were the falls, how fast is it sold, and how concentrated is it?"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from services import formatting
from services.charts.frame import Table, by_label, empty, frame, joined
from services.charts.history import time_axis
from services.charts.look import Look
from services.charts.risk import as_of_words, mark_of, source_of, tones
from services.charts.risk_days import add_marks
from services.charts.tokens import Signs, Theme
from services.formatting import MISSING, Style
from services.messages.risk import RiskReport
from services.risk_picks import SOLD, standing_out

if TYPE_CHECKING:
    from engine.dependence.result import CorrelationMap

TEXT_MAX_COUNT = 16
TWIN_MAX_COUNT = 12
PAIRS_MAX_COUNT = 40
POINTS_MAX_COUNT = 1200
CELL_PX = 24


def correlation_map(
    report: RiskReport,
    *,
    pick: str | None = None,
    theme: Theme = "light",
    style: Style = "comma",
    signs: Signs = "blue_orange",
) -> go.Figure:
    """Draw the correlations of the holdings, those that move alike side by side.

    Parameters
    ----------
    pick : str or None
        The holding, or the group of holdings, whose rows and columns stand out.
    """
    look = Look(theme, style, signs)
    found, name = report.correlations, "risk-correlations"
    if found is None or len(found.assets) < 2:
        return empty(name, "Correlations need at least two holdings with a common history.", look)
    names, cells = list(found.assets), [list(row) for row in found.correlations]
    middle, picks = look.color("surface"), standing_out(report, pick or "", "asset")
    words = [[MISSING if one is None else look.number(one) for one in row] for row in cells]
    is_written = len(names) <= TEXT_MAX_COUNT
    figure = go.Figure()
    figure.add_heatmap(
        z=cells,
        x=names,
        y=names,
        zmin=-1.0,
        zmax=1.0,
        colorscale=[[0.0, look.color("chart-map-low")], [0.5, middle], [1.0, look.color("chart-map-high")]],
        xgap=1,
        ygap=1,
        text=[_strong(row, name, names, picks) for name, row in zip(names, words, strict=True)],
        texttemplate="%{text}" if is_written else None,
        textfont={"size": 10},
        hovertemplate="<b>%{y}</b> and <b>%{x}</b>: %{text}<extra></extra>",
        colorbar={
            "thickness": 12, "outlinewidth": 0, "tickvals": [-1, -0.5, 0, 0.5, 1], "len": 0.9,
            "ticktext": [look.number(one, 1) for one in (-1, -0.5, 0, 0.5, 1)],
        },
    )  # fmt: skip
    if not is_written:
        for one in (one for one in names if one in picks):
            figure.add_scatter(**_frame_of(names, one, look))
    size_px = max(300, min(760, CELL_PX * len(names) + 190))
    clusters = max(found.cluster_numbers, default=1)
    return frame(
        figure,
        name=name,
        title=_together(found, look),
        subtitle=joined(
            f"Correlation of daily returns, {look.number(found.observations_count, 0)} days",
            f"{look.count(clusters, 'group')} that move alike" if clusters > 1 else "",
            as_of_words(report),
        ),
        source=source_of(report),
        mark=mark_of(report),
        look=look,
        height_px=size_px,
        table=_twin(found, names, words, look),
        choices=by_label("y", {one: one for one in names}),
        showlegend=False,
        xaxis={"type": "category", "showline": False, "ticks": "", "tickangle": -60 if len(names) > 8 else 0},
        yaxis={"type": "category", "autorange": "reversed", "showgrid": False},
    )


def _pairs(found: CorrelationMap) -> list[tuple[float, str, str]]:
    """Return every pair with a known correlation, the closest first."""
    pairs = [
        (float(value), first, second)
        for i, (first, row) in enumerate(zip(found.assets, found.correlations, strict=True))
        for j, (second, value) in enumerate(zip(found.assets, row, strict=True))
        if i < j and value is not None
    ]
    return sorted(pairs, key=lambda one: -one[0])


def _twin(found: CorrelationMap, names: list[str], words: list[list[str]], look: Look) -> Table:
    """Return the whole table of few holdings, the closest pairs of many."""
    if len(names) <= TWIN_MAX_COUNT:
        return ("", *names), [(one, *row) for one, row in zip(names, words, strict=True)]
    rows = [(first, second, look.number(value)) for value, first, second in _pairs(found)[:PAIRS_MAX_COUNT]]
    return ("Holding", "And", "Correlation"), rows


def _strong(row: list[str], name: str, names: list[str], picks: Collection[str]) -> list[str]:
    """Return the figures of a row, those of the chosen holdings in bold."""
    return [
        f"<b>{text}</b>" if name in picks or other in picks else text for other, text in zip(names, row, strict=True)
    ]


def _frame_of(names: list[str], pick: str, look: Look) -> dict[str, Any]:
    """Return dots along the row of the chosen holding: lines between categories would run through cell centers."""
    return {
        "x": names, "y": [pick] * len(names), "mode": "markers", "hoverinfo": "skip", "name": pick,
        "marker": {"size": 5, "symbol": "square", "color": look.color("text"), "opacity": 0.55},
    }  # fmt: skip


def _together(found: CorrelationMap, look: Look) -> str:
    pairs = _pairs(found)
    if not pairs:
        return "No pair of holdings has a common history"
    top = pairs[0]
    average = "" if found.average_correlation is None else f"; {look.number(found.average_correlation)} on average"
    return f"{top[1]} and {top[2]} move most alike: {look.number(top[0])}{average}"


def underwater(
    report: RiskReport,
    *,
    days: Collection[date] = (),
    theme: Theme = "light",
    style: Style = "comma",
    signs: Signs = "blue_orange",
) -> go.Figure:
    """Draw how far today's holdings would have stood below their highest value so far; chosen days stand out."""
    look = Look(theme, style, signs)
    history, table, name = report.history, report.drawdowns, "risk-underwater"
    if history is not None and not history.underwater_frac:
        return empty(name, "A day would have taken more than everything: falls are not measured.", look)
    if history is None or table is None or len(history.dates) < 2:
        return empty(name, "There is no common history to look back on.", look)
    step = max(1, len(history.dates) // POINTS_MAX_COUNT)
    places = sorted({*range(0, len(history.dates), step), len(history.dates) - 1, *_troughs(report)})
    figure = go.Figure()
    figure.add_scatter(
        x=[history.dates[n] for n in places],
        y=[-abs(history.underwater_frac[n]) for n in places],
        mode="lines",
        line={"width": 1.5, "color": look.color("down-fill")},
        fill="tozeroy",
        fillcolor=look.color("chart-loss-band"),
        name="Below the peak",
        hovertemplate="%{y:.1%}<extra></extra>",
    )
    add_marks(
        figure, {day: -abs(one) for day, one in zip(history.dates, history.underwater_frac, strict=True)}, days, look
    )
    span = f"{formatting.day_short(history.dates[0])} to {formatting.day_short(history.dates[-1])}"
    return frame(
        figure,
        name=name,
        title=_fall(report, look),
        subtitle=joined("Below the highest value so far, today's holdings over history", span),
        source=source_of(report),
        mark=mark_of(report),
        look=look,
        height_px=300,
        table=(
            ("Peak", "Lowest", "Recovered", "Depth"),
            [
                (
                    formatting.day_short(one.peak_date),
                    formatting.day_short(one.trough_date),
                    formatting.day_short(one.recovered_date) if one.recovered_date else "not yet",
                    look.rate(one.depth_frac),
                )
                for one in table.drawdowns
            ],
        ),
        showlegend=False,
        hovermode="x",
        xaxis=time_axis(),
        yaxis={"tickformat": ".0%", "zeroline": True},
    )


def _troughs(report: RiskReport) -> list[int]:
    """Return the places of the lowest points, which thinning must not lose."""
    assert report.history is not None
    assert report.drawdowns is not None
    places = {day: n for n, day in enumerate(report.history.dates)}
    return [places[one.trough_date] for one in report.drawdowns.drawdowns if one.trough_date in places]


def _fall(report: RiskReport, look: Look) -> str:
    assert report.drawdowns is not None
    if not report.drawdowns.drawdowns:
        return "Today's holdings never stood below an earlier peak"
    worst = report.drawdowns.drawdowns[0]
    words = f"The deepest fall was {look.rate(worst.depth_frac)}, to {formatting.day_short(worst.trough_date)}"
    if worst.recovered_date is None:
        return f"{words}; it is not made up yet"
    return f"{words}; made up {look.count(worst.periods_count, 'trading day')} after its peak"


def liquidity_ladder(
    report: RiskReport, *, theme: Theme = "light", style: Style = "comma", signs: Signs = "blue_orange"
) -> go.Figure:
    """Draw how much would be sold after so many trading days, on ordinary days and under stress."""
    look = Look(theme, style, signs)
    found, name = report.liquidity, "risk-liquidity"
    if found is None or not found.profile:
        return empty(name, "Nothing is held that would have to be sold.", look)
    days = [look.count(one.days, "day") for one in found.profile]
    figure = go.Figure()
    for words, values, tone in (
        ("Ordinary volume", [one.waterfall_frac for one in found.profile], "chart-proposed"),
        ("Stressed volume", [one.waterfall_stressed_frac for one in found.profile], "chart-current"),
    ):
        figure.add_bar(
            x=days,
            y=values,
            marker={"color": look.color(tone)},
            name=words,
            hovertemplate=f"%{{x}}: %{{y:.1%}} {words.lower()}<extra></extra>",
        )
    return frame(
        figure,
        name=name,
        title=_sold(report, look),
        subtitle=joined(
            f"Part of what is held that is sold, taking {look.weight(found.participation_frac)} of each day's volume; "
            "cash comes when the trades settle",
            as_of_words(report),
        ),
        source=source_of(report, reads_volumes=True),
        mark=mark_of(report, reads_volumes=True),
        look=look,
        height_px=340,
        table=(
            ("After", "Ordinary volume", "Stressed volume", "Same part of each", "Same part, stressed"),
            [
                (
                    look.count(one.days, "trading day"),
                    look.weight(one.waterfall_frac),
                    look.weight(one.waterfall_stressed_frac),
                    look.weight(one.pro_rata_frac),
                    look.weight(one.pro_rata_stressed_frac),
                )
                for one in found.profile
            ],
        ),
        choices=by_label("x", {words: f"{SOLD}{one.days}" for words, one in zip(days, found.profile, strict=True)}),
        screen_top_px=34,
        yaxis={"tickformat": ".0%", "range": [0, 1.02]},
        xaxis={"type": "category"},
        bargap=0.35,
    )


def _sold(report: RiskReport, look: Look) -> str:
    found = report.liquidity
    assert found is not None
    if found.days_to_95 is not None:
        if found.days_to_95 <= 1.0:
            return f"{look.weight(found.profile[0].waterfall_frac)} is sold within one trading day"
        return f"95% is sold after {look.number(found.days_to_95, 1)} trading days"
    if found.not_known_share_frac > 0.05:
        return f"The volume of {look.weight(found.not_known_share_frac)} is not known: it counts as unsold"
    return f"After {found.profile[-1].days} trading days {look.weight(found.profile[-1].waterfall_frac)} is sold"


def concentration_bars(
    report: RiskReport,
    *,
    by: str = "sector",
    pick: str | None = None,
    theme: Theme = "light",
    style: Style = "comma",
    signs: Signs = "blue_orange",
) -> go.Figure:
    """Draw the share of each group of a dimension in what is invested."""
    look = Look(theme, style, signs)
    name = "risk-concentration"
    found = None if report.concentration is None else report.concentration.of(by)
    if found is None or not found.lines:
        return empty(name, "Nothing is invested.", look)
    rows = list(found.lines)[:20]
    names = [one.name for one in rows]
    figure = go.Figure()
    figure.add_bar(
        x=[one.share_frac for one in rows],
        y=names,
        orientation="h",
        marker={"color": tones(names, standing_out(report, pick or "", by), "series-1", look)},
        name="Share",
        hovertemplate="<b>%{y}</b><br>%{x:.1%} of what is invested<extra></extra>",
    )
    largest = f"{found.largest_name} is {look.weight(found.largest_share_frac)}" if found.largest_name else "Not known"
    return frame(
        figure,
        name=name,
        title=f"{largest}; as if {look.number(found.effective_count, 1)} equal parts",
        subtitle=joined(f"Share of what is invested by {by}", as_of_words(report)),
        source=source_of(report),
        mark=mark_of(report),
        look=look,
        height_px=130 + 26 * len(rows),
        table=(
            (by.capitalize(), "Share", "Weight", "Holdings"),
            [
                (
                    one.name,
                    look.weight(one.share_frac),
                    look.weight(one.weight_frac),
                    look.number(one.assets_count, 0),
                )
                for one in rows
            ],
        ),
        choices=by_label("y", {one: one for one in names}),
        showlegend=False,
        xaxis={"tickformat": ".0%", "showgrid": True},
        yaxis={"autorange": "reversed", "type": "category"},
        bargap=0.4,
    )
