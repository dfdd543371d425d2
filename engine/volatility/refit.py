"""How is a GARCH model fitted hundreds of times over a walk through the past, without waiting for seconds?"""

from __future__ import annotations

import hashlib
import math

import numpy as np
from scipy.optimize import minimize

from engine.frontier.compiled import compiled
from engine.kernel.forms import Vector
from engine.volatility.fit import LIKELIHOOD_LEAST_COUNT, PERSISTENCE_MAX, fit_garch
from engine.volatility.result import GarchParameters

DEGREES_MIN = 2.05
STEP = 1e-6
NO_VALUE = 1e12
"""Stands for the likelihood of parameters that have none."""
ALWAYS_FROM = (  # mean, log of omega over the variance, logits of persistence and of alpha's part, log of ν - 2.05
    np.array([0.0, math.log(0.03), math.log(0.97 / 0.03), math.log(0.07 / 0.93), math.log(5.0)]),
    np.array([0.0, math.log(0.5), 0.0, math.log(0.2 / 0.8), math.log(8.0)]),
)


class Refitter:
    """Fits a GARCH(1,1) with Student-t innovations to one window after the other; each fit begins where the last ended.

    The likelihood is that of `fit_garch`, climbed in compiled code without its errors: a hundredth of a second where
    `arch` takes a tenth. A test holds its likelihoods against `arch`'s. Fewer than 250 returns get what `fit_garch`
    gives them. The same returns get the same model at once, so that one refitter serves a walk at several levels.
    """

    def __init__(self) -> None:
        self._last: Vector | None = None
        self._made: dict[bytes, GarchParameters] = {}

    def __call__(self, returns_frac: Vector) -> GarchParameters:
        """Return the likeliest model of returns of shape (t,), all known, that may also know earlier windows."""
        key = hashlib.sha256(np.ascontiguousarray(returns_frac).tobytes()).digest()
        if key not in self._made:
            self._made[key] = self._fit(returns_frac)
        return self._made[key]

    def _fit(self, returns_frac: Vector) -> GarchParameters:
        if len(returns_frac) < LIKELIHOOD_LEAST_COUNT:
            return fit_garch(returns_frac)
        deviation = float(returns_frac.std())
        scaled = np.ascontiguousarray(returns_frac / deviation)
        start = float(scaled.var())
        begun = ALWAYS_FROM if self._last is None else (self._last, *ALWAYS_FROM)
        found = [minimize(_climb, one, args=(scaled, start), jac=True, method="L-BFGS-B") for one in begun]
        best = min(found, key=lambda one: float(one.fun))
        if not np.isfinite(best.fun) or best.fun >= NO_VALUE:
            return fit_garch(returns_frac, has_errors=False)
        self._last = np.clip(np.asarray(best.x, dtype=float), -12.0, 12.0)
        mean, omega, alpha, beta, degrees = _meaning(best.x)
        return GarchParameters(
            model="garch",
            innovation="student_t",
            mean_frac=mean * deviation,
            omega=omega * deviation**2,
            alpha=alpha,
            beta=beta,
            degrees_of_freedom=degrees,
            start_variance=start * deviation**2,
            observations_count=len(returns_frac),
            log_likelihood=-float(best.fun) * len(scaled) - len(scaled) * math.log(deviation),
        )


def compile_refits() -> None:
    """Compile the loops by one fit to a wave, so that the first user does not wait for it."""
    Refitter()(0.01 * np.sin(np.arange(float(LIKELIHOOD_LEAST_COUNT))))


def _climb(theta: Vector, scaled: Vector, start: float) -> tuple[float, Vector]:
    """Return the mean negative log likelihood and its slopes; where it has no value, a wall that leads nowhere."""
    try:
        found = _values(theta, scaled, start)
    except ZeroDivisionError:  # a variance of nothing, after a return beyond all others
        return NO_VALUE, np.zeros(len(theta))
    return (float(found[0]), found[1:]) if np.isfinite(found).all() else (NO_VALUE, np.zeros(len(theta)))


def _meaning(theta: Vector) -> tuple[float, float, float, float, float]:
    """Return mean, omega, alpha, beta and degrees of freedom, in units of the deviation."""
    return tuple(float(one) for one in _read(np.asarray(theta, dtype=float)))  # type: ignore[return-value]


@compiled
def _read(theta: Vector) -> tuple[float, float, float, float, float]:
    persistence = PERSISTENCE_MAX / (1.0 + math.exp(-theta[2]))
    alpha = persistence / (1.0 + math.exp(-theta[3]))
    degrees = DEGREES_MIN + math.exp(min(theta[4], 6.0))
    return theta[0], math.exp(theta[1]), alpha, persistence - alpha, degrees


@compiled
def _loss(theta: Vector, scaled: Vector, start: float) -> float:
    mean, omega, alpha, beta, degrees = _read(theta)
    variance = omega + (alpha + beta) * start
    half, total = 0.5 * (degrees + 1.0), 0.0
    for day in range(len(scaled)):
        square = (scaled[day] - mean) ** 2
        total += 0.5 * math.log(variance) + half * math.log1p(square / (variance * (degrees - 2.0)))
        variance = omega + alpha * square + beta * variance
    constant = math.lgamma(half) - math.lgamma(0.5 * degrees) - 0.5 * math.log(math.pi * (degrees - 2.0))
    return total / len(scaled) - constant


@compiled
def _values(theta: Vector, scaled: Vector, start: float) -> Vector:
    found = np.empty(len(theta) + 1)
    found[0] = _loss(theta, scaled, start)
    for place in range(len(theta)):
        moved = theta.copy()
        moved[place] += STEP
        up = _loss(moved, scaled, start)
        moved[place] -= 2.0 * STEP
        found[place + 1] = (up - _loss(moved, scaled, start)) / (2.0 * STEP)
    return found
