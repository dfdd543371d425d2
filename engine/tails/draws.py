"""How are standardized shocks drawn, so that a small change of the model changes them only a little?"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from engine.kernel.forms import Matrix, Vector
from engine.risk.historical_var import var_place
from engine.tails.closed_forms import Loss
from engine.tails.historical import empirical_loss
from engine.tails.sampling import quantile_spread, shortfall_error


def uniforms(rng: np.random.Generator, pairs_count: int, days_count: int) -> tuple[Matrix, Matrix]:
    """Return two tables (pairs, days) of numbers between 0 and 1, neither reached."""
    first, second = rng.random((pairs_count, days_count)), rng.random((pairs_count, days_count))
    return np.maximum(first, 1e-300), second


def student_t_shocks(first: Matrix, second: Matrix, degrees_of_freedom: float) -> Matrix:
    """Return Student-t shocks from two tables of uniforms, not standardized.

    References
    ----------
    Bailey (1994), Polar generation of random variates with the t-distribution, Mathematics of Computation 62.

    """
    radius = np.sqrt(degrees_of_freedom * np.expm1(-2.0 / degrees_of_freedom * np.log(first)))
    return np.asarray(radius * np.cos(2.0 * np.pi * second))


def normal_shocks(first: Matrix) -> Matrix:
    """Return standard normal shocks from a table of uniforms."""
    return np.asarray(ndtri(first))


def with_opposites(shocks: Matrix) -> Matrix:
    """Return each path and its opposite: antithetic pairs of symmetric shocks."""
    return np.concatenate((shocks, -shocks))


def drawing_errors(ascending: Vector, levels: tuple[float, ...]) -> list[Loss]:
    """Return the standard errors of value at risk and shortfall that drawing leaves, at each level.

    Draws count as independent: for antithetic pairs the errors are a little too large. The shortfall is never surer
    than the value at risk, which formulas would claim where hardly anything lies beyond it.
    """
    size = len(ascending)
    errors = []
    for level in levels:
        loss = empirical_loss(ascending, level)
        spread = quantile_spread(ascending, var_place(size, level), 1.0 - level, 0.95, size)
        beyond = shortfall_error(ascending, loss.var, loss.es, level, size)
        errors.append(Loss(spread.standard_error, max(beyond, spread.standard_error)))
    return errors
