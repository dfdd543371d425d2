"""Which holdings moved a portfolio on the day, up and down?"""

from __future__ import annotations

import plotly.graph_objects as go

from services import formatting
from services.charts.frame import by_label, empty, frame, joined
from services.charts.look import Look
from services.charts.tokens import Signs, Theme
from services.formatting import Style
from services.messages.performance_choice import ChoiceView
from services.messages.performance_today import TodayView

BARS_MAX_COUNT = 16
ROW_PX = 28
HEAD_PX = 140


def contributions_today(
    view: TodayView,
    *,
    chosen: ChoiceView | None = None,
    theme: Theme = "light",
    style: Style = "comma",
    signs: Signs = "blue_orange",
) -> go.Figure:
    """Draw what each holding added to the day's return, the largest gain on top; small ones together.

    Of a chosen group its holdings alone; a chosen holding stands out.
    """
    look = Look(theme, style, signs)
    is_narrow = chosen is not None and chosen.kind == "group" and chosen.dimension != "asset"
    held = [
        (one.symbol, one.contribution_frac)
        for one in view.holdings
        if one.contribution_frac is not None and (not is_narrow or chosen is None or one.asset_id in chosen.asset_keys)
    ]
    if not held:
        return empty("performance-today", "No holding has a result of the day.", look)
    held.sort(key=lambda one: -abs(one[1]))
    shown, rest = held[:BARS_MAX_COUNT], held[BARS_MAX_COUNT:]
    if rest:
        shown.append((f"{len(rest)} others", sum(value for _, value in rest)))
    shown.sort(key=lambda one: one[1])
    names, values = [name for name, _ in shown], [value for _, value in shown]
    keys = {name: f"asset:{name}" for name, _ in held[:BARS_MAX_COUNT]}
    strong = chosen.chosen if chosen is not None and chosen.chosen in keys.values() else ""
    figure = go.Figure()
    figure.add_bar(
        x=values,
        y=names,
        orientation="h",
        marker={
            "color": [look.color("up-fill" if value >= 0 else "down-fill") for value in values],
            "opacity": [1.0 if not strong or keys.get(name) == strong else 0.35 for name in names],
        },
        hovertemplate="<b>%{y}</b><br>%{x:.2%}<extra></extra>",
        showlegend=False,
    )
    return frame(
        figure,
        name="performance-today",
        title=_title(held, look),
        subtitle=joined("Result over the portfolio's value at the close before", _when(view)),
        source="",
        mark=next((note for note in view.notes if "ample" in note), ""),
        look=look,
        height_px=HEAD_PX + ROW_PX * len(shown),
        table=(
            ("Holding", "Contribution"),
            [[name, look.rate(value)] for name, value in sorted(held, key=lambda one: -one[1])],
        ),
        choices=by_label("y", keys),
        xaxis={"tickformat": ".2%", "zeroline": True, "showgrid": True},
        yaxis={"type": "category"},
    )


def _title(held: list[tuple[str, float]], look: Look) -> str:
    best, worst = max(held, key=lambda one: one[1]), min(held, key=lambda one: one[1])
    if best[1] <= 0.0:
        return f"No holding gained; {worst[0]} took the most, {look.rate(worst[1])}"
    if worst[1] >= 0.0:
        return f"No holding lost; {best[0]} added the most, {look.rate(best[1])}"
    return f"{best[0]} added {look.rate(best[1])}; {worst[0]} took {look.rate(worst[1])}"


def _when(view: TodayView) -> str:
    """Say of when the prices are: the chart stands still while the table below it follows live prices."""
    return "at the prices when the page was read" if view.is_live else f"session of {formatting.day_short(view.as_of)}"
