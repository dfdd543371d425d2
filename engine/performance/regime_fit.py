"""Which two states of mean and variance, switching by a Markov chain, fit a series best?

Expectation-maximization: Hamilton's filter forwards, Kim's smoother backwards, then weighted means, variances and
transition shares. The chain starts from its long-run shares.

References
----------
Hamilton (1989), A new approach to the economic analysis of nonstationary time series, Econometrica 57; Hamilton (1990),
Analysis of time series subject to changes in regime, Journal of Econometrics 45. Kim (1994), Dynamic linear models with
Markov-switching, Journal of Econometrics 60.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from engine.frontier.compiled import Numbers, compiled

ONE_PARAMETERS_COUNT, TWO_PARAMETERS_COUNT = 2, 6  # mean and variance of each state, and two chances to leave
ITERATIONS_COUNT = 300
TOLERANCE = 1e-8  # of the log likelihood, relative
FLOOR_SHARE = 1e-3  # of the whole variance; a state may not shrink onto a few equal returns


@dataclass(frozen=True, eq=False)
class RegimeFit:
    """A fitted model, calm first.

    Attributes
    ----------
    means, variances
        Per period, shape (2,).
    transition
        transition[i, j] from i to j, shape (2, 2).
    smoothed
        Probability of each state given the whole series, shape (t, 2).
    log_likelihood, iterations_count, is_converged
        Of the fit.

    """

    means: Numbers
    variances: Numbers
    transition: Numbers
    smoothed: Numbers
    log_likelihood: float
    iterations_count: int
    is_converged: bool


def _expect(
    y: Numbers, means: Numbers, variances: Numbers, transition: Numbers, smoothed: Numbers, moves: Numbers
) -> float:
    """Fill smoothed probabilities and expected moves for given parameters; return the log likelihood."""
    count = len(y)
    filtered = np.empty((count, 2))
    ahead = np.empty((count, 2))
    leave_calm, leave_turbulent = transition[0, 1], transition[1, 0]
    total = leave_calm + leave_turbulent
    first = leave_turbulent / total if total > 0.0 else 0.5
    ahead[0, 0], ahead[0, 1] = first, 1.0 - first
    likelihood = 0.0
    for t in range(count):
        if t > 0:
            for j in range(2):
                ahead[t, j] = filtered[t - 1, 0] * transition[0, j] + filtered[t - 1, 1] * transition[1, j]
        a = -0.5 * (math.log(2.0 * math.pi * variances[0]) + (y[t] - means[0]) ** 2 / variances[0])
        b = -0.5 * (math.log(2.0 * math.pi * variances[1]) + (y[t] - means[1]) ** 2 / variances[1])
        top = max(a, b)
        u, v = ahead[t, 0] * math.exp(a - top), ahead[t, 1] * math.exp(b - top)
        whole = u + v
        if whole <= 0.0:
            whole = 1e-300
        filtered[t, 0], filtered[t, 1] = u / whole, v / whole
        likelihood += top + math.log(whole)
    moves[:, :] = 0.0
    smoothed[count - 1, 0], smoothed[count - 1, 1] = filtered[count - 1, 0], filtered[count - 1, 1]
    for t in range(count - 2, -1, -1):
        for i in range(2):
            share = 0.0
            for j in range(2):
                if ahead[t + 1, j] > 0.0:
                    move = filtered[t, i] * transition[i, j] * smoothed[t + 1, j] / ahead[t + 1, j]
                    moves[i, j] += move
                    share += move
            smoothed[t, i] = share
    return likelihood


expect = compiled(_expect)


def information(y: Numbers, log_likelihood: float) -> tuple[float, float]:
    """Return Schwarz's criterion (BIC) of one normal distribution and of the two states; lower is better.

    Parameters
    ----------
    y
        Returns per period, shape (t,).
    log_likelihood
        Of the two states.

    """
    n = len(y)
    one = -0.5 * n * (math.log(2.0 * math.pi * float(y.var())) + 1.0)
    weight = math.log(n)
    return ONE_PARAMETERS_COUNT * weight - 2.0 * one, TWO_PARAMETERS_COUNT * weight - 2.0 * log_likelihood


def compile_regimes() -> None:
    """Compile the loops by one fit to a wave, so that the first user does not wait for it."""
    fit_regimes(np.sin(np.arange(40.0)), iterations_count=1)


def fit_regimes(y: Numbers, *, iterations_count: int = ITERATIONS_COUNT) -> RegimeFit | None:
    """Return the two states that fit best, from two starts.

    Parameters
    ----------
    y
        Returns per period, shape (t,), without gaps.
    iterations_count
        At most so many steps of expectation-maximization from each start.

    Returns
    -------
    RegimeFit or None
        None with fewer than 20 periods, or returns that never vary.

    """
    if len(y) < 20 or float(y.std()) <= 1e-12:
        return None
    scale = float(y.std())
    z = (y - float(y.mean())) / scale
    fits = [_climb(z, start, iterations_count) for start in _starts(z)]
    best = max(fits, key=lambda one: one.log_likelihood)
    order = np.argsort(best.variances, kind="stable")
    return RegimeFit(
        best.means[order] * scale + float(y.mean()),
        best.variances[order] * scale * scale,
        best.transition[np.ix_(order, order)],
        best.smoothed[:, order],
        best.log_likelihood - len(y) * math.log(scale),
        best.iterations_count,
        best.is_converged,
    )


def _starts(z: Numbers) -> list[Numbers]:
    """Return shares of turbulence to start from: by size within two windows."""
    starts = []
    for window in (5, 21):
        width = min(window, len(z))
        size = np.convolve(z * z, np.ones(width) / width, mode="same")
        turbulent = np.where(size > np.quantile(size, 0.75), 0.9, 0.1)
        starts.append(np.column_stack([1.0 - turbulent, turbulent]))
    return starts


def _climb(z: Numbers, smoothed: Numbers, iterations_count: int) -> RegimeFit:
    moves = np.array([[0.95, 0.05], [0.1, 0.9]])
    before, likelihood, steps = -math.inf, -math.inf, 0
    means, variances, transition = _maximize(z, smoothed, moves)
    is_converged = False
    while steps < iterations_count and not is_converged:
        steps += 1
        likelihood = expect(z, means, variances, transition, smoothed, moves)
        is_converged = abs(likelihood - before) <= TOLERANCE * abs(likelihood)
        before = likelihood
        if not is_converged:
            means, variances, transition = _maximize(z, smoothed, moves)
    return RegimeFit(means, variances, transition, smoothed, likelihood, steps, is_converged)


def _maximize(z: Numbers, smoothed: Numbers, moves: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Return the parameters that fit given probabilities best."""
    weights = np.maximum(smoothed.sum(axis=0), 1e-12)
    means = z @ smoothed / weights
    variances = np.array([float(smoothed[:, s] @ (z - means[s]) ** 2) / weights[s] for s in range(2)])
    stays = np.clip(moves / np.maximum(moves.sum(axis=1, keepdims=True), 1e-12), 1e-9, 1.0)
    return means, np.maximum(variances, FLOOR_SHARE), stays / stays.sum(axis=1, keepdims=True)
