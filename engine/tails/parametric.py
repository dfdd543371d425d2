"""How much may be lost if returns follow a normal, a Student-t or a slightly bent normal distribution?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.kernel.forms import Vector
from engine.tails.closed_forms import Loss, cornish_fisher_loss, is_rising, normal_loss, student_t_loss
from engine.tails.historical import historical
from engine.tails.method import Found, Task, ordered, scaling_of, symmetric
from engine.tails.sampling import delta_errors, hac_of_mean, slopes_of
from engine.tails.series import Window
from engine.tails.student_t import DEGREES_MAX, DEGREES_MIN, fit_student_t

LEAST_APART_COUNT = 20


def normal(task: Task, horizon_days: int) -> list[Found]:
    """Return for each level the loss of a normal distribution with the sample's mean and standard deviation.

    Over several days these are of the overlapping compounded returns. Errors come from the sampling errors of the
    moments, which need not be those of normal returns.
    """
    window = task.series.window(horizon_days)
    if window.apart_count < LEAST_APART_COUNT:
        return _refused(task, window, "A mean and a standard deviation")
    mean, deviation = float(window.returns_frac.mean()), float(window.returns_frac.std(ddof=1))
    model = f"Normal with mean {100 * mean:.3f}% and standard deviation {100 * deviation:.3f}%{_over(horizon_days)}."
    stretch = np.sqrt(len(window.returns_frac) / (len(window.returns_frac) - 1.0))

    def losses(moments: Vector) -> Vector:
        sd = np.sqrt(max(moments[1] - moments[0] ** 2, 0.0)) * stretch
        found = [normal_loss(mean + deviation * moments[0], deviation * sd, level) for level in task.levels]
        return np.array(found).ravel()

    return _of_moments(task, window, losses, 2, model)


def cornish_fisher(task: Task, horizon_days: int) -> list[Found]:
    """Return for each level the loss by the Cornish-Fisher expansion, or the historical one where it does not hold.

    Skewness and excess kurtosis are those of the sample (population formulas).
    """
    window = task.series.window(horizon_days)
    if window.apart_count < LEAST_APART_COUNT:
        return _refused(task, window, "Skewness and kurtosis")
    returns = window.returns_frac
    mean, deviation = float(returns.mean()), float(returns.std(ddof=1))
    z = (returns - mean) / returns.std()
    skewness, kurtosis = float(np.mean(z**3)), float(np.mean(z**4)) - 3.0
    model = f"Normal bent by skewness {skewness:.2f} and excess kurtosis {kurtosis:.2f}{_over(horizon_days)}."
    if not is_rising(skewness, kurtosis):
        reason = (
            f"With skewness {skewness:.2f} and excess kurtosis {kurtosis:.2f} the expansion does not rise throughout, "
            "so that its quantiles are those of no distribution. The figures are historical."
        )
        fallen = historical(task, horizon_days)
        return [
            replace(one, model=model, status="fallback", reason=reason)
            if one.status == "ok"
            else replace(one, model=model)
            for one in fallen
        ]
    stretch = np.sqrt(len(returns) / (len(returns) - 1.0))

    def losses(moments: Vector) -> Vector:
        m1, m2, m3, m4 = moments
        variance = m2 - m1**2
        third = m3 - 3.0 * m1 * m2 + 2.0 * m1**3
        fourth = m4 - 4.0 * m1 * m3 + 6.0 * m1**2 * m2 - 3.0 * m1**4
        bent = (third / variance**1.5, fourth / variance**2 - 3.0)
        at = (mean + deviation * m1, deviation * np.sqrt(variance) * stretch)
        return np.array([cornish_fisher_loss(*at, *bent, level) for level in task.levels]).ravel()

    return _of_moments(task, window, losses, 4, model)


def student_t(task: Task, horizon_days: int) -> list[Found]:
    """Return for each level the loss of the likeliest Student-t distribution."""
    window = task.series.window(horizon_days)
    if window.apart_count < LEAST_APART_COUNT:
        return _refused(task, window, "A Student-t distribution")
    fitted = fit_student_t(window.returns_frac, window.lags_count)
    model = f"Student-t with {fitted.degrees_of_freedom:.1f} degrees of freedom{_over(horizon_days)}."
    notes: tuple[str, ...] = ()
    if fitted.bound == DEGREES_MIN:
        notes = (f"Tails are as fat as the fit allows ({DEGREES_MIN:g} degrees of freedom); the shortfall is unsure.",)
    elif fitted.bound == DEGREES_MAX:
        notes = ("Tails are no fatter than those of a normal distribution.",)

    def losses(theta: Vector) -> Vector:
        degrees = 1.0 / theta[2]
        return np.array([student_t_loss(theta[0], theta[1], degrees, level) for level in task.levels]).ravel()

    theta = np.array([fitted.mean_frac, fitted.scale_frac, 1.0 / fitted.degrees_of_freedom])
    steps = np.array([1e-4 * fitted.scale_frac, 1e-4 * fitted.scale_frac, 0.0 if fitted.bound else 1e-4 * theta[2]])
    errors = delta_errors(slopes_of(losses, theta, steps), fitted.covariance)
    return _told(task, window, losses(theta), errors, model, notes)


def _of_moments(task: Task, window: Window, losses: object, moments_count: int, model: str) -> list[Found]:
    """Return figures that are functions of the moments of the standardized returns, with errors by the delta method."""
    assert callable(losses)
    returns = window.returns_frac
    z = (returns - returns.mean()) / returns.std(ddof=1)
    rows = np.stack([z**power for power in range(1, moments_count + 1)], axis=1)
    at = rows.mean(axis=0)
    slopes = slopes_of(losses, at, np.full(moments_count, 1e-5))
    errors = delta_errors(slopes, hac_of_mean(rows, window.lags_count))
    return _told(task, window, losses(at), errors, model, ())


def _told(
    task: Task, window: Window, losses: Vector, errors: Vector, model: str, notes: tuple[str, ...]
) -> list[Found]:
    found = []
    for place in range(len(task.levels)):
        loss = ordered(Loss(losses[2 * place], losses[2 * place + 1]))
        found.append(
            Found(
                model,
                scaling_of(window.horizon_days, "overlapping"),
                len(window.returns_frac),
                value_at_risk=symmetric(loss.var, errors[2 * place], task.confidence_frac, "delta"),
                expected_shortfall=symmetric(loss.es, errors[2 * place + 1], task.confidence_frac, "delta"),
                notes=notes,
            )
        )
    return found


def _refused(task: Task, window: Window, what: str) -> list[Found]:
    h = window.horizon_days
    reason = (
        f"{what} over {h} days: {LEAST_APART_COUNT} stretches that share no day are needed, and there are "
        f"{window.apart_count}. Lengthen the history."
    )
    one = Found(what + ".", scaling_of(h, "overlapping"), len(window.returns_frac), status="refused", reason=reason)
    return [one] * len(task.levels)


def _over(horizon_days: int) -> str:
    return " a day" if horizon_days == 1 else f" over {horizon_days} days"
