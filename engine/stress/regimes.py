"""How would the portfolio do if calm and crisis went on taking turns as they did?

Two states of mean and variance, switching by a Markov chain, are fitted to the history of today's weights (Hamilton
1989; `engine.performance.regime_fit`). Each path begins in the state that the last day was in, as far as that is known,
and changes states by the fitted chances; a day's return is normal with its state's mean and variance. At constant
weights a portfolio of jointly normal positions is normal itself, so drawing the portfolio alone loses nothing.
"""

from __future__ import annotations

import numpy as np

from engine.kernel.errors import InputRefused, Problem
from engine.kernel.estimates import Matrix, Vector
from engine.kernel.units import percent
from engine.performance.regime_fit import RegimeFit, fit_regimes, information

DAYS_MAX_COUNT = 5040
DAYS_A_YEAR = 252
HOLDS_LEAST = 0.5


def fitted(daily_frac: Vector) -> RegimeFit:
    """Return the two states of a portfolio's daily returns, shape (t,), calm first.

    Raises
    ------
    InputRefused
        Too few days, or returns that never vary.

    """
    found = fit_regimes(daily_frac)
    if found is None:
        message = "Two states cannot be told apart: the history is too short, or the value never moves."
        raise InputRefused([Problem("method", message, "Choose another method.")])
    return found


def draw(fit: RegimeFit, rng: np.random.Generator, pairs_count: int, horizon_days: int) -> Matrix:
    """Return daily returns of paths and of their mirror images, shape (2 pairs, h); both halves share their states."""
    daily = np.empty((2 * pairs_count, horizon_days))
    deviations = np.sqrt(fit.variances)
    is_crisis = rng.random(pairs_count) < float(fit.smoothed[-1, 1])
    for day in range(horizon_days):
        chance = np.where(is_crisis, fit.transition[1, 1], fit.transition[0, 1])
        is_crisis = rng.random(pairs_count) < chance
        state = is_crisis.astype(np.intp)
        surprise = rng.standard_normal(pairs_count) * deviations[state]
        mean = fit.means[state]
        daily[:pairs_count, day] = mean + surprise
        daily[pairs_count:, day] = mean - surprise
    return daily


def words(fit: RegimeFit, daily_frac: Vector) -> tuple[str, tuple[str, ...]]:
    """Return the method in words, and what must be known of it."""
    calm, crisis = np.sqrt(DAYS_A_YEAR * fit.variances)
    label = (
        f"Mixture of calm ({percent(float(calm), 1)} a year) and crisis ({percent(float(crisis), 1)} a year), a crisis "
        f"ending with a chance of {percent(float(fit.transition[1, 0]), 1)} a day"
    )
    notes = [
        f"The last day of the history was in crisis with a probability of {percent(float(fit.smoothed[-1, 1]), 0)}; "
        "within a state days are normal, so that single days beyond those of a crisis are understated."
    ]
    one, two = information(daily_frac, fit.log_likelihood)
    if two >= one:
        notes.append("There is no evidence for two states: one describes the history as well (by BIC).")
    if float(fit.transition[1, 1]) < HOLDS_LEAST:
        notes.append("A crisis rarely lasts beyond a day here: the state gathers single large moves, not a time.")
    if not fit.is_converged:
        notes.append("The fit of the states stopped before it settled.")
    return label, tuple(notes)
