"""How are the values of an objective written, labelled and colored, whatever its unit?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.charts.look import Look

Axis = Mapping[str, Any]

PERCENT = ("annual_frac", "period_frac", "frac")
MEASURED: dict[str, str] = {
    "annual_frac": "a year",
    "period_frac": "a day",
    "frac": "",
    "score": "",
    "ratio": "",
    "count": "",
}
TICKS: dict[str, str] = {"score": ".1f", "ratio": ".2f", "count": ".0f"}
SHADES_COUNT = 9
LOW_RGB, MIDDLE_RGB, HIGH_RGB = (47, 111, 196), (139, 146, 152), (230, 172, 20)
"""From blue over gray to amber: it is told apart with every common color vision, and stands on light and dark."""


def value_text(axis: Axis, value: float, look: Look) -> str:
    """Return a value of an objective in the reader's number format."""
    unit = str(axis["unit"])
    if unit in PERCENT:
        return look.rate(value)
    return look.number(value, {"score": 1, "ratio": 2, "count": 0}.get(unit, 2))


def axis_title(axis: Axis) -> str:
    """Return the name of an objective with what its values are measured in."""
    return f"{axis['label']} {MEASURED.get(str(axis['unit']), '')}".strip()


def tick_format(axis: Axis) -> str:
    """Return how Plotly writes the values on an axis."""
    span = abs(float(axis["ideal"]) - float(axis["nadir"]))
    if str(axis["unit"]) in PERCENT:
        return ".0%" if span >= 0.04 else ".1%" if span >= 0.004 else ".2%"
    return TICKS.get(str(axis["unit"]), ".2f")


def goodness(axis: Axis, value: float) -> float:
    """Return where a value lies between the worst (0) and the best (1) of the points; 1 where all are equal."""
    ideal, nadir = float(axis["ideal"]), float(axis["nadir"])
    return 1.0 if ideal == nadir else (value - nadir) / (ideal - nadir)


def shades(values: Sequence[float]) -> list[str]:
    """Return a color for each value, from the lowest to the highest."""
    low, high = min(values), max(values)
    span = high - low
    steps = [0 if span <= 0 else round((SHADES_COUNT - 1) * (value - low) / span) for value in values]
    return [_shade(step / (SHADES_COUNT - 1)) for step in steps]


def _shade(share: float) -> str:
    start, end, part = (LOW_RGB, MIDDLE_RGB, 2 * share) if share < 0.5 else (MIDDLE_RGB, HIGH_RGB, 2 * share - 1)
    mixed = [round(one + (other - one) * part) for one, other in zip(start, end, strict=True)]
    return "#" + "".join(f"{one:02x}" for one in mixed)
