"""What would each method have forecast for each day, knowing only the days before it?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.kernel.errors import InputRefused, Problem
from engine.kernel.forms import Matrix, Vector
from engine.risk.historical_cvar import cvar_of_sorted
from engine.risk.historical_var import var_of_sorted
from engine.tails.age_weighted import age_weighted_losses
from engine.tails.closed_forms import cornish_fisher_loss, is_rising, normal_loss, student_t_loss
from engine.tails.student_t import fit_student_t
from engine.volatility.ewma import ewma_variances, floored_ewma_variances
from engine.volatility.filter import garch_variances
from engine.volatility.refit import Refitter
from engine.volatility.result import GarchParameters

ForecastMethod = Literal[
    "historical", "age_weighted", "normal", "student_t", "cornish_fisher", "ewma", "hull_white", "garch", "fhs"
]
FORECAST_METHODS: tuple[ForecastMethod, ...] = (
    "historical",
    "age_weighted",
    "normal",
    "student_t",
    "cornish_fisher",
    "ewma",
    "hull_white",
    "garch",
    "fhs",
)
WINDOW_MIN = 60
STUDENT_REFIT_DAYS = 5
GARCH_REFIT_DAYS = 21
CHUNK = 512
AGE_DECAY = 0.98
Fit = Callable[[Vector], GarchParameters]


@dataclass(frozen=True, eq=False)
class Forecasts:
    """One-day forecasts.

    Attributes
    ----------
    var_frac, es_frac
        Shape (t,), positive losses forecast for each day before it began; NaN for days without enough past and for days
        without a return.
    notes
        What to know, such as how often a method fell back to another.

    """

    var_frac: Vector
    es_frac: Vector
    notes: tuple[str, ...] = ()


def rolling_forecasts(
    returns_frac: Vector,
    method: ForecastMethod,
    level: float,
    window: int = 500,
    *,
    refit_days: int | None = None,
    fit: Fit | None = None,
) -> Forecasts:
    """Walk through a history and forecast each day from the `window` known returns before it.

    Parameters
    ----------
    returns_frac
        Shape (t,), simple returns in time order; NaN where unknown, such days are passed over.
    method
        `hull_white` is filtered historical simulation with EWMA volatilities, which needs no fit.
    level
        Confidence of both.
    window
        How many past returns a forecast rests on, at least 60.
    refit_days
        After how many days parameters are fitted anew: 5 for Student-t, 21 for GARCH and filtered historical
        simulation. Between two fits the parameters stay and the volatility follows the returns.
    fit
        How a volatility model is fitted; a new `Refitter` if None. Give one and the same for several levels.

    Notes
    -----
    A forecast for day i is a function of returns before i only; a change of later ones leaves it as it is.

    """
    returns = np.asarray(returns_frac, dtype=float)
    if returns.ndim != 1 or not 0.5 < level < 1.0 or window < WINDOW_MIN or (refit_days or 1) < 1:
        message = (
            f"A walk needs one row of returns, a level between 0.5 and 1 and a window of {WINDOW_MIN} days or more."
        )
        raise InputRefused([Problem("forecasts", message, "Correct the options.")])
    places = np.flatnonzero(np.isfinite(returns))
    known = returns[places]
    var, es = np.full(len(returns), np.nan), np.full(len(returns), np.nan)
    if len(known) <= window:
        return Forecasts(var, es, (f"{len(known)} returns are too few for a window of {window}.",))
    if round(window * (1.0 - level), 9) < 1.0 and method in ("historical", "age_weighted", "hull_white", "fhs"):
        return Forecasts(var, es, (f"A window of {window} days is too short for a level of {100 * level:g}%.",))
    walked, notes = _walk(known, method, level, window, refit_days, fit)
    var[places[window:]], es[places[window:]] = walked[:, 0], np.maximum(walked[:, 1], walked[:, 0])
    return Forecasts(var, es, notes)


def _walk(
    known: Vector, method: ForecastMethod, level: float, window: int, refit_days: int | None, fit: Fit | None
) -> tuple[Matrix, tuple[str, ...]]:
    """Return forecasts (t - window, 2) for the days from `window` on."""
    if method == "historical":
        return _of_windows(known, window, lambda rows: _empirical(rows, level)), ()
    if method == "age_weighted":
        return _of_windows(known, window, lambda rows: age_weighted_losses(rows, level, AGE_DECAY)), ()
    if method == "normal":
        return _of_windows(known, window, lambda rows: _normal(rows, level)), ()
    if method == "cornish_fisher":
        return _cornish_fisher(known, window, level)
    if method == "student_t":
        return _student_t(known, window, level, refit_days or STUDENT_REFIT_DAYS)
    if method == "ewma":
        deviations = np.sqrt(ewma_variances(known)[window:-1])
        return deviations[:, None] * np.array(normal_loss(0.0, 1.0, level)), ()
    if method == "hull_white":
        return _hull_white(known, window, level)
    days = refit_days or GARCH_REFIT_DAYS
    return _filtered(known, window, level, days, fit or Refitter(), is_parametric=method == "garch")


def _of_windows(series: Vector, window: int, losses: Callable[[Matrix], Matrix]) -> Matrix:
    """Apply a function of rows (n, window) to the window before each day, some hundred days at a time."""
    views = np.lib.stride_tricks.sliding_window_view(series, window)[:-1]
    parts = [losses(views[begin : begin + CHUNK]) for begin in range(0, len(views), CHUNK)]
    return np.concatenate(parts)


def _empirical(rows: Matrix, level: float) -> Matrix:
    deepest = min(rows.shape[1], int(rows.shape[1] * (1.0 - level)) + 2)
    ascending = np.partition(rows, deepest - 1, axis=1)
    ascending[:, :deepest] = np.sort(ascending[:, :deepest], axis=1)
    return np.stack((var_of_sorted(ascending, level), cvar_of_sorted(ascending, level)), axis=1)


def _normal(rows: Matrix, level: float) -> Matrix:
    unit = np.array(normal_loss(0.0, 1.0, level))
    return np.asarray(rows.std(axis=1, ddof=1)[:, None] * unit - rows.mean(axis=1)[:, None])


def _cornish_fisher(known: Vector, window: int, level: float) -> tuple[Matrix, tuple[str, ...]]:
    fallen = 0

    def losses(rows: Matrix) -> Matrix:
        nonlocal fallen
        mean, deviation = rows.mean(axis=1), rows.std(axis=1, ddof=1)
        centered = rows - mean[:, None]
        variance = np.maximum((centered**2).mean(axis=1), 1e-30)
        skewness = (centered**3).mean(axis=1) / variance**1.5
        kurtosis = (centered**4).mean(axis=1) / variance**2 - 3.0
        found = _empirical(rows, level)
        for place in range(len(rows)):
            if is_rising(skewness[place], kurtosis[place]):
                found[place] = cornish_fisher_loss(
                    mean[place], deviation[place], skewness[place], kurtosis[place], level
                )
            else:
                fallen += 1
        return found

    walked = _of_windows(known, window, losses)
    if not fallen:
        return walked, ()
    return walked, (
        f"On {fallen:,} of {len(walked):,} days the expansion did not hold; those forecasts are historical.",
    )


def _student_t(known: Vector, window: int, level: float, refit_days: int) -> tuple[Matrix, tuple[str, ...]]:
    walked = np.empty((len(known) - window, 2))
    for begin in range(0, len(walked), refit_days):
        past = known[begin : begin + window]
        if float(np.ptp(past)) < 1e-12:
            walked[begin : begin + refit_days] = -past[-1]
            continue
        fitted = fit_student_t(past, has_errors=False)
        walked[begin : begin + refit_days] = student_t_loss(
            fitted.mean_frac, fitted.scale_frac, fitted.degrees_of_freedom, level
        )
    return walked, (f"The distribution is fitted anew every {refit_days} days.",)


def _hull_white(known: Vector, window: int, level: float) -> tuple[Matrix, tuple[str, ...]]:
    variances = floored_ewma_variances(known)
    surprises = known / np.sqrt(variances[:-1])
    unit = _of_windows(surprises, window, lambda rows: _empirical(rows, level))
    return unit * np.sqrt(variances[window:-1])[:, None], ()


def _filtered(
    known: Vector, window: int, level: float, refit_days: int, fit: Fit, *, is_parametric: bool
) -> tuple[Matrix, tuple[str, ...]]:
    walked = np.empty((len(known) - window, 2))
    fallbacks = fits = 0
    for begin in range(0, len(walked), refit_days):
        end = min(begin + refit_days, len(walked))
        past = known[begin : begin + window]
        if float(np.ptp(past)) < 1e-12:
            walked[begin:end] = -past[-1]
            continue
        parameters = fit(past)
        fits, fallbacks = fits + 1, fallbacks + parameters.is_fallback
        stretch = known[begin : end + window - 1]  # what the last forecast of this stretch may know
        variances = garch_variances(stretch, parameters)
        deviations = np.sqrt(np.maximum(variances, parameters.start_variance * 1e-8))
        tomorrow = deviations[window:, None]
        if is_parametric:
            walked[begin:end] = tomorrow * np.array(_unit_loss(parameters, level)) - parameters.mean_frac
            continue
        surprises = (stretch - parameters.mean_frac) / deviations[:-1]
        pools = np.lib.stride_tricks.sliding_window_view(surprises, window)
        walked[begin:end] = tomorrow * _empirical(pools, level) - parameters.mean_frac
    notes = [f"The volatility model is fitted anew every {refit_days} days."]
    if fallbacks:
        notes.append(f"{fallbacks} of {fits} fits did not succeed; there the long-run variance is that of the window.")
    return walked, tuple(notes)


def _unit_loss(parameters: GarchParameters, level: float) -> tuple[float, float]:
    degrees = parameters.degrees_of_freedom
    if degrees is None:
        return normal_loss(0.0, 1.0, level)
    return student_t_loss(0.0, float(np.sqrt((degrees - 2.0) / degrees)), degrees, level)
