"""What do the answers to many histories say together: intervals, bands, and how far they lie from the proposal?"""

from __future__ import annotations

import numpy as np

from engine.kernel.forms import Matrix, Vector
from engine.uncertainty.result import FrontierBand, WeightInterval

HELD_FRAC = 1e-6  # less is rounding, not a holding
DIGITS = 10


def intervals_of(
    assets: tuple[str, ...], weights_frac: Vector, answers: Matrix, level_frac: float
) -> tuple[WeightInterval, ...]:
    """Return an interval for each weight.

    The bounds are percentiles of the answers, shape (k, n). They are not reflected around the weight nor made normal:
    in simulated worlds (see `docs/maths/uncertainty.md`) those forms cover far too little where bounds bind.
    """
    lower, middle, upper = percentiles(answers, level_frac)
    held = (np.abs(answers) > HELD_FRAC).mean(axis=0)
    return WeightInterval.trusted(
        {
            "asset": asset,
            "weight_frac": float(weights_frac[i]),
            "lower_frac": float(lower[i]),
            "median_frac": float(middle[i]),
            "upper_frac": float(upper[i]),
            "inclusion_frac": float(held[i]),
        }
        for i, asset in enumerate(assets)
    )


def percentiles(values: Matrix, level_frac: float) -> tuple[Vector, Vector, Vector]:
    """Return lower end, median and upper end along the first axis, rounded to 1e-10."""
    tail = 0.5 * (1.0 - level_frac)
    found = np.round(np.quantile(values, [tail, 0.5, 1.0 - tail], axis=0), DIGITS) + 0.0
    return found[0], found[1], found[2]


def bands_of(
    risk_aversions: list[float | None], own: Matrix, figures: Matrix, points: Matrix, level_frac: float
) -> tuple[FrontierBand, ...]:
    """Return a band for each place on the frontier.

    Parameters
    ----------
    risk_aversions
        One for each of q places; None where it is infinite.
    own
        Annual return and variance on the request's own figures, shape (q, 2).
    figures
        The same as each history promises them, shape (k, q, 2).
    points
        Weights of each history's portfolios, shape (k, q, n).
    level_frac
        Level of the bands.

    """
    spread = np.stack([figures[..., 0], np.sqrt(np.maximum(figures[..., 1], 0.0))], axis=-1)
    lower, _, upper = percentiles(spread, level_frac)
    weights_lower, _, weights_upper = percentiles(points, level_frac)
    return tuple(
        FrontierBand(
            risk_aversion=aversion,
            return_annual_frac=float(own[q, 0]),
            volatility_annual_frac=float(np.sqrt(max(own[q, 1], 0.0))),
            return_lower_annual_frac=float(lower[q, 0]),
            return_upper_annual_frac=float(upper[q, 0]),
            volatility_lower_annual_frac=float(lower[q, 1]),
            volatility_upper_annual_frac=float(upper[q, 1]),
            weights_lower_frac=tuple(weights_lower[q].tolist()),
            weights_upper_frac=tuple(weights_upper[q].tolist()),
        )
        for q, aversion in enumerate(risk_aversions)
    )
