"""Which scenarios hurt, by how much more than the benchmark, and how surely?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, TypeVar

import plotly.graph_objects as go

from engine.stress.result_answers import RepairLoss
from services import formatting
from services.charts.frame import by_label, empty, frame, joined, mark_words, plain
from services.charts.look import Look
from services.formatting import MISSING
from services.messages.stress_report import ScenarioResult, StressReport
from services.source_names import source_names
from services.stress_parts import impact_of, label_of

Named = TypeVar("Named", ScenarioResult, RepairLoss)
ROW_PX = 26
COVERED_FRAC = 0.9995
"""Below it a total leaves out something that is worth a word."""
MARK = "Sample data: some of these figures are fictitious."


def losses(report: StressReport, results: Sequence[ScenarioResult], look: Look, chosen: str = "") -> go.Figure:
    """Draw the impact of each scenario as a bar with its band, the benchmark's beside it, the worst on top.

    Parameters
    ----------
    report : StressReport
        Which portfolio, and from which data.
    results : sequence of ScenarioResult
        Those to be drawn; what could not be computed is left out and counted.
    look : Look
    chosen : str
        A position, sector or factor as `services.stress_parts` names it: its own impact stands inside each bar.

    """
    known = [one for one in results if one.total_frac is not None]
    if not known:
        return empty("stress-losses", "No scenario of this group could be computed.", look)
    known = apart(sorted(known, key=lambda one: one.total_frac or 0.0))
    names = [plain(one.name) for one in known]
    totals = [one.total_frac or 0.0 for one in known]
    parts = {one.id: impact for one in known if (impact := impact_of(one, chosen)) is not None} if chosen else {}
    figure = go.Figure()
    figure.add_bar(
        x=totals,
        y=names,
        orientation="h",
        marker={
            "color": [look.color("down-fill" if one < 0 else "up-fill") for one in totals],
            "opacity": 0.35 if parts else 1.0,
        },
        name="Portfolio",
        customdata=[[one.id, _hover(one, look)] for one in known],
        hovertemplate="<b>%{y}</b><br>%{customdata[1]}<extra></extra>",
        showlegend=False,
    )
    if parts:
        figure.add_bar(**_part_bars(known, parts, label_of(chosen), look))
    figure.add_traces(_bands(known, look))
    beside = [(plain(one.name), one.benchmark_frac, one.id) for one in known if one.benchmark_frac is not None]
    if beside:
        figure.add_scatter(
            x=[value for _, value, _ in beside],
            y=[name for name, _, _ in beside],
            mode="markers",
            marker={
                "size": 9,
                "symbol": "diamond",
                "color": look.color("surface"),
                "line": {"width": 2, "color": look.color("chart-current")},
            },
            name=report.benchmark_name or "Benchmark",
            customdata=[[key, look.rate(value)] for _, value, key in beside],
            hovertemplate="<b>%{y}</b><br>Benchmark %{customdata[1]}<extra></extra>",
        )
    ends = [end for one in known for end in (one.low_frac, one.high_frac, one.benchmark_frac) if end is not None]
    ends += parts.values()
    low, high = min(0.0, *totals, *ends), max(0.0, *totals, *ends)
    pad = (high - low) * 0.04 or 0.01
    left_out = len(results) - len(known)
    note = f"; {look.count(left_out, 'scenario')} could not be computed" if left_out else ""
    return frame(
        figure,
        name="stress-losses",
        title=_part_title(known, parts, label_of(chosen), look)
        if parts
        else title_of(known, report.benchmark_name, look),
        subtitle=joined(
            f"Impact on today's value, line: 5% to 95%{note}",
            f"holdings of {formatting.day_short(report.as_of)}",
        ),
        source=source_of(report),
        mark=MARK if report.is_sample else "",
        look=look,
        height_px=150 + ROW_PX * len(known),
        table=_table(known, look, parts, label_of(chosen)),
        choices=by_label("y", {plain(one.name): f"scenario:{one.id}" for one in known}),
        screen_top_px=34 if beside or parts else 12,
        barmode="overlay",
        xaxis={
            "tickformat": ".0%",
            "nticks": 5,
            "tickangle": 0,
            "showgrid": True,
            "zeroline": True,
            "range": [low - pad, high + pad],
        },
        yaxis={
            "autorange": "reversed",
            "showgrid": False,
            "type": "category",
            "tickfont": {"color": look.color("text")},
        },
        bargap=0.42,
    )


def apart(results: Sequence[Named]) -> list[Named]:
    """Return scenarios with names that differ: a second one of the same name is numbered, since bars go by name."""
    seen: Counter[str] = Counter()
    made: list[Named] = []
    for one in results:
        seen[one.name] += 1
        count = seen[one.name]
        made.append(one if count == 1 else one.model_copy(update={"name": f"{one.name} ({count})"}))
    return made


def title_of(known: Sequence[ScenarioResult], benchmark_name: str | None, look: Look) -> str:
    """Say which scenario is the worst, and how it compares with the benchmark."""
    worst = min(known, key=lambda one: one.total_frac or 0.0)
    total = worst.total_frac or 0.0
    if total >= 0:
        return f"None of the {look.count(len(known), 'scenario')} loses; the least gain is {look.rate(total)}"
    words = f"{worst.name} costs the most, {look.rate(total)}"
    if worst.covered_frac < COVERED_FRAC:
        words = f"{words} without the {look.weight(1.0 - worst.covered_frac)} that nothing covers"
    if worst.benchmark_frac is None:
        return words
    return f"{words}; {benchmark_name or 'the benchmark'} {look.rate(worst.benchmark_frac)}"


def source_of(report: StressReport) -> str:
    """Say where the prices are from, and on what the events rest."""
    return joined(
        source_names(report.lineage.get("providers") or ()), "Events: the product's own table, dated and sourced"
    )


def mark_of(report: StressReport) -> str:
    """Return the short mark of charts with invented figures."""
    return mark_words(MARK if report.is_sample else "")


def _bands(known: Sequence[ScenarioResult], look: Look) -> list[go.Scatter]:
    """Return a thin line from the low to the high end of each scenario that is not certain."""
    xs: list[float | None] = []
    ys: list[str | None] = []
    for one in known:
        if one.low_frac is None or one.high_frac is None or one.high_frac - one.low_frac < 1e-6:
            continue
        xs += [one.low_frac, one.high_frac, None]
        ys += [plain(one.name), plain(one.name), None]
    if not xs:
        return []
    ink = look.color("text")
    ends = {"symbol": "line-ns", "size": 8, "line": {"width": 1.5, "color": ink}}
    shared = {"name": "5% to 95%", "legendgroup": "band", "hoverinfo": "skip"}
    return [
        go.Scatter(x=xs, y=ys, mode="lines", line={"width": 1.5, "color": ink}, **shared),
        go.Scatter(
            x=[one for one in xs if one is not None],
            y=[one for one in ys if one is not None],
            mode="markers",
            marker=ends,
            showlegend=False,
            **shared,
        ),
    ]


def _hover(one: ScenarioResult, look: Look) -> str:
    words = [look.rate(one.total_frac)]
    if one.low_frac is not None and one.high_frac is not None and one.high_frac - one.low_frac >= 1e-6:
        words.append(f"{look.rate(one.low_frac)} to {look.rate(one.high_frac)}")
    if one.covered_frac < 1.0 - 1e-9:
        words.append(f"covers {look.weight(one.covered_frac)} of what is held")
    return "<br>".join(words)


def _part_bars(known: Sequence[ScenarioResult], parts: dict[str, float], label: str, look: Look) -> dict[str, Any]:
    """Return the trace of what the chosen part does in each scenario, inside the bar of the whole."""
    shown = [one for one in known if one.id in parts]
    return {
        "x": [parts[one.id] for one in shown],
        "y": [plain(one.name) for one in shown],
        "orientation": "h",
        "width": 0.3,
        "marker": {"color": look.color("chart-proposed")},
        "name": label,
        "customdata": [[one.id, look.rate(parts[one.id])] for one in shown],
        "hovertemplate": f"<b>%{{y}}</b><br>{label} %{{customdata[1]}}<extra></extra>",
    }


def _part_title(known: Sequence[ScenarioResult], parts: dict[str, float], label: str, look: Look) -> str:
    """Say in which scenario the chosen part costs the most, and of how much."""
    worst = min((one for one in known if one.id in parts), key=lambda one: parts[one.id])
    verb = "costs" if parts[worst.id] < 0 else "brings"
    return f"{label} {verb} {look.rate(abs(parts[worst.id]))} in {worst.name}, of {look.rate(worst.total_frac)} in all"


def _table(
    known: Sequence[ScenarioResult], look: Look, parts: dict[str, float], label: str
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    columns: tuple[str, ...] = ("Scenario", "Portfolio", "Low", "High", "Benchmark", "Covered")
    columns += (label,) if parts else ()
    rows: list[tuple[str, ...]] = [
        (
            one.name,
            look.rate(one.total_frac),
            look.rate(one.low_frac),
            look.rate(one.high_frac),
            MISSING if one.benchmark_frac is None else look.rate(one.benchmark_frac),
            look.weight(one.covered_frac),
            *((look.rate(parts.get(one.id)),) if parts else ()),
        )
        for one in known
    ]
    return columns, rows
