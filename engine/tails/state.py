"""In which state is a volatility model at the end of the history, and how sure are its parameters?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.kernel.forms import Matrix, Vector
from engine.risk.historical_var import tail_count, var_place
from engine.tails.closed_forms import Loss
from engine.tails.historical import cvar_of_head, empirical_loss
from engine.tails.method import ordered
from engine.volatility.ewma import DAILY_DECAY, START_COUNT, floored_ewma_variances
from engine.volatility.filter import variances_of
from engine.volatility.result import GarchParameters
from engine.volatility.simulate import compounded

SLOPE_PATHS_COUNT = 1000
STEP_SHARES = (1.0, 0.5, 0.2, 0.1, 0.03, 0.01)
BOTH_SIDES_FROM = 0.1
DEGREES_MIN = 2.05
NO_DRAWING = Loss(0.0, 0.0)
NO_MODEL = "There is no fitted volatility model for these returns yet."
GIVEN = "The parameters of the volatility model are taken as given."


@dataclass(frozen=True, eq=False)
class State:
    """A volatility model at the end of the history: its numbers, past standardized surprises, tomorrow's variance."""

    mean: float
    omega: float
    alpha: float
    gamma: float
    beta: float
    degrees_of_freedom: float | None
    standardized: Vector
    next_variance: float

    def path_returns(self, shocks: Matrix) -> Vector:
        """Return compounded returns of paths driven by standardized shocks (paths, days)."""
        return compounded(
            shocks,
            self.next_variance,
            mean=self.mean,
            omega=self.omega,
            alpha=self.alpha,
            gamma=self.gamma,
            beta=self.beta,
        )


def ewma_state(known: Vector) -> State:
    """Return the state of EWMA volatilities; the first 30 days, whose variance knows them, give no surprises."""
    variances = floored_ewma_variances(known)
    begin = min(START_COUNT, len(known) // 2)
    past = known[begin:] / np.sqrt(variances[begin:-1])
    return State(0.0, 0.0, 1.0 - DAILY_DECAY, 0.0, DAILY_DECAY, None, past, float(variances[-1]))


def garch_state(known: Vector, parameters: GarchParameters, values: Vector) -> State:
    """Return the state of the model with other values, in the order of `GarchParameters.values`."""
    mean, omega, alpha = float(values[0]), float(values[1]), float(values[2])
    is_gjr = parameters.model == "gjr"
    gamma = float(values[3]) if is_gjr else 0.0
    beta = float(values[4 if is_gjr else 3])
    degrees = None if parameters.degrees_of_freedom is None else max(float(values[-1]), 2.05)
    surprises = known - mean
    variances = variances_of(surprises, omega, alpha, gamma, beta, parameters.start_variance)
    variances = np.maximum(variances, max(parameters.start_variance * 1e-8, 1e-300))
    return State(mean, omega, alpha, gamma, beta, degrees, surprises / np.sqrt(variances[:-1]), float(variances[-1]))


def losses_of(ascending: Vector, levels: tuple[float, ...]) -> list[Loss]:
    """Return value at risk and shortfall of returns in ascending order at each level."""
    return [empirical_loss(ascending, level) for level in levels]


def losses_of_unsorted(returns_frac: Vector, levels: tuple[float, ...]) -> list[Loss]:
    """Return the same of returns in any order, of which only the tail is sorted."""
    size = len(returns_frac)
    deepest = min(size, int(tail_count(size, min(levels))) + 2)
    head = np.sort(np.partition(returns_frac, deepest - 1)[:deepest])
    return [
        ordered(Loss(-float(head[var_place(size, level)]), float(cvar_of_head(head, size, level)))) for level in levels
    ]


def parameter_errors(parameters: GarchParameters, losses: Callable[[Vector], Vector]) -> Vector | None:
    """Return what the fitted parameters leave unsure: None where their errors are unknown (a note says so).

    The delta method along the principal axes of the estimates' correlations, a standard error to either side (less
    where a model would not be stationary): estimates that are unsure only together, as omega and beta of a calm series
    are, then move together. Where an estimate lies at its bound only the side with models counts.
    """
    if parameters.estimate_covariance is None:
        return None
    at = np.array(parameters.values())
    covariance = np.array(parameters.estimate_covariance)
    units = np.sqrt(np.diag(covariance))
    if not (units > 0.0).all():
        return None
    sizes, axes = np.linalg.eigh(covariance / np.outer(units, units))
    here = losses(at)
    squares = np.zeros(len(here))
    for size, axis in zip(np.maximum(sizes, 0.0), axes.T, strict=True):
        step = units * axis * np.sqrt(size)
        if size > 0.0:
            squares += _slope_along(parameters, losses, at, step, here) ** 2
    return np.asarray(np.sqrt(squares))


def _slope_along(
    parameters: GarchParameters, losses: Callable[[Vector], Vector], at: Vector, step: Vector, here: Vector
) -> Vector:
    """Return how losses change by a step: to both sides, or to the one on which there is a model."""
    sides = {
        sign: next((share for share in STEP_SHARES if _holds(parameters, at + sign * share * step)), 0.0)
        for sign in (1.0, -1.0)
    }
    share = min(sides.values())
    if share >= BOTH_SIDES_FROM:
        return np.asarray((losses(at + share * step) - losses(at - share * step)) / (2.0 * share))
    sign = max(sides, key=lambda one: sides[one])
    if not sides[sign]:
        return np.zeros(len(here))
    return np.asarray((losses(at + sign * sides[sign] * step) - here) / sides[sign])


def _holds(parameters: GarchParameters, values: Vector) -> bool:
    """Return whether values, in the order of `GarchParameters.values`, are those of a stationary model."""
    is_gjr = parameters.model == "gjr"
    omega, alpha = values[1], values[2]
    gamma, beta = (values[3], values[4]) if is_gjr else (0.0, values[3])
    has_tails = parameters.degrees_of_freedom is None or values[-1] > DEGREES_MIN
    return bool(
        omega > 0 and alpha >= 0 and alpha + gamma >= 0 and beta >= 0 and alpha + gamma / 2 + beta < 1 and has_tails
    )


def name_of(parameters: GarchParameters) -> str:
    """Return the model's name."""
    return "GJR-GARCH" if parameters.model == "gjr" else "GARCH"


def notes_of(parameters: GarchParameters | None) -> tuple[str, ...]:
    """Return what to know of the parameters: a fallback, or errors that are not known."""
    if parameters is None:
        return ()
    notes = (parameters.note,) if parameters.note else ()
    return notes if parameters.estimate_covariance is not None else (*notes, GIVEN)
