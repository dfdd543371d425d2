"""Which moves would lose so much, and what would a repair change?"""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from services import formatting
from services.charts.frame import by_label, empty, frame, joined, plain
from services.charts.look import Look
from services.charts.stress import MARK, apart
from services.messages.stress_questions import RepairReport, ReverseReport
from services.stress_library import LABELS

ROW_PX = 26
MOVES_MAX_COUNT = 12
WAYS = {"trim": "Trim", "hedge": "Hedge", "both": "Both"}


def reverse_moves(report: ReverseReport, look: Look, chosen: str = "") -> go.Figure:
    """Draw the moves of the most plausible scenario, in standard deviations; a chosen factor or position stands out."""
    found = report.result
    moves = [one for one in found.moves if abs(one.sigmas) > 5e-4][:MOVES_MAX_COUNT]
    if not moves:
        return empty("stress-reverse", "No move within reach loses anything.", look)
    names = [LABELS.get(one.name, one.name) for one in moves]
    kind = "factor" if found.basis == "factors" else "asset"
    keys = [f"{kind}:{one.name}" for one in moves]
    values = [one.sigmas for one in moves]
    words = [move_words(one.move, one.unit, look) for one in moves]
    figure = go.Figure()
    figure.add_bar(
        x=values,
        y=names,
        orientation="h",
        marker={
            "color": [look.color("down-fill" if one.impact_frac < 0 else "up-fill") for one in moves],
            "opacity": [1.0 if key == chosen else 0.35 for key in keys] if chosen in keys else 1.0,
        },
        customdata=[[text, look.rate(one.impact_frac)] for text, one in zip(words, moves, strict=True)],
        hovertemplate="<b>%{y}</b><br>Moves %{customdata[0]}<br>Impact %{customdata[1]}<extra></extra>",
        showlegend=False,
        name="Move",
    )
    low, high = min(0.0, *values), max(0.0, *values)
    pad = (high - low) * 0.05 or 0.1
    base = {"xref": "paper", "yref": "y", "x": 1, "xanchor": "right", "yanchor": "middle", "showarrow": False}
    return frame(
        figure,
        name="stress-reverse",
        title=f"{names[0]} {words[0]} leads the most plausible way to lose {look.rate(found.loss_frac)}",
        subtitle=joined("Move in standard deviations", f"holdings of {formatting.day_short(report.as_of)}"),
        source="Events: the product's own table, dated and sourced" if found.basis == "factors" else "",
        mark=MARK if report.is_sample else "",
        look=look,
        height_px=140 + ROW_PX * len(moves),
        table=(
            ("Moves", "By", "In deviations", "Impact"),
            [
                (name, text, look.number(one.sigmas), look.rate(one.impact_frac))
                for name, text, one in zip(names, words, moves, strict=True)
            ],
        ),
        choices=by_label("y", dict(zip(names, keys, strict=True))),
        margin={"r": 96},
        annotations=[
            {**base, "y": name, "xshift": 90, "text": text, "font": {"color": look.color("text"), "size": 11}}
            for name, text in zip(names, words, strict=True)
        ],
        xaxis={
            "tickformat": ".1f",
            "nticks": 5,
            "tickangle": 0,
            "showgrid": True,
            "zeroline": True,
            "range": [low - pad, high + pad],
        },
        yaxis=_categories(look),
        bargap=0.35,
    )


def move_words(value: float, unit: str, look: Look) -> str:
    """Return a move in its unit, with its sign."""
    if unit == "fraction":
        return formatting.percent(value, 1, style=look.style, signed=True)
    if unit == "points":
        return f"{formatting.number(value, 1, style=look.style, signed=True)} points"
    return f"{formatting.number(value, 2, style=look.style, signed=True)} pp"


def repair_losses(report: RepairReport, kind: str, look: Look, scenario: str = "") -> go.Figure:
    """Draw each scenario's loss before and after one way of repair, with the limit; the one looked at is larger."""
    way = next(one for one in report.result.alternatives if one.kind == kind)
    ids = report.scenario_ids or ("",) * len(way.losses)
    pairs = sorted(zip(way.losses, ids, strict=True), key=lambda pair: -pair[0].before_frac)
    losses = apart([one for one, _ in pairs])
    if not losses:
        return empty("stress-repair", "No scenario was chosen.", look)
    names = [plain(one.name) for one in losses]
    before, after = [one.before_frac for one in losses], [one.after_frac for one in losses]
    limit = losses[0].limit_frac
    sizes_px = [15 if key and key == scenario else 10 for _, key in pairs]
    figure = go.Figure()
    xs: list[float | None] = []
    ys: list[str | None] = []
    for name, was, now in zip(names, before, after, strict=True):
        xs += [was, now, None]
        ys += [name, name, None]
    figure.add_scatter(
        x=xs, y=ys, mode="lines", line={"width": 3, "color": look.color("line")}, hoverinfo="skip", showlegend=False
    )
    for values, word, symbol, fill, rim in (
        (before, "Today", "diamond", "surface", "chart-current"),
        (after, "After the repair", "circle", "chart-proposed", "chart-proposed"),
    ):
        figure.add_scatter(
            x=values,
            y=names,
            mode="markers",
            marker={
                "size": sizes_px,
                "symbol": symbol,
                "color": look.color(fill),
                "line": {"width": 2, "color": look.color(rim)},
            },
            name=word,
            customdata=[look.rate(one) for one in values],
            hovertemplate=f"<b>%{{y}}</b><br>{word} %{{customdata}}<extra></extra>",
        )
    figure.add_scatter(
        x=[limit, limit],
        y=[names[0], names[-1]],
        mode="lines",
        line={"width": 1.5, "color": look.color("down"), "dash": "dash"},
        name=f"Limit {look.rate(limit)}",
        hoverinfo="skip",
    )
    inside = sum(1 for one in losses if one.is_within)
    worst = max(after)
    low, high = min(0.0, *before, *after), max(limit, *before, *after)
    pad = (high - low) * 0.05 or 0.01
    return frame(
        figure,
        name="stress-repair",
        title=f"{WAYS[kind]}: {inside} of {len(losses)} scenarios within the limit; the worst loses {look.rate(worst)}",
        subtitle=joined("Loss of today's value, before costs", f"holdings of {formatting.day_short(report.as_of)}"),
        source="Events: the product's own table, dated and sourced",
        mark=MARK if report.is_sample else "",
        look=look,
        height_px=150 + ROW_PX * len(names),
        table=(
            ("Scenario", "Loss today", "After", "Limit"),
            [
                (one.name, look.rate(one.before_frac), look.rate(one.after_frac), look.rate(one.limit_frac))
                for one in losses
            ],
        ),
        choices=by_label("y", {name: f"scenario:{key}" for name, (_, key) in zip(names, pairs, strict=True) if key}),
        screen_top_px=34,
        xaxis={
            "tickformat": ".0%",
            "nticks": 5,
            "tickangle": 0,
            "showgrid": True,
            "zeroline": True,
            "range": [low - pad, high + pad],
        },
        yaxis=_categories(look),
    )


def _categories(look: Look) -> dict[str, Any]:
    return {"autorange": "reversed", "showgrid": False, "type": "category", "tickfont": {"color": look.color("text")}}
