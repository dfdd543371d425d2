"""How do the proposed weights differ from the current ones, asset by asset?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from services import formatting
from services.charts.differences import shown_difference
from services.charts.frame import empty, frame
from services.charts.frontier import estimated
from services.charts.look import Look
from services.charts.sureness import interval_name, interval_words, intervals, whiskers
from services.charts.tokens import Signs, Theme
from services.formatting import MISSING, Style

if TYPE_CHECKING:
    from services.messages.uncertainty import UncertaintyResult

ROW_PX = 24
ROWS_MAX_COUNT = 40
SMALL_FRAC = 5e-5
DECIMALS = 2
"""Of percentages: those of the table of weights that stands beside the chart."""


def _chosen(weights: Sequence[Mapping[str, Any]]) -> tuple[list[Mapping[str, Any]], int]:
    held = [w for w in weights if max(abs(w["weight_frac"]), abs(w.get("current_frac") or 0.0)) > SMALL_FRAC]
    held.sort(key=lambda w: (float(w["weight_frac"]), float(w.get("current_frac") or 0.0)), reverse=True)
    return held[:ROWS_MAX_COUNT], len(held) - ROWS_MAX_COUNT


def _title(rows: Sequence[Mapping[str, Any]], has_current: bool, look: Look) -> str:
    top = rows[0]
    count = sum(1 for w in rows if abs(w["weight_frac"]) > SMALL_FRAC)
    if not has_current:
        return (
            f"{look.count(count, 'holding')} proposed; the largest is {top['asset']} "
            f"with {_weight(top['weight_frac'], look)}"
        )
    trades = {str(w["asset"]): float(w["weight_frac"]) - float(w.get("current_frac") or 0.0) for w in rows}
    turnover = sum(abs(trade) for trade in trades.values()) / 2
    up, down = max(trades, key=trades.__getitem__), min(trades, key=trades.__getitem__)
    if turnover < SMALL_FRAC:
        return "The proposal equals the current weights: nothing to trade"
    return (
        f"One-way turnover {look.weight(turnover)}: most into {up} ({_change(rows, up, look)}), "
        f"most out of {down} ({_change(rows, down, look)})"
    )


def _change(rows: Sequence[Mapping[str, Any]], asset: str, look: Look) -> str:
    """Return the change of one weight, as the difference of the two weights shown."""
    line = next(w for w in rows if str(w["asset"]) == asset)
    return _points(float(line["weight_frac"]), float(line.get("current_frac") or 0.0), look)


def _weight(fraction: float, look: Look) -> str:
    return formatting.percent(fraction, DECIMALS, style=look.style)


def _points(after: float, before: float, look: Look) -> str:
    change = shown_difference(after, before, DECIMALS)
    fraction = None if change is None else change / 100
    return formatting.points(fraction, style=look.style, signed=True, decimals=DECIMALS)


def weights_comparison(
    result: Mapping[str, Any],
    *,
    theme: Theme = "light",
    style: Style = "comma",
    signs: Signs = "blue_orange",
    sure: UncertaintyResult | None = None,
) -> go.Figure:
    """Draw current and proposed weight of each holding as two dots on a line; bars where there are no current weights.

    Parameters
    ----------
    result : mapping
        The stored result of an optimization (``OptimizationResult`` as JSON).
    theme : {"light", "dark"}
        Colors.
    sure : UncertaintyResult or None
        With it each proposed weight carries a whisker: where it lay in the answers to other histories.
    """
    look = Look(theme, style, signs)
    rows, left_out = _chosen(result.get("weights") or [])
    if not rows:
        return empty("weights", str(result.get("message") or "There are no weights to draw."), look)
    has_current = any(w.get("current_frac") is not None for w in rows)
    names = [str(w["asset"]) for w in rows]
    proposed = [float(w["weight_frac"]) for w in rows]
    current = [float(w.get("current_frac") or 0.0) for w in rows]
    figure = go.Figure()
    if has_current:
        xs: list[float | None] = []
        ys: list[str | None] = []
        for name, before, after in zip(names, current, proposed, strict=True):
            xs += [before, after, None]
            ys += [name, name, None]
        connector = {"width": 3, "color": look.color("line")}
        figure.add_scatter(x=xs, y=ys, mode="lines", line=connector, hoverinfo="skip", showlegend=False, name="change")
        figure.add_traces(whiskers(names, sure, look))
        figure.add_scatter(
            x=current,
            y=names,
            mode="markers",
            marker={
                "size": 10,
                "symbol": "diamond",
                "color": look.color("surface"),
                "line": {"width": 2, "color": look.color("chart-current")},
            },
            name="Current",
            hovertemplate="<b>%{y}</b><br>Current %{x:.2%}<extra></extra>",
        )
        figure.add_scatter(
            x=proposed,
            y=names,
            mode="markers",
            marker={"size": 11, "color": look.color("chart-proposed")},
            name="Proposed",
            hovertemplate="<b>%{y}</b><br>Proposed %{x:.2%}<extra></extra>",
        )
    else:
        figure.add_bar(
            x=proposed,
            y=names,
            orientation="h",
            marker={"color": look.color("chart-proposed")},
            name="Proposed",
            hovertemplate="<b>%{y}</b><br>Proposed %{x:.2%}<extra></extra>",
            showlegend=False,
        )
    if not has_current:
        figure.add_traces(whiskers(names, sure, look))
    shown = [line for name, line in intervals(sure).items() if name in names]
    ends = [end for line in shown for end in (line.lower_frac, line.upper_frac)]
    low, high = min(0.0, *proposed, *current, *ends), max(*proposed, *current, *ends)
    pad = (high - low) * 0.04 or 0.01
    lineage = result.get("lineage") or {}
    note = f"; {look.count(left_out, 'smaller holding')} not shown" if left_out > 0 else ""
    columns: tuple[str, ...] = ("Asset", "Current", "Proposed", "Change") if has_current else ("Asset", "Proposed")
    rows_of_table = _table(names, current, proposed, has_current, look)
    if sure is not None and shown:
        words = interval_words(sure, look)
        columns = (*columns, interval_name(sure))
        rows_of_table = [(*row, words.get(row[0], MISSING)) for row in rows_of_table]
    return frame(
        figure,
        name="weights",
        title=_title(rows, has_current, look),
        **estimated(
            lineage,
            look,
            f"Weight, percent of the portfolio{note}",
        ),
        look=look,
        height_px=176 + ROW_PX * len(rows),
        table=(columns, rows_of_table),
        screen_top_px=34 if has_current or shown else 12,
        annotations=_numbers(names, current, proposed, has_current, look),
        margin={"r": 126 if has_current else 62},
        xaxis={
            "tickformat": ".0%",
            "showgrid": True,
            "showline": False,
            "ticks": "",
            "range": [low - pad, high + pad],
            "zeroline": True,
        },
        yaxis={
            "autorange": "reversed",
            "showgrid": False,
            "type": "category",
            "tickfont": {"color": look.color("text")},
        },
    )


def _numbers(
    names: Sequence[str], current: Sequence[float], proposed: Sequence[float], has_current: bool, look: Look
) -> list[dict[str, Any]]:
    """Write weight and change at the end of each row."""
    notes: list[dict[str, Any]] = []
    base = {"xref": "paper", "yref": "y", "x": 1, "xanchor": "right", "yanchor": "middle", "showarrow": False}
    for name, before, after in zip(names, current, proposed, strict=True):
        words = {"text": _weight(after, look), "font": {"color": look.color("text"), "size": 11}}
        notes.append({**base, "y": name, "xshift": 54, **words})
        if has_current:
            change = shown_difference(after, before, DECIMALS) or 0
            tone = "text-faint" if not change else "up" if change > 0 else "down"
            sign = {"text": _points(after, before, look), "font": {"color": look.color(tone), "size": 11}}
            notes.append({**base, "y": name, "xshift": 122, **sign})
    return notes


def _table(
    names: Sequence[str], current: Sequence[float], proposed: Sequence[float], has_current: bool, look: Look
) -> list[tuple[str, ...]]:
    if not has_current:
        return [(name, _weight(after, look)) for name, after in zip(names, proposed, strict=True)]
    return [
        (name, _weight(before, look), _weight(after, look), _points(after, before, look))
        for name, before, after in zip(names, current, proposed, strict=True)
    ]
