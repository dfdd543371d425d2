"""At which λ does a figure of the answer to min ½ wᵀΣw - λ eᵀw take the value it should?"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.optimize.solvers import QpAnswer

ROOT_TOLERANCE = 1e-13
INTERIOR_ROOT_TOLERANCE = 1e-9
ROOT_STEPS_COUNT = 80


def find_root(
    solve: Callable[[float], QpAnswer],
    gap: Callable[[QpAnswer, float], float],
    stretch: Callable[[float], float],
    start: tuple[float, float],
    guess: float,
) -> tuple[float, QpAnswer]:
    """Return the tilt at which a gap that falls from positive to negative is zero, with its answer.

    Secant steps in ``stretch(tilt)``, in which the gap is affine on each stretch, kept inside a bracket; a bracket
    side that stays twice gives way to bisection.
    """
    low, low_gap = start
    high, high_gap = np.inf, -np.inf
    previous = start
    tilt = guess
    answer = solve(tilt)
    was_above: bool | None = None
    streak = 0
    for _ in range(ROOT_STEPS_COUNT):
        if answer.outcome != "solved":
            break
        value = gap(answer, tilt)
        is_above = value > 0.0
        streak = streak + 1 if is_above == was_above else 0
        was_above = is_above
        if is_above:
            low, low_gap = tilt, value
        else:
            high, high_gap = tilt, value
        tolerance = ROOT_TOLERANCE if answer.solver == "daqp" else INTERIOR_ROOT_TOLERANCE
        if abs(value) <= tolerance or high - low <= 1e-15 * max(low, 1.0):
            break
        following = _secant(previous, (tilt, value), stretch)
        if not low < following < high and np.isfinite(high):
            following = _secant((low, low_gap), (high, high_gap), stretch)
        if not low < following < high or streak > 8:
            following = 0.5 * (low + high) if np.isfinite(high) else 4.0 * tilt
        previous = (tilt, value)
        tilt = following
        answer = solve(tilt)
    return tilt, answer


def _secant(one: tuple[float, float], two: tuple[float, float], stretch: Callable[[float], float]) -> float:
    """Return where the line through two points, straight in ``stretch(tilt)``, crosses zero."""
    first, second = stretch(one[0]), stretch(two[0])
    if one[1] == two[1]:
        return np.nan
    crossing = second - two[1] * (second - first) / (two[1] - one[1])
    if not np.isfinite(crossing) or crossing <= 0.0:
        return np.nan
    return float(crossing) if stretch(2.0) == 2.0 else float(np.sqrt(crossing))
