"""How is the move of one factor stated: by a slider, or by a number beside it, both in step?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import dash_bootstrap_components as dbc
from dash import html

from components.fields import error_id, number_input
from components.ids import Stress
from components.stress_meter import meter

INPUTS: Final = (
    ("equity", Stress.EQUITY, "Shares", "%"),
    ("rates", Stress.RATES, "Ten-year yield", "pp"),
    ("credit", Stress.CREDIT, "High yield spread", "pp"),
    ("volatility", Stress.VOLATILITY, "Volatility index", "points"),
    ("oil", Stress.OIL, "Oil", "%"),
    ("usd", Stress.USD, "US dollar", "%"),
    ("slope", Stress.SLOPE, "Slope, ten less two years", "pp"),
    ("ig", Stress.IG, "Investment grade spread", "pp"),
    ("emerging", Stress.EMERGING, "Emerging market shares", "%"),
)
"""Factor, id of its field, its label and unit; in the engine's order."""
RANGES: Final[dict[str, tuple[float, float, float]]] = {
    "equity": (-60, 40, 1),
    "rates": (-3, 3, 0.05),
    "credit": (-4, 16, 0.25),
    "volatility": (-20, 80, 1),
    "oil": (-80, 100, 1),
    "usd": (-25, 25, 0.5),
    "slope": (-2, 2, 0.05),
    "ig": (-1, 5, 0.05),
    "emerging": (-60, 60, 1),
}
"""Ends and step of each slider in the unit of its field: what markets have seen, and a little more."""
FIELDS: Final = tuple(key for _, key, *_ in INPUTS)


def moves_form(view: Mapping[str, str]) -> html.Div:
    """Return a row for each factor: its name, its slider, its number, and what follows where it is left empty."""
    heads = [html.Span(text) for text in ("Factor", "Move", "", "Follows")]
    return html.Div(
        [
            html.Div(heads, className="stress-move stress-move-head", **{"aria-hidden": "true"}),
            *(_row(name, key, text, unit, view[name]) for name, key, text, unit in INPUTS),
        ],
        className="stress-moves",
    )


def live_meter() -> html.Div:
    """Return the meter of plausibility; the browser alone follows the sliders with it."""
    words = "Move a slider, or type a move: what follows for the others stands beside them."
    return html.Div(meter("", words), id=Stress.LIVE_METER, className="stress-live", **{"aria-live": "polite"})


def _row(name: str, key: str, text: str, unit: str, typed: str) -> html.Div:
    low, high, step = RANGES[name]
    slide = Stress.slide(key)
    words = f"{text}: slider from {low:g} to {high:g} {unit}"
    slider = dbc.Input(id=slide, type="range", min=low, max=high, step=step, value=_place(typed), class_name="slide-q")
    error = html.Div(id=error_id(key), className="field-error", role="alert")
    return html.Div(
        [
            html.Label(text, htmlFor=key, className="stress-move-name"),
            html.Div([html.Label(words, htmlFor=slide, className="visually-hidden"), slider]),
            html.Div([number_input(key, typed or None, unit=unit), error], className="field"),
            html.Output(id=Stress.implied(key), className="stress-move-implied num", htmlFor=key),
        ],
        className="stress-move",
    )


def _place(typed: str) -> float:
    """Return where a slider stands for what was typed; at zero where that is no number."""
    try:
        return float(typed.strip().rstrip("%").replace(",", ".").replace("\N{MINUS SIGN}", "-"))
    except ValueError:
        return 0.0
