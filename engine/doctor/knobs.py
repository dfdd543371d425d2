"""How do a limit's numbers move with the fields that the user can change?

A limit is read through its own compilation: once as it stands and once with one field moved a little in the direction
that loosens it. The difference is how far every side moves for one unit of that field, so a slack found by a solver is
a change of the field itself and not of a row somewhere inside.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from engine.doctor.demands import Demands, Knob
from engine.kernel.forms import Universe
from engine.kernel.frozen import FrozenSpec

UNCOUNTED_FIELDS = ("priority", "level", "half_life", "confidence")
MOVE_MIN = 1e-12


def spread_of(universe: Universe) -> float:
    """Return the range of the scores: a hundredth of it counts as one step of a floor on them."""
    scores = universe.esg_scores
    if scores is None or not np.isfinite(scores).any():
        return 100.0
    return float(np.nanmax(scores) - np.nanmin(scores)) or 100.0


def fields_of(spec: FrozenSpec) -> list[tuple[str, int]]:
    """Return the fields that may give way, each with a direction that could loosen it."""
    sides = getattr(type(spec), "side_fields", {})
    found: list[tuple[str, int]] = []
    for name in type(spec).model_fields:
        value = getattr(spec, name)
        if isinstance(value, bool) or not isinstance(value, int | float) or name in UNCOUNTED_FIELDS:
            continue
        words = name.split("_")
        if "max" in words or sides.get("upper") == name:
            found.append((name, 1))
        if "min" in words or sides.get("lower") == name:
            found.append((name, -1))
    return found


def moved(spec: Any, name: str, sign: int) -> tuple[Any, float]:
    """Return the limit with one field loosened by a small step, unchecked, and the step."""
    value = getattr(spec, name)
    step = 1 if isinstance(value, int) else 1e-3 if sign > 0 else min(1e-3, 0.5 * value if value > 0 else 1e-3)
    return spec.model_copy(update={name: value + sign * step}), float(step)


def knob_of(
    spec: FrozenSpec, name: str, sign: int, step: float, base: Demands, after: Demands, net: float, spread: float
) -> Knob | None:
    """Return how the demands move with a field; None when the field moves nothing that the limit demands."""
    if len(base.numbers) != len(after.numbers):
        return None
    with np.errstate(invalid="ignore"):
        rise = (after.numbers - base.numbers) / step
    rise[~np.isfinite(rise)] = 0.0
    lower, upper, lines, risks, tails, jumps, counts = base.split(rise)
    for place, (line, other) in enumerate(zip(base.lines, after.lines, strict=True)):
        # A field inside the coefficients moves them all alike (a floor on an average); Σ w = net makes that a side.
        lines[place] -= float(np.mean(other.linear - line.linear)) / step * net
    if np.isfinite(base.max_count) and not np.isfinite(after.max_count):
        counts[0] = 1.0
    rise[np.abs(rise) <= MOVE_MIN] = 0.0
    if rise[:-1].min() < 0.0 or not rise.any():
        return None
    value = getattr(spec, name)
    low, high = range_of(type(spec)).get(name, (-np.inf, np.inf))
    most = high - value if sign > 0 else value - low
    if most <= 0.0:
        return None
    is_whole = isinstance(value, int)
    unit = 1.0 if is_whole else 0.01 if name.endswith("_frac") else spread / 100.0 if "score" in name else 0.01
    return Knob(
        name,
        float(value),
        sign,
        unit,
        most,
        is_whole,
        lower,
        upper,
        lines,
        risks,
        tails,
        jumps,
        float(counts[0]),
        float(counts[1]),
        float(counts[2]),
    )


@lru_cache(maxsize=128)
def range_of(spec: type[FrozenSpec]) -> Mapping[str, tuple[float, float]]:
    """Return the lowest and highest value of each number field, as its schema states them."""
    found = {}
    for name, schema in spec.model_json_schema()["properties"].items():
        choices = [schema, *schema.get("anyOf", ())]
        lows = [item[key] for item in choices for key in ("minimum", "exclusiveMinimum") if key in item]
        highs = [item[key] for item in choices for key in ("maximum", "exclusiveMaximum") if key in item]
        found[name] = (min(lows, default=-np.inf), max(highs, default=np.inf))
    return found
