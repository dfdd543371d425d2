"""How much risk is there when correlations go toward a stressed matrix, and diversification fails?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from scipy.special import ndtri

from engine.kernel.errors import InputRefused, Problem
from engine.kernel.estimates import Matrix, Vector
from engine.kernel.units import listing, percent
from engine.stress.joint_history import ESTIMATOR, JointHistory, covariance_of, joint_history, split
from engine.stress.nearest_correlation import nearest_correlation
from engine.stress.positions import StressedPortfolio
from engine.stress.result_tails import CorrelationPoint, CorrelationResult

BreakdownKind = Literal["toward_one", "hedges_fail", "sample", "edited"]
STEPS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
SESSIONS_PER_YEAR = 252
RISKY_ANNUAL_FRAC = 0.05
ROUGH_DAYS_COUNT = 126
Edited = tuple[Sequence[str], Sequence[Sequence[float]]]


def mixed(today: Matrix, stressed: Matrix, strength_frac: float) -> Matrix:
    """Return (1 - k) C + k C_stressed: a correlation matrix whenever both are."""
    return (1.0 - strength_frac) * today + strength_frac * stressed


def break_down(
    portfolio: StressedPortfolio,
    returns_frac: Matrix,
    *,
    kind: BreakdownKind = "toward_one",
    strength_frac: float = 0.5,
    stressed_correlation: float = 0.9,
    volatilities_scaled_by: float = 1.0,
    levels_frac: tuple[float, ...] = (0.95, 0.99),
    horizon_days: int = 1,
    edited: Edited | None = None,
) -> CorrelationResult:
    """Return volatility, value at risk and expected shortfall along the way to the stressed correlation.

    Parameters
    ----------
    portfolio
        n positions.
    returns_frac
        Shape (t, n), simple returns per day, NaN where none; the last 1,000 common days are used.
    kind
        "toward_one": every pair of positions with an annual volatility of at least 5% goes to `stressed_correlation`.
        "hedges_fail": pairs whose correlation takes risk away at today's weights go to none. "sample": toward the
        correlation of the roughest 126 consecutive sessions. "edited": toward the user's matrix.
    strength_frac
        k of the asked point.
    volatilities_scaled_by
        On every position's volatility.
    levels_frac, horizon_days
        Of the normal loss figures; mean zero, the square root of time.
    edited
        Names and a table of pairs; the nearest correlation matrix is taken.

    Raises
    ------
    InputRefused
        An edited matrix that is missing, names something not held, or is no table of pairs.

    """
    joint = joint_history(portfolio, returns_frac)
    today, deviations = split(covariance_of(joint.returns_frac))
    deviations = deviations * volatilities_scaled_by
    names = tuple(portfolio.assets[place] for place in joint.places)
    days = f"{len(joint.returns_frac):,} common days"
    notes = [
        f"From the last {days}, by a normal law with mean zero, whose covariance is {ESTIMATOR}: "
        "other methods and windows give other figures."
    ]
    distance: float | None = None
    if kind == "edited":
        stressed, distance = _edited(today, names, edited)
        if distance > 1e-9:
            notes.append("The matrix was no correlation matrix; the nearest one (Higham 2002) is used.")
    else:
        stressed = _stressed(kind, joint, today, deviations / volatilities_scaled_by, stressed_correlation)
    if joint.uncovered:
        notes.append(
            f"Left out for want of a history: {listing(list(joint.uncovered))}, "
            f"{percent(1.0 - joint.covered_frac, 1)} of what is held."
        )
    if kind == "toward_one" and bool((joint.weights_frac < 0.0).any()):
        notes.append("Short positions hedge better when everything moves together; see also that hedges fail.")

    def at(strength: float) -> CorrelationPoint:
        return _point(
            mixed(today, stressed, strength), deviations, joint.weights_frac, strength, levels_frac, horizon_days
        )

    return CorrelationResult(
        kind=kind,
        levels_frac=levels_frac,
        horizon_days=horizon_days,
        points=tuple(at(step) for step in STEPS),
        asked=at(strength_frac),
        repaired_distance=distance,
        volatilities_scaled_by=volatilities_scaled_by,
        notes=tuple(notes),
    )


def _stressed(
    kind: BreakdownKind, joint: JointHistory, today: Matrix, deviations: Vector, stressed_correlation: float
) -> Matrix:
    """Return the matrix at full strength, always a correlation matrix."""
    target = today.copy()
    if kind == "toward_one":
        risky = deviations * np.sqrt(SESSIONS_PER_YEAR) >= RISKY_ANNUAL_FRAC
        target[np.ix_(risky, risky)] = stressed_correlation
    elif kind == "hedges_fail":
        signs = np.where(joint.weights_frac < 0.0, -1.0, 1.0)
        pairs = np.outer(signs, signs)
        target = pairs * np.maximum(pairs * today, 0.0)
    else:
        target = split(np.atleast_2d(np.cov(_roughest(joint).T)))[0] if len(today) else today
    np.fill_diagonal(target, 1.0)
    return nearest_correlation(target)[0]


def _roughest(joint: JointHistory) -> Matrix:
    """Return the 126 consecutive sessions in which the portfolio moved most."""
    squares = np.concatenate([[0.0], np.cumsum((joint.returns_frac @ joint.weights_frac) ** 2)])
    width = min(ROUGH_DAYS_COUNT, len(joint.returns_frac))
    first = int(np.argmax(squares[width:] - squares[:-width]))
    return joint.returns_frac[first : first + width]


def _edited(today: Matrix, names: tuple[str, ...], edited: Edited | None) -> tuple[Matrix, float]:
    """Return today's matrix with the edited pairs, made a correlation matrix, and how far that was."""
    if edited is None:
        raise InputRefused([Problem("edited", "No matrix is given.", "Give the assets and their table of pairs.")])
    chosen, rows = tuple(edited[0]), edited[1]
    absent = [name for name in chosen if name not in names]
    is_square = len(rows) == len(chosen) and all(len(row) == len(chosen) for row in rows)
    if absent or not is_square or len(set(chosen)) < len(chosen):
        cause = f"{listing(absent)} is not among the covered positions." if absent else "The table is not square."
        raise InputRefused([Problem("edited", cause, "Give one row and one column for each named asset, once.")])
    target = today.copy()
    places = [names.index(name) for name in chosen]
    target[np.ix_(places, places)] = np.array(rows, dtype=float)
    found, distance = nearest_correlation(target)
    return found, distance


def _point(
    correlation: Matrix,
    deviations: Vector,
    weights_frac: Vector,
    strength_frac: float,
    levels_frac: tuple[float, ...],
    horizon_days: int,
) -> CorrelationPoint:
    """Return risk at one matrix."""
    scaled = weights_frac * deviations
    deviation = float(np.sqrt(max(0.0, float(scaled @ correlation @ scaled))))
    over = deviation * float(np.sqrt(horizon_days))
    quantiles = [float(ndtri(level)) for level in levels_frac]
    densities = [float(np.exp(-0.5 * z * z) / np.sqrt(2.0 * np.pi)) for z in quantiles]
    count = len(correlation)
    off = float(correlation.sum()) - count
    return CorrelationPoint(
        strength_frac=strength_frac,
        average_correlation=off / (count * (count - 1)) if count > 1 else 0.0,
        volatility_annual_frac=deviation * float(np.sqrt(SESSIONS_PER_YEAR)),
        var_frac=tuple(over * z for z in quantiles),
        es_frac=tuple(over * d / (1.0 - level) for d, level in zip(densities, levels_frac, strict=True)),
    )
