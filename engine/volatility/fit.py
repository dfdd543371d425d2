"""Which GARCH model describes a series best, and what stands in where none does?"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from engine.kernel.errors import InputRefused, Problem
from engine.kernel.forms import Vector
from engine.volatility.filter import variances_of
from engine.volatility.result import GarchParameters, Innovation, VolatilityModel

LEAST_COUNT = 60
LIKELIHOOD_LEAST_COUNT = 250
PERSISTENCE_MAX = 0.9999
PERCENT = 100.0
TARGET_ALPHAS = (0.02, 0.04, 0.06, 0.08, 0.1, 0.13, 0.16)
TARGET_PERSISTENCES = (0.9, 0.95, 0.97, 0.98, 0.99, 0.995)


def fit_garch(
    returns_frac: Vector,
    *,
    model: VolatilityModel = "garch",
    innovation: Innovation = "student_t",
    fitted_on: date | None = None,
    has_errors: bool = True,
) -> GarchParameters:
    """Fit by maximum likelihood; where that fails, alpha and beta of a grid with the sample's variance as target.

    Parameters
    ----------
    returns_frac
        Shape (t,), simple returns per day in time order; unknown ones (NaN) are left out.
    model, innovation
        Plain or with leverage (GJR); normal or Student-t.
    fitted_on
        Day of the last return, to be kept.
    has_errors
        Whether to find the covariance of the estimates too, which takes about as long as the fit.

    Raises
    ------
    InputRefused
        With fewer than 60 returns, or returns that do not move.

    Notes
    -----
    `arch` fits, on returns in percent. It is loaded here and not before, since loading takes seconds. Before the first
    day the variance is the mean squared deviation of all returns (Fiorentini, Calzolari and Panattoni 1996, Journal of
    Applied Econometrics 11). A sum of alpha, gamma / 2 and beta of 0.9999 or more counts as not stationary.

    """
    known = np.asarray(returns_frac, dtype=float)
    known = known[np.isfinite(known)]
    if len(known) < LEAST_COUNT:
        message = f"A volatility model needs {LEAST_COUNT} returns; {len(known)} are known."
        raise InputRefused([Problem("returns", message, "Choose a longer history.")])
    if float(np.ptp(known)) < 1e-12:
        message = "The returns do not move, so that there is no volatility to model."
        raise InputRefused([Problem("returns", message, "Choose a portfolio that holds more than cash.")])
    if len(known) < LIKELIHOOD_LEAST_COUNT:
        note = f"{len(known)} returns are too few for a fit by likelihood, which needs {LIKELIHOOD_LEAST_COUNT}."
        return _targeted(known, model, fitted_on, note)
    return _by_likelihood(known, model, innovation, fitted_on, has_errors=has_errors)


def _by_likelihood(
    known: Vector, model: VolatilityModel, innovation: Innovation, fitted_on: date | None, *, has_errors: bool
) -> GarchParameters:
    from arch import arch_model

    start = float(known.var())
    described = arch_model(
        known * PERCENT,
        mean="Constant",
        vol="GARCH",
        p=1,
        o=1 if model == "gjr" else 0,
        q=1,
        dist="t" if innovation == "student_t" else "normal",
        rescale=False,
    )
    try:
        fitted = described.fit(disp="off", show_warning=False, backcast=start * PERCENT**2, options={"ftol": 1e-12})
    except (ValueError, ArithmeticError, np.linalg.LinAlgError) as failure:
        return _targeted(known, model, fitted_on, f"The fit by likelihood failed ({type(failure).__name__}).")
    values = {str(name): float(value) for name, value in fitted.params.items()}
    if fitted.convergence_flag != 0 or not all(np.isfinite(value) for value in values.values()):
        return _targeted(known, model, fitted_on, "The fit by likelihood did not settle.")
    alpha, gamma, beta = values["alpha[1]"], values.get("gamma[1]", 0.0), values["beta[1]"]
    if alpha + gamma / 2.0 + beta >= PERSISTENCE_MAX:
        total = alpha + gamma / 2.0 + beta
        return _targeted(
            known, model, fitted_on, f"The fitted model is not stationary: alpha and beta sum to {total:.4f}."
        )
    return GarchParameters(
        model=model,
        innovation=innovation,
        mean_frac=values["mu"] / PERCENT,
        omega=max(0.0, values["omega"]) / PERCENT**2,
        alpha=max(0.0, alpha),
        gamma=max(gamma, -max(0.0, alpha)),
        beta=max(0.0, beta),
        degrees_of_freedom=max(values["nu"], 2.05) if innovation == "student_t" else None,
        start_variance=start,
        fitted_on=fitted_on,
        observations_count=len(known),
        log_likelihood=float(fitted.loglikelihood) + len(known) * float(np.log(PERCENT)),
        estimate_covariance=_covariance(fitted) if has_errors else None,
    )


def _covariance(fitted: Any) -> tuple[tuple[float, ...], ...] | None:
    """Return the covariance of the estimates in fractions, or None where it cannot be had."""
    try:
        found = np.asarray(fitted.param_cov, dtype=float)
    except (ValueError, ArithmeticError, np.linalg.LinAlgError):
        return None
    if not np.isfinite(found).all() or (np.diag(found) < 0.0).any():
        return None
    units = np.ones(len(found))
    units[0], units[1] = PERCENT, PERCENT**2
    return tuple(tuple(float(one) for one in row) for row in found / np.outer(units, units))


def _targeted(known: Vector, model: VolatilityModel, fitted_on: date | None, why: str) -> GarchParameters:
    """Return the grid's likeliest GARCH with normal innovations whose long-run variance is the sample's."""
    mean, variance = float(known.mean()), float(known.var())
    surprises = known - mean
    best, best_likelihood = (TARGET_ALPHAS[0], TARGET_PERSISTENCES[0]), -np.inf
    for alpha in TARGET_ALPHAS:
        for persistence in TARGET_PERSISTENCES:
            omega = (1.0 - persistence) * variance
            expected = variances_of(surprises, omega, alpha, 0.0, persistence - alpha, variance)[:-1]
            likelihood = -0.5 * float(np.sum(np.log(2.0 * np.pi * expected) + surprises**2 / expected))
            if likelihood > best_likelihood:
                best, best_likelihood = (alpha, persistence), likelihood
    alpha, persistence = best
    return GarchParameters(
        model="garch",
        innovation="normal",
        mean_frac=mean,
        omega=(1.0 - persistence) * variance,
        alpha=alpha,
        beta=persistence - alpha,
        start_variance=variance,
        fitted_on=fitted_on,
        observations_count=len(known),
        is_fallback=True,
        note=(
            f"{why} Instead the long-run variance is that of the sample, and alpha {alpha:g} and beta "
            f"{persistence - alpha:g} are the likeliest of a grid."
        ),
    )
