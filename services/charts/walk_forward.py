"""How did wealth go in a test over the past, and what became of each promise?"""

from __future__ import annotations

from typing import Any, Literal

import plotly.graph_objects as go

from services import formatting
from services.charts.frame import day_of, empty, frame, joined, mark_words
from services.charts.history import time_axis
from services.charts.look import Look
from services.charts.tokens import Signs, Theme
from services.formatting import Style
from services.market_marks import source_mark
from services.messages.walk_forward import FrontierPromise, StrategyResult, WalkForwardResult
from services.source_names import source_names

Scale = Literal["linear", "log"]
HEIGHT_PX = 420
POINTS_MAX_COUNT = 1000
TABLE_ROWS_MAX_COUNT = 60
NEAR_FRAC = 1e-4
_LINES: dict[str, tuple[str, float, str]] = {
    "recipe": ("chart-proposed", 2.5, "solid"),
    "equal_weight": ("series-2", 1.75, "solid"),
    "minimum_variance": ("series-3", 1.75, "dash"),
    "buy_and_hold": ("chart-current", 1.75, "dot"),
}


def _source(result: WalkForwardResult) -> str:
    lineage = result.lineage.model_dump(mode="json")
    return joined(source_mark(lineage), source_names((lineage.get("data") or {}).get("providers") or ()))


def _mark(result: WalkForwardResult) -> str:
    return mark_words(source_mark(result.lineage.model_dump(mode="json")))


def _places(count: int, most: int) -> list[int]:
    """Return evenly spaced places from the first to the last, all of them where there are few."""
    if count <= most:
        return list(range(count))
    return sorted({round(number * (count - 1) / (most - 1)) for number in range(most)})


def wealth(
    result: WalkForwardResult,
    *,
    scale: Scale = "linear",
    theme: Theme = "light",
    style: Style = "comma",
    signs: Signs = "blue_orange",
) -> go.Figure:
    """Draw what 100 became with each strategy, after costs.

    Parameters
    ----------
    result : WalkForwardResult
    scale : {"linear", "log"}
        On the second, equal distances are equal growth.

    """
    look = Look(theme, style, signs)
    if not result.strategies:
        return empty("walk-forward-wealth", "There is no wealth to draw.", look)
    drawn = _places(len(result.dates), POINTS_MAX_COUNT)
    days = [result.dates[place] for place in drawn]
    figure = go.Figure()
    for one in reversed(result.strategies):  # the recipe comes last and lies on top
        tone, width, dash = _LINES[one.key]
        figure.add_scatter(
            x=days,
            y=[100.0 * one.wealth[place] for place in drawn],
            mode="lines",
            line={"width": width, "color": look.color(tone), "dash": dash},
            name=one.label,
            hovertemplate="%{y:,.1f}",
            legendrank=[line.key for line in result.strategies].index(one.key) + 1,
        )
    gap = len(result.dates) / max(len(drawn), 1)
    thinned = f"every {look.number(gap, 0)} days" if gap >= 1.5 else ""
    rows = _places(len(result.dates), TABLE_ROWS_MAX_COUNT)
    span = f"{formatting.day_short(result.dates[0])} to {formatting.day_short(result.dates[-1])}"
    return frame(
        figure,
        name="walk-forward-wealth",
        title=_ranking(result.strategies, look),
        subtitle=joined("Growth of 100 after costs", span, thinned, _mark(result)),
        source=_source(result),
        look=look,
        height_px=HEIGHT_PX,
        table=(
            ("Day", *(one.label for one in result.strategies)),
            [
                (
                    formatting.day_short(day_of(result.dates[place])),
                    *(look.number(100.0 * one.wealth[place]) for one in result.strategies),
                )
                for place in rows
            ],
        ),
        screen_top_px=34,
        hovermode="x unified",
        xaxis=time_axis(),
        yaxis={"tickformat": ",.0f", "type": scale, **({"dtick": "D2"} if scale == "log" else {})},
    )


def _ranking(strategies: tuple[StrategyResult, ...], look: Look) -> str:
    """Say what the recipe made of 100, and which strategy made most."""
    recipe = strategies[0]
    best = max(strategies, key=lambda one: one.wealth[-1])
    words = f"The recipe made {look.number(100.0 * recipe.wealth[-1], 0)} of 100"
    if best.key == recipe.key:
        return f"{words}, more than any of the others"
    return f"{words}; {best.label.lower().replace(',', '')} made {look.number(100.0 * best.wealth[-1], 0)}"


def promises(
    result: WalkForwardResult, *, theme: Theme = "light", style: Style = "comma", signs: Signs = "blue_orange"
) -> go.Figure:
    """Draw each promised portfolio with an arrow to what it later realized, both as averages over all dates.

    Returns are means and before costs on both ends, so that an arrow shows the estimate's error and nothing else.
    """
    look = Look(theme, style, signs)
    spots = _spots(result)
    if not spots:
        return empty("walk-forward-promises", "There are too few outcomes to set beside their promises.", look)
    promised = [(one.promised_volatility_annual_frac, one.promised_return_annual_frac) for _, one in spots]
    realized = [(one.realized_volatility_annual_frac, one.realized_return_annual_frac) for _, one in spots]
    names = [name for name, _ in spots]
    xs: list[float | None] = []
    ys: list[float | None] = []
    for before, after in zip(promised, realized, strict=True):
        xs += [before[0], after[0], None]
        ys += [before[1], after[1], None]
    figure = go.Figure()
    figure.add_scatter(
        x=xs,
        y=ys,
        mode="lines",
        line={"width": 1.25, "color": look.color("chart-muted")},
        hoverinfo="skip",
        showlegend=False,
        name="promise",
    )
    hover = "<b>%{customdata}</b><br>Return %{y:.2%}<br>Volatility %{x:.2%}<extra></extra>"
    for points, word, fill, rim in (
        (promised, "Promised", "surface", "chart-current"),
        (realized, "Realized", "chart-proposed", "chart-proposed"),
    ):
        figure.add_scatter(
            x=[x for x, _ in points],
            y=[y for _, y in points],
            mode="markers",
            marker={
                "size": 11,
                "symbol": "circle",
                "color": look.color(fill),
                "line": {"width": 2, "color": look.color(rim)},
            },
            name=word,
            customdata=[f"{name}, {word.lower()}" for name in names],
            hovertemplate=hover,
        )
    return frame(
        figure,
        name="walk-forward-promises",
        title=_shortfall(spots, look),
        subtitle=joined("Return and volatility per year, mean over all dates, before costs", _mark(result)),
        source=_source(result),
        look=look,
        height_px=HEIGHT_PX,
        table=(
            ("Portfolio", "Promised return", "Realized return", "Promised volatility", "Realized volatility"),
            [
                (
                    name,
                    look.rate(one.promised_return_annual_frac),
                    look.rate(one.realized_return_annual_frac),
                    look.rate(one.promised_volatility_annual_frac),
                    look.rate(one.realized_volatility_annual_frac),
                )
                for name, one in spots
            ],
        ),
        screen_top_px=34,
        annotations=[
            *_arrows(promised, realized, look),
            *_words(names, promised, look),
        ],
        margin={"r": 40},
        xaxis={"title": {"text": "Volatility a year"}, "tickformat": ".0%", "showgrid": True},
        yaxis={"title": {"text": "Return a year"}, "tickformat": ".0%", "zeroline": True},
    )


def place_name(one: FrontierPromise) -> str:
    """Name a place on the frontier: its ends by what they are, the others by their share of the way."""
    if one.place_frac <= 0.0:
        return "Least risk"
    return "Highest return" if one.place_frac >= 1.0 else f"{one.place_frac:.0%} of the way"


def _spots(result: WalkForwardResult) -> list[tuple[str, Any]]:
    """Return names and calibrations of the frontier's places and of the recipe, which comes last."""
    spots: list[tuple[str, Any]] = [(place_name(one), one.calibration) for one in result.frontier]
    if result.calibration is not None:
        spots.append(("Recipe", result.calibration))
    return spots


def _shortfall(spots: list[tuple[str, Any]], look: Look) -> str:
    name, last = spots[-1]
    who = "The recipe" if name == "Recipe" else name
    return (
        f"{who} promised {look.rate(last.promised_return_annual_frac)} a year and earned "
        f"{look.rate(last.realized_return_annual_frac)}"
    )


def _arrows(
    promised: list[tuple[float, float]], realized: list[tuple[float, float]], look: Look
) -> list[dict[str, Any]]:
    """Return the heads of the arrows; the lines below them are a trace, which files draw as well."""
    return [
        {
            "x": after[0],
            "y": after[1],
            "ax": before[0],
            "ay": before[1],
            "xref": "x",
            "yref": "y",
            "axref": "x",
            "ayref": "y",
            "text": "",
            "showarrow": True,
            "arrowhead": 2,
            "arrowsize": 1.2,
            "arrowwidth": 1.25,
            "arrowcolor": look.color("chart-muted"),
            "standoff": 6,
            "startstandoff": 7,
        }
        for before, after in zip(promised, realized, strict=True)
        if max(abs(before[0] - after[0]), abs(before[1] - after[1])) > NEAR_FRAC
    ]


def _words(names: list[str], promised: list[tuple[float, float]], look: Look) -> list[dict[str, Any]]:
    """Name the ends of the frontier and the recipe; what lies between is named on hover and in the table."""
    return [
        {
            "x": at[0],
            "y": at[1],
            "text": name,
            "xref": "x",
            "yref": "y",
            "showarrow": False,
            "xanchor": "right" if name == "Recipe" else "left",
            "yanchor": "bottom",
            "xshift": -8 if name == "Recipe" else 8,
            "yshift": 4,
            "font": {"size": 11, "color": look.color("text")},
        }
        for name, at in zip(names, promised, strict=True)
        if name in ("Least risk", "Highest return", "Recipe")
    ]
