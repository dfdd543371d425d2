"""Were losses beyond the value at risk as large as the expected shortfall promised?"""

from __future__ import annotations

import numpy as np
from scipy.special import stdtrit

from engine.kernel.forms import Vector
from engine.kernel.rng import generator
from engine.tails.closed_forms import student_t_loss

STREAM = 29
DRAWS_COUNT = 5000
DEGREES_MIN, DEGREES_MAX = 2.1, 500.0
GRID_COUNT = 4001
DEEPEST_LOG = 21.0


def z1(returns_frac: Vector, var_frac: Vector, es_frac: Vector) -> float | None:
    """Return the mean of return / ES over the exceptions, plus 1: 0 for right forecasts, negative for too small ones.

    None without exceptions. Shapes (t,), all known; the shortfalls are positive.

    References
    ----------
    Acerbi and Székely (2014), Back-testing expected shortfall, Risk, December.

    """
    struck = -returns_frac > var_frac
    if not struck.any():
        return None
    return float(np.mean(returns_frac[struck] / es_frac[struck])) + 1.0


def z2(returns_frac: Vector, var_frac: Vector, es_frac: Vector, level: float) -> float:
    """Return the sum of return / ES over the exceptions by their expected number, plus 1: it minds their number too.

    Same source and signs as `z1`.
    """
    struck = -returns_frac > var_frac
    return float(np.sum(returns_frac[struck] / es_frac[struck])) / (len(returns_frac) * (1.0 - level)) + 1.0


def implied_degrees(var_frac: Vector, es_frac: Vector, level: float) -> float:
    """Return the degrees of freedom of the Student-t whose ES / VaR is the forecasts' median one, 2.1 to 500."""
    ratio = float(np.median(es_frac / var_frac))
    low, high = 1.0 / DEGREES_MAX, 1.0 / DEGREES_MIN
    for _ in range(60):
        middle = 0.5 * (low + high)
        loss = student_t_loss(0.0, 1.0, 1.0 / middle, level)
        low, high = (middle, high) if loss.es / loss.var < ratio else (low, middle)
    return 2.0 / (low + high)


def z2_when_right(
    days_count: int, level: float, degrees_of_freedom: float, *, seed: int = 7, draws_count: int = DRAWS_COUNT
) -> Vector:
    """Return Z2 of drawn histories in which the forecasts are right, ascending, shape (draws,).

    Returns are Student-t of mean zero and any scale: the number of exceptions is binomial, and their sizes those of the
    distribution's tail.
    """
    rng = generator(seed, STREAM, 2)
    counts = rng.binomial(days_count, 1.0 - level, draws_count)
    losses = _tail_losses(rng, int(counts.sum()), level, degrees_of_freedom)
    sums = np.bincount(np.repeat(np.arange(draws_count), counts), weights=losses, minlength=draws_count)
    return np.sort(1.0 - sums / (days_count * (1.0 - level)))


def z1_when_right(
    exceptions_count: int, level: float, degrees_of_freedom: float, *, seed: int = 7, draws_count: int = DRAWS_COUNT
) -> Vector:
    """Return Z1 of drawn histories with so many exceptions in which the forecasts are right, ascending."""
    rng = generator(seed, STREAM, 1)
    losses = _tail_losses(rng, draws_count * exceptions_count, level, degrees_of_freedom)
    return np.sort(1.0 - losses.reshape(draws_count, exceptions_count).mean(axis=1))


def p_value_of(statistic: float, when_right: Vector) -> float:
    """Return the chance of a statistic as low as this one, from drawn ones in ascending order."""
    return (1.0 + float(np.searchsorted(when_right, statistic, side="right"))) / (1.0 + len(when_right))


def fissler_ziegel(returns_frac: Vector, var_frac: Vector, es_frac: Vector, level: float) -> float:
    """Return the mean score of value at risk and shortfall together; the truth has the lowest expected score.

    ((L - VaR)⁺ / α + VaR) / ES + log ES - 1 with the loss L: the member of Fissler and Ziegel's family whose
    differences do not depend on the unit. Shapes (t,), all known; the shortfalls are positive.

    References
    ----------
    Fissler and Ziegel (2016), Annals of Statistics 44(4); Patton, Ziegel and Chen (2019), Journal of Econometrics 211.

    """
    beyond = np.maximum(-returns_frac - var_frac, 0.0) / (1.0 - level)
    return float(np.mean((beyond + var_frac) / es_frac + np.log(es_frac) - 1.0))


def _tail_losses(rng: np.random.Generator, count: int, level: float, degrees_of_freedom: float) -> Vector:
    """Return drawn losses beyond the value at risk in units of the shortfall, shape (count,).

    Quantiles are read off a grid that is even in the logarithm of the tail's probability, which they nearly follow by
    straight pieces. Beyond one in e^-21 of the tail they stay as they are.
    """
    logs = np.linspace(0.0, DEEPEST_LOG, GRID_COUNT)
    quantiles = -stdtrit(degrees_of_freedom, (1.0 - level) * np.exp(-logs))
    losses = quantiles / student_t_loss(0.0, 1.0, degrees_of_freedom, level).es
    places = np.minimum(rng.standard_exponential(count), 0.999 * DEEPEST_LOG) * ((GRID_COUNT - 1) / DEEPEST_LOG)
    below = places.astype(np.intp)
    return np.asarray(losses[below] + (places - below) * np.diff(losses)[below])
