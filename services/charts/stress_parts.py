"""Where does the loss of one scenario come from, and how does it unfold?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import plotly.graph_objects as go

from services import formatting
from services.charts.frame import by_label, empty, frame, joined
from services.charts.history import day_hover, time_axis
from services.charts.look import Look
from services.charts.stress import MARK, source_of
from services.formatting import MISSING
from services.messages.stress_report import ScenarioResult, StressReport
from services.stress_library import LABELS
from services.stress_parts import REST_OF_FACTORS, impact_of, label_of, positions_of, sector_of

ROW_PX = 24
STEPS_MAX_COUNT = 14
TABLE_ROWS_MAX_COUNT = 25
PATH_HEIGHT_PX = 360
MODES = {
    "instant": "at once",
    "buy_and_hold": "without trading on the way",
    "daily_rebalanced": "back to today's weights every evening",
}


def waterfall(report: StressReport, result: ScenarioResult, look: Look, chosen: str = "") -> go.Figure:
    """Draw how the positions' impacts add up to the total, the largest first, small ones together.

    Of a chosen sector its positions alone, which add up to the sector; a chosen position stands out.
    """
    is_sector, inside = chosen.startswith("sector:"), positions_of(result, chosen)
    known = [
        (one.asset, one.impact_frac)
        for one in result.positions
        if one.impact_frac is not None and (not is_sector or one.asset in inside)
    ]
    total, whole = (impact_of(result, chosen), label_of(chosen)) if is_sector else (result.total_frac, "Portfolio")
    known = [(name, impact) for name, impact in known if abs(impact) > 5e-7]
    if not known or total is None:
        return empty("stress-waterfall", "No position moves in this scenario.", look)
    known.sort(key=lambda one: -abs(one[1]))
    steps, small = known[:STEPS_MAX_COUNT], known[STEPS_MAX_COUNT:]
    if small:
        steps.append((f"{len(small)} smaller ones", sum(impact for _, impact in small)))
    names = [name for name, _ in steps] + [whole]
    starts, widths, at = [], [], 0.0
    for _, impact in steps:
        starts.append(at)
        widths.append(impact)
        at += impact
    starts.append(0.0)
    widths.append(total)
    figure = go.Figure()
    figure.add_bar(
        x=widths,
        y=names,
        base=starts,
        orientation="h",
        marker={
            "color": [look.color("down-fill" if one < 0 else "up-fill") for one in widths[:-1]]
            + [look.color("chart-muted")],
            "opacity": [1.0 if one in inside or one == whole else 0.35 for one in names]
            if chosen.startswith("asset:") and inside & set(names)
            else 1.0,
        },
        customdata=[look.rate(one) for one in widths],
        hovertemplate="<b>%{y}</b><br>%{customdata}<extra></extra>",
        showlegend=False,
        name="Impact",
    )
    worst, impact = min(known, key=lambda one: one[1])
    is_loss = impact < 0
    title = (
        f"{worst} takes {look.rate(impact)} of the {look.rate(total)}{f' of {whole}' if is_sector else ''}"
        if is_loss and total < 0
        else f"No position loses: {look.rate(total)} in all"
        if not is_loss
        else f"{worst} loses the most, {look.rate(impact)}; all together {look.rate(total)}"
    )
    edges = [0.0, *starts, *(start + width for start, width in zip(starts, widths, strict=True))]
    pad = (max(edges) - min(edges)) * 0.04 or 0.01
    return frame(
        figure,
        name="stress-waterfall",
        title=title,
        subtitle=f"Impact by position{f' of {whole}' if is_sector else ''}, of the portfolio's value; "
        "the bars add up to the total",
        source=source_of(report),
        mark=MARK if report.is_sample else "",
        look=look,
        height_px=130 + ROW_PX * len(names),
        table=_positions_table(result, look, inside if is_sector else None),
        choices=by_label("y", {name: f"asset:{name}" for name, _ in known[:STEPS_MAX_COUNT]}),
        margin={"r": 76},
        annotations=_ends(names, widths, look),
        xaxis={
            "tickformat": ".0%",
            "nticks": 5,
            "tickangle": 0,
            "showgrid": True,
            "zeroline": True,
            "range": [min(edges) - pad, max(edges) + pad],
        },
        yaxis=_categories(look),
        bargap=0.3,
    )


def sectors(report: StressReport, result: ScenarioResult, look: Look, chosen: str = "") -> go.Figure:
    """Draw the impact of each sector; the chosen one, or that of a chosen position, stands out."""
    strong = sector_of(result, chosen)
    groups = [one for one in result.groups if abs(one.weight_frac) > 5e-7 or abs(one.impact_frac) > 5e-7]
    if not groups:
        return empty("stress-sectors", "No sector moves in this scenario.", look)
    names, impacts = [one.group for one in groups], [one.impact_frac for one in groups]
    figure = go.Figure()
    figure.add_bar(
        x=impacts,
        y=names,
        orientation="h",
        marker={
            "color": [look.color("down-fill" if one < 0 else "up-fill") for one in impacts],
            "opacity": [1.0 if one == strong else 0.35 for one in names] if strong in names else 1.0,
        },
        customdata=[[look.rate(one.impact_frac), look.weight(one.weight_frac)] for one in groups],
        hovertemplate="<b>%{y}</b><br>Impact %{customdata[0]}<br>Weight %{customdata[1]}<extra></extra>",
        showlegend=False,
        name="Impact",
    )
    worst = groups[0]
    title = (
        f"{worst.group}, {look.weight(worst.weight_frac)} of the portfolio, moves it by {look.rate(worst.impact_frac)}"
    )
    low, high = min(0.0, *impacts), max(0.0, *impacts)
    pad = (high - low) * 0.04 or 0.01
    return frame(
        figure,
        name="stress-sectors",
        title=title,
        subtitle="Impact by sector, of the portfolio's value",
        source=source_of(report),
        mark=MARK if report.is_sample else "",
        look=look,
        height_px=130 + ROW_PX * len(names),
        table=(
            ("Sector", "Weight", "Impact"),
            [(one.group, look.weight(one.weight_frac), look.rate(one.impact_frac)) for one in groups],
        ),
        choices=by_label("y", {name: f"sector:{name}" for name in names}),
        margin={"r": 76},
        annotations=_ends(names, impacts, look),
        xaxis={
            "tickformat": ".0%",
            "nticks": 5,
            "tickangle": 0,
            "showgrid": True,
            "zeroline": True,
            "range": [low - pad, high + pad],
        },
        yaxis=_categories(look),
        bargap=0.3,
    )


def course(report: StressReport, result: ScenarioResult, look: Look, _chosen: str = "") -> go.Figure:
    """Draw the value day by day beside the benchmark's, 100 before the event; the path is that of the whole."""
    path = result.path
    if path is None:
        return empty("stress-path", "This scenario is known as one move, not day by day.", look)
    days, own = list(path.dates), [100.0 * one for one in path.value_index]
    lines = [("Portfolio", own, "series-1", 2.25)]
    if path.benchmark_index is not None:
        other = [100.0 * one for one in path.benchmark_index]
        lines.insert(0, (report.benchmark_name or "Benchmark", other, "chart-muted", 1.5))
    figure = go.Figure()
    for name, values, ink, width in lines:
        figure.add_scatter(
            x=days,
            y=values,
            mode="lines",
            line={"width": width, "color": look.color(ink)},
            name=name,
            hovertemplate="%{y:,.1f}",
        )
    names = [name for name, *_ in lines]
    rows = [
        [formatting.day_short(day), *(look.number(values[place]) for _, values, *_ in lines)]
        for place, day in enumerate(days)
    ]
    end = own[-1] / 100.0 - 1.0
    title = f"Today's portfolio {'loses' if end < 0 else 'gains'} {look.rate(abs(end))} over {result.name}"
    return frame(
        figure,
        name="stress-path",
        title=title,
        subtitle=joined("Value, 100 before the event", MODES[report.mode]),
        source=source_of(report),
        mark=MARK if report.is_sample else "",
        look=look,
        height_px=PATH_HEIGHT_PX,
        table=(["Day", *names], _thin(rows)),
        screen_top_px=34,
        hovermode="x unified",
        xaxis=time_axis(),
        yaxis={"tickformat": ",.0f"},
    )


def fall(report: StressReport, result: ScenarioResult, look: Look, _chosen: str = "") -> go.Figure:
    """Draw how far the value stands below its highest so far, day by day."""
    path = result.path
    if path is None:
        return empty("stress-fall", "This scenario is known as one move, not day by day.", look)
    peak, trough = formatting.day_short(path.peak), formatting.day_short(path.trough)
    title = (
        f"Down {look.rate(path.max_drawdown_frac)} at worst, from {peak} to {trough}"
        if path.max_drawdown_frac > 0
        else "The value never falls below where it began"
    )
    figure = go.Figure()
    figure.add_scatter(
        x=list(path.dates),
        y=list(path.drawdown_frac),
        mode="lines",
        line={"width": 1.5, "color": look.color("down-fill")},
        fill="tozeroy",
        fillcolor=look.color("chart-loss-band"),
        name="Below its peak",
        hovertemplate=day_hover("%{y:.2%} below the peak"),
        showlegend=False,
    )
    rows = [
        [formatting.day_short(day), look.rate(value)] for day, value in zip(path.dates, path.drawdown_frac, strict=True)
    ]
    return frame(
        figure,
        name="stress-fall",
        title=title,
        subtitle="Distance from the highest value so far, percent",
        source=source_of(report),
        mark=MARK if report.is_sample else "",
        look=look,
        height_px=PATH_HEIGHT_PX,
        table=(("Day", "Below peak"), _thin(rows)),
        xaxis=time_axis(),
        yaxis={"tickformat": ".0%", "rangemode": "tozero", "zeroline": True},
    )


def factor_parts(report: StressReport, result: ScenarioResult, look: Look, chosen: str = "") -> go.Figure:
    """Draw what each factor's move does to the portfolio; a chosen one stands out."""
    parts = [one for one in result.factors if abs(one.impact_frac) > 5e-7]
    if not parts:
        return empty("stress-factors", "No factor moves what is held.", look)
    parts.sort(key=lambda one: one.impact_frac)
    names = [LABELS.get(one.factor, REST_OF_FACTORS) for one in parts]
    keys = [f"factor:{one.factor}" for one in parts]
    impacts = [one.impact_frac for one in parts]
    figure = go.Figure()
    figure.add_bar(
        x=impacts,
        y=names,
        orientation="h",
        marker={
            "color": [look.color("down-fill" if one < 0 else "up-fill") for one in impacts],
            "opacity": [1.0 if key == chosen else 0.35 for key in keys] if chosen in keys else 1.0,
        },
        customdata=[look.rate(one) for one in impacts],
        hovertemplate="<b>%{y}</b><br>%{customdata}<extra></extra>",
        showlegend=False,
        name="Impact",
        width=0.6,
    )
    worst = names[0] if abs(impacts[0]) >= abs(impacts[-1]) else names[-1]
    low, high = min(0.0, *impacts), max(0.0, *impacts)
    pad = (high - low) * 0.04 or 0.01
    return frame(
        figure,
        name="stress-factors",
        title=f"Most comes from {_within(worst)}: {look.rate(impacts[names.index(worst)])}",
        subtitle="Impact by factor, of the portfolio's value; the bars add up to the total",
        source=source_of(report),
        mark=MARK if report.is_sample else "",
        look=look,
        height_px=130 + ROW_PX * len(names),
        table=(("Factor", "Impact"), [(name, look.rate(one)) for name, one in zip(names, impacts, strict=True)]),
        choices=by_label("y", dict(zip(names, keys, strict=True))),
        margin={"r": 76},
        annotations=_ends(names, impacts, look),
        xaxis={
            "tickformat": ".0%",
            "nticks": 5,
            "tickangle": 0,
            "showgrid": True,
            "zeroline": True,
            "range": [low - pad, high + pad],
        },
        yaxis=_categories(look),
        bargap=0.3,
    )


def _within(label: str) -> str:
    """Return a label as it stands within a sentence."""
    return label if label.startswith("US") else label[0].lower() + label[1:]


def _categories(look: Look) -> dict[str, Any]:
    return {
        "autorange": "reversed",
        "showgrid": False,
        "type": "category",
        "tickfont": {"color": look.color("text")},
    }


def _ends(names: Sequence[str], values: Sequence[float], look: Look) -> list[dict[str, Any]]:
    """Write each figure at the right end of its row."""
    base = {"xref": "paper", "yref": "y", "x": 1, "xanchor": "right", "yanchor": "middle", "showarrow": False}
    return [
        {
            **base,
            "y": name,
            "xshift": 68,
            "text": look.rate(value),
            "font": {"color": look.color("down" if value < 0 else "up"), "size": 11},
        }
        for name, value in zip(names, values, strict=True)
    ]


def _positions_table(
    result: ScenarioResult, look: Look, inside: frozenset[str] | None
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    rows: list[tuple[str, ...]] = [
        (
            one.asset,
            look.weight(one.weight_frac),
            MISSING if one.return_frac is None else look.rate(one.return_frac),
            MISSING if one.impact_frac is None else look.rate(one.impact_frac),
        )
        for one in sorted(result.positions, key=lambda one: (one.impact_frac is None, one.impact_frac or 0.0))
        if inside is None or one.asset in inside
    ]
    return ("Position", "Weight", "Return", "Impact"), rows


def _thin(rows: list[list[str]]) -> list[list[str]]:
    if len(rows) <= TABLE_ROWS_MAX_COUNT:
        return rows
    step = (len(rows) - 1) / (TABLE_ROWS_MAX_COUNT - 1)
    return [rows[round(n * step)] for n in range(TABLE_ROWS_MAX_COUNT)]


DETAIL: Final = {"waterfall": waterfall, "sectors": sectors, "course": course, "fall": fall, "factors": factor_parts}
"""Name of a chart of one scenario -> what draws it."""
