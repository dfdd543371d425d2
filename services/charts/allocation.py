"""Into what is the money divided: bars by sector, class, country or currency, with what was and what is allowed?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from services.charts.frame import as_of_words, empty, frame, joined
from services.charts.frontier import source_words
from services.charts.look import Look
from services.charts.tokens import Signs, Theme
from services.formatting import Style
from services.market_marks import source_mark

UNKNOWN = "Not classified"
LONG_NAME_COUNT = 13


def _wrapped(name: str) -> str:
    """Break a long name at the space nearest to its middle, so that bars keep their room on phones."""
    spaces = [n for n, letter in enumerate(name) if letter == " "]
    if len(name) <= LONG_NAME_COUNT or not spaces:
        return name
    cut = min(spaces, key=lambda n: abs(n - len(name) / 2))
    return f"{name[:cut]}<br>{name[cut + 1 :]}"


def allocation_bars(
    shares: Mapping[str, float],
    *,
    by: str = "sector",
    reference: Mapping[str, float] | None = None,
    reference_name: str = "Current",
    limits: Mapping[str, float] | None = None,
    name_of_shares: str = "Weight",
    as_of: object = None,
    source: str = "",
    mark: str = "",
    theme: Theme = "light",
    style: Style = "comma",
    signs: Signs = "blue_orange",
) -> go.Figure:
    """Draw one bar a group, the largest on top.

    Parameters
    ----------
    shares : mapping
        Group -> fraction of the portfolio; shorts are negative.
    by : str
        What the groups are: ``sector``, ``asset class``, ``country``, ``currency`` or ``holding``.
    reference : mapping or None
        Fractions to compare with, drawn as diamonds.
    reference_name : str
        Words for them.
    limits : mapping or None
        Group -> largest fraction allowed, drawn as a tick.
    source, mark : str
        Where the figures come from, and which of them were invented.
    """
    look = Look(theme, style, signs)
    every = {group: float(share) for group, share in shares.items()}
    for group in reference or {}:
        every.setdefault(group, 0.0)
    if not every:
        return empty("allocation", "There are no holdings to divide.", look)
    groups = sorted(every, key=lambda group: -every[group])
    words = {group: _wrapped(group) for group in groups}
    top = groups[0]
    figure = go.Figure()
    figure.add_bar(
        x=[every[g] for g in groups],
        y=[words[g] for g in groups],
        orientation="h",
        marker={"color": look.color("chart-proposed")},
        name=name_of_shares,
        hovertemplate=f"<b>%{{y}}</b><br>{name_of_shares} %{{x:.1%}}<extra></extra>",
        showlegend=reference is not None or bool(limits),
    )
    if reference is not None:
        figure.add_scatter(
            x=[float(reference.get(g, 0.0)) for g in groups],
            y=[words[g] for g in groups],
            mode="markers",
            marker={
                "symbol": "diamond",
                "size": 10,
                "color": look.color("surface"),
                "line": {"width": 2, "color": look.color("chart-current")},
            },
            name=reference_name,
            hovertemplate=f"<b>%{{y}}</b><br>{reference_name} %{{x:.1%}}<extra></extra>",
        )
    limited = [g for g in groups if g in (limits or {})]
    if limits and limited:
        figure.add_scatter(
            x=[float(limits[g]) for g in limited],
            y=[words[g] for g in limited],
            mode="markers",
            marker={"symbol": "line-ns", "size": 16, "line": {"width": 2, "color": look.color("down-fill")}},
            name="Limit",
            hovertemplate="<b>%{y}</b><br>Limit %{x:.1%}<extra></extra>",
        )
    values = [*every.values(), *(reference or {}).values(), *[float(limits[g]) for g in limited if limits]]
    low, high = min(0.0, *values), max(0.0, *values)
    base = {"xref": "paper", "yref": "y", "x": 1, "xanchor": "right", "xshift": 50, "showarrow": False}
    notes: list[dict[str, Any]] = [
        {
            **base,
            "y": words[g],
            "text": look.weight(every[g]),
            "font": {"color": look.color("text"), "size": 11},
        }
        for g in groups
    ]
    columns = [by.capitalize(), name_of_shares, *([reference_name] if reference is not None else [])]
    rows = [
        [g, look.weight(every[g]), *([look.weight(reference.get(g, 0.0))] if reference is not None else [])]
        for g in groups
    ]
    has_legend = reference is not None or bool(limited)
    return frame(
        figure,
        name="allocation",
        title=f"{top} is the largest {by} with {look.weight(every[top])}",
        subtitle=joined(f"Weight by {by}, percent of the portfolio", as_of_words(as_of)),
        source=source,
        mark=mark,
        look=look,
        height_px=170 + 32 * len(groups),
        table=(columns, rows),
        screen_top_px=34 if has_legend else 8,
        annotations=notes,
        margin={"r": 58},
        xaxis={
            "tickformat": ".0%",
            "showgrid": True,
            "showline": False,
            "ticks": "",
            "zeroline": True,
            "range": [low * 1.06, high * 1.06 or 1.0],
        },
        yaxis={
            "autorange": "reversed",
            "showgrid": False,
            "type": "category",
            "tickfont": {"color": look.color("text")},
        },
    )


def sector_allocation(
    result: Mapping[str, Any],
    *,
    theme: Theme = "light",
    style: Style = "comma",
    signs: Signs = "blue_orange",
) -> go.Figure:
    """Draw the proposed weights by sector against the current ones, with the sector limits of the request.

    Parameters
    ----------
    result : mapping
        The stored result of an optimization (``OptimizationResult`` as JSON).
    """
    look = Look(theme, style, signs)
    weights: Sequence[Mapping[str, Any]] = result.get("weights") or []
    proposed: dict[str, float] = {}
    current: dict[str, float] = {}
    for one in weights:
        sector = str(one.get("sector") or UNKNOWN)
        proposed[sector] = proposed.get(sector, 0.0) + float(one["weight_frac"])
        current[sector] = current.get(sector, 0.0) + float(one.get("current_frac") or 0.0)
    limits = {
        str(limit.get("scope")): float(limit["max_frac"])
        for limit in (result.get("certificate") or {}).get("limits") or []
        if limit.get("kind") == "sector_limit" and limit.get("max_frac") is not None
    }
    has_current = any(one.get("current_frac") is not None for one in weights)
    lineage = result.get("lineage") or {}
    return allocation_bars(
        proposed,
        reference=current if has_current else None,
        limits=limits,
        name_of_shares="Proposed",
        as_of=lineage.get("as_of"),
        source=source_words(lineage, look),
        mark=source_mark(lineage),
        theme=theme,
        style=style,
        signs=signs,
    )
