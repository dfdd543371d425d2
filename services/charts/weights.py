"""How do the proposed weights differ from the current ones, asset by asset?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from services import formatting
from services.charts.frame import as_of_words, empty, frame, joined, mark_words
from services.charts.frontier import source_words
from services.charts.tokens import Theme, color
from services.market_marks import source_mark

ROW_PX = 24
ROWS_MAX_COUNT = 40
SMALL_FRAC = 5e-5


def _chosen(weights: Sequence[Mapping[str, Any]]) -> tuple[list[Mapping[str, Any]], int]:
    held = [w for w in weights if max(abs(w["weight_frac"]), abs(w.get("current_frac") or 0.0)) > SMALL_FRAC]
    held.sort(key=lambda w: (float(w["weight_frac"]), float(w.get("current_frac") or 0.0)), reverse=True)
    return held[:ROWS_MAX_COUNT], len(held) - ROWS_MAX_COUNT


def _title(rows: Sequence[Mapping[str, Any]], has_current: bool) -> str:
    top = rows[0]
    count = sum(1 for w in rows if abs(w["weight_frac"]) > SMALL_FRAC)
    if not has_current:
        return (
            f"{formatting.count(count, 'holding')} proposed; the largest is {top['asset']} "
            f"with {formatting.weight(top['weight_frac'])}"
        )
    trades = {str(w["asset"]): float(w["weight_frac"]) - float(w.get("current_frac") or 0.0) for w in rows}
    turnover = sum(abs(trade) for trade in trades.values()) / 2
    up, down = max(trades, key=trades.__getitem__), min(trades, key=trades.__getitem__)
    if turnover < SMALL_FRAC:
        return "The proposal equals the current weights: nothing to trade"
    return (
        f"{formatting.weight(turnover)} of the portfolio changes hands: most into {up} "
        f"({formatting.weight(trades[up], signed=True)}), most out of {down} "
        f"({formatting.weight(trades[down], signed=True)})"
    )


def weights_comparison(result: Mapping[str, Any], *, theme: Theme = "light") -> go.Figure:
    """Draw current and proposed weight of each holding as two dots on a line; bars where there are no current weights.

    Parameters
    ----------
    result : mapping
        The stored result of an optimization (``OptimizationResult`` as JSON).
    theme : {"light", "dark"}
        Colors.
    """
    rows, left_out = _chosen(result.get("weights") or [])
    if not rows:
        return empty("weights", str(result.get("message") or "There are no weights to draw."), theme)
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
        connector = {"width": 3, "color": color("line", theme)}
        figure.add_scatter(x=xs, y=ys, mode="lines", line=connector, hoverinfo="skip", showlegend=False, name="change")
        figure.add_scatter(
            x=current,
            y=names,
            mode="markers",
            marker={
                "size": 10,
                "symbol": "diamond",
                "color": color("surface", theme),
                "line": {"width": 2, "color": color("chart-current", theme)},
            },
            name="Current",
            hovertemplate="<b>%{y}</b><br>Current %{x:.1%}<extra></extra>",
        )
        figure.add_scatter(
            x=proposed,
            y=names,
            mode="markers",
            marker={"size": 11, "color": color("chart-proposed", theme)},
            name="Proposed",
            hovertemplate="<b>%{y}</b><br>Proposed %{x:.1%}<extra></extra>",
        )
    else:
        figure.add_bar(
            x=proposed,
            y=names,
            orientation="h",
            marker={"color": color("chart-proposed", theme)},
            name="Proposed",
            hovertemplate="<b>%{y}</b><br>Proposed %{x:.1%}<extra></extra>",
            showlegend=False,
        )
    low, high = min(0.0, *proposed, *current), max(*proposed, *current)
    pad = (high - low) * 0.04 or 0.01
    lineage = result.get("lineage") or {}
    note = f"; {formatting.count(left_out, 'smaller holding')} not shown" if left_out > 0 else ""
    columns = ("Asset", "Current", "Proposed", "Change") if has_current else ("Asset", "Proposed")
    return frame(
        figure,
        name="weights",
        title=_title(rows, has_current),
        subtitle=joined(
            f"Weight, percent of the portfolio{note}",
            as_of_words(lineage.get("as_of")),
            mark_words(source_mark(lineage)),
        ),
        source=source_words(lineage),
        theme=theme,
        height_px=176 + ROW_PX * len(rows),
        table=(columns, _table(names, current, proposed, has_current)),
        screen_top_px=34 if has_current else 12,
        annotations=_numbers(names, current, proposed, has_current, theme),
        margin={"r": 104 if has_current else 60},
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
            "tickfont": {"color": color("text", theme)},
        },
    )


def _numbers(
    names: Sequence[str], current: Sequence[float], proposed: Sequence[float], has_current: bool, theme: Theme
) -> list[dict[str, Any]]:
    """Write weight and change at the end of each row."""
    notes: list[dict[str, Any]] = []
    base = {"xref": "paper", "yref": "y", "x": 1, "xanchor": "right", "yanchor": "middle", "showarrow": False}
    for name, before, after in zip(names, current, proposed, strict=True):
        words = {"text": formatting.weight(after), "font": {"color": color("text", theme), "size": 11}}
        notes.append({**base, "y": name, "xshift": 50, **words})
        if has_current:
            change = after - before
            tone = "text-faint" if abs(change) < 5e-4 else "up" if change > 0 else "down"
            sign = {"text": formatting.weight(change, signed=True), "font": {"color": color(tone, theme), "size": 11}}
            notes.append({**base, "y": name, "xshift": 98, **sign})
    return notes


def _table(
    names: Sequence[str], current: Sequence[float], proposed: Sequence[float], has_current: bool
) -> list[tuple[str, ...]]:
    if not has_current:
        return [(name, formatting.weight(after)) for name, after in zip(names, proposed, strict=True)]
    return [
        (name, formatting.weight(before), formatting.weight(after), formatting.weight(after - before, signed=True))
        for name, before, after in zip(names, current, proposed, strict=True)
    ]
