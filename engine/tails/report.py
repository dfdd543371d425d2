"""How much may this portfolio lose, by every method side by side?"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from engine.kernel.deviation import deviation_reach, normal_error
from engine.kernel.errors import InputRefused, Problem
from engine.kernel.forms import Vector
from engine.tails.age_weighted import age_weighted
from engine.tails.conditional import ewma, garch, next_volatility
from engine.tails.filtered import fhs
from engine.tails.historical import historical
from engine.tails.method import Found, QuantileRule, Task, scaling_of
from engine.tails.parametric import cornish_fisher, normal, student_t
from engine.tails.result import METHOD_LABELS, TailEstimate, TailFigure, TailMethod, TailReport
from engine.tails.sampling import hac_of_mean
from engine.tails.series import Series, series_of
from engine.tails.simulated import monte_carlo
from engine.volatility.result import GarchParameters

HorizonRule = Literal["own", "sqrt"]

METHODS: dict[TailMethod, Callable[[Task, int], list[Found]]] = {
    "historical": historical,
    "age_weighted": age_weighted,
    "normal": normal,
    "student_t": student_t,
    "cornish_fisher": cornish_fisher,
    "ewma": ewma,
    "garch": garch,
    "fhs": fhs,
    "monte_carlo": monte_carlo,
}
MODELS: frozenset[TailMethod] = frozenset(("student_t", "ewma", "garch", "fhs", "monte_carlo"))
DAYS_PER_YEAR = 252
HORIZON_MAX_DAYS = 60
SAME_MAX_FRAC = 0.5
STILL_NOTE = "The returns do not move: every method gives the same loss."
SQRT_NOTE = "One day's loss times the square root of the horizon, as asked; it assumes independent days of equal risk."


def tail_report(
    returns_frac: Vector,
    *,
    levels: Sequence[float] = (0.95, 0.99),
    horizons_days: Sequence[int] = (1, 10),
    methods: Sequence[TailMethod] | None = None,
    garch: GarchParameters | None = None,
    quantile: QuantileRule = "inverted_cdf",
    horizon_rule: HorizonRule = "own",
    confidence_frac: float = 0.95,
    resamples_count: int = 500,
    paths_count: int = 20_000,
    draws_count: int = 100_000,
    seed: int = 7,
    age_decay: float = 0.98,
) -> TailReport:
    """Return value at risk and expected shortfall by every method, at every level and horizon, with their errors.

    Parameters
    ----------
    returns_frac
        Shape (t,), the portfolio's simple daily returns as fractions in time order (today's weights times the history
        of returns); NaN where unknown: such days, and stretches that span them, are left out.
    levels
        Confidences between 0.5 and 1 (the tail is 1 - level).
    horizons_days
        Trading days, 1 to 60.
    methods
        Which methods, all if None. Without `monte_carlo` and with `resamples_count=0` the report takes least time.
    garch
        A fitted volatility model; without one filtered historical simulation falls back to EWMA and GARCH is refused.
    quantile
        How the historical value at risk is read off: the ⌈nα⌉-th smallest return, or interpolated (`linear`).
    horizon_rule
        `own`: each method's way over several days (its `scaling`); `sqrt`: one day's loss times √h.
    confidence_frac
        Of all intervals.
    resamples_count
        Of the bootstrap for historical shortfalls; 0 for errors in closed form.
    paths_count, draws_count
        Simulated paths of the volatility models over several days, and draws of the Monte Carlo method.
    seed
        Of everything drawn; the same seed gives the same report.
    age_decay
        What a day weighs beside the next one in the historical method weighted by age, between 0.9 and 1.

    Returns
    -------
    TailReport
        Positive losses, fractions of the portfolio's value. Higher levels never have smaller values at risk, and a
        shortfall is never below its value at risk.

    Raises
    ------
    InputRefused
        For fewer than 20 known returns, infinite ones, or options out of range.

    """
    series = series_of(returns_frac)
    rising = _checked(levels, horizons_days, confidence_frac, resamples_count, min(paths_count, draws_count))
    if not 0.9 <= age_decay < 1.0:
        message = f"{age_decay:g} is no weight of a day beside the next one."
        raise InputRefused([Problem("age_decay", message, "Give a number from 0.9 to below 1, such as 0.98.")])
    counts = (resamples_count, paths_count, draws_count, seed, age_decay)
    task = Task(series, rising, garch, quantile, confidence_frac, *counts)
    chosen = tuple(METHODS) if methods is None else tuple(dict.fromkeys(methods))
    default, reason = _default(garch, chosen, is_stuck=SAME_MAX_FRAC < series.same_share_frac < 1.0)
    figures = tuple(
        _figure(method, found, level, days, is_default=method == default)
        for method in chosen
        for days in dict.fromkeys(horizons_days)
        for level, found in zip(rising, _found(task, method, days, horizon_rule), strict=True)
    )
    year = math.sqrt(DAYS_PER_YEAR)
    deviation = float(series.known.std(ddof=1))
    error = volatility_error(series.known)
    spread = error / deviation if deviation else 0.0
    low, high = deviation_reach(len(series.known), spread, confidence_frac)
    forecast = next_volatility(task)
    return TailReport(
        figures=figures,
        default_method=default,
        default_reason=reason,
        confidence_frac=confidence_frac,
        observations_count=len(series.known),
        unknown_count=series.unknown_count,
        volatility_annual_frac=deviation * year,
        volatility_forecast_annual_frac=None if forecast is None else forecast * year,
        volatility_standard_error_frac=error * year,
        volatility_lower_frac=deviation * low * year,
        volatility_upper_frac=deviation * high * year,
        seed=seed,
        notes=_notes(series),
    )


def volatility_error(returns_frac: Vector) -> float:
    """Return the standard error of a standard deviation, of returns (t,) whose size comes in clusters.

    The error of the mean of the squares, for as many lags as Newey and West (1994) advise, over twice the deviation;
    never below that of independent normal returns, which a short sample without large days would fall short of.
    """
    count = len(returns_frac)
    squares = (returns_frac - returns_frac.mean()) ** 2
    variance = float(squares.mean())
    if variance <= 0.0:
        return 0.0
    lags = int(4.0 * (count / 100.0) ** (2.0 / 9.0))
    error = math.sqrt(max(float(hac_of_mean(squares[:, None], lags)[0, 0]), 0.0)) / (2.0 * math.sqrt(variance))
    return max(error, float(returns_frac.std(ddof=1)) * normal_error(count))


def _found(task: Task, method: TailMethod, days: int, rule: HorizonRule) -> list[Found]:
    if task.series.is_still:
        return _still(task, days)
    if method in MODELS and task.series.same_share_frac > SAME_MAX_FRAC:
        return _stuck(task, days)
    if rule == "own" or days == 1:
        return METHODS[method](task, days)
    stretch = math.sqrt(days)
    return [
        replace(
            one,
            scaling="sqrt",
            value_at_risk=_stretched(one.value_at_risk, stretch),
            expected_shortfall=_stretched(one.expected_shortfall, stretch),
            notes=(*one.notes, SQRT_NOTE),
        )
        for one in METHODS[method](task, 1)
    ]


def _stretched(estimate: TailEstimate | None, by: float) -> TailEstimate | None:
    if estimate is None:
        return None

    def times(value: float | None) -> float | None:
        return None if value is None else value * by

    return TailEstimate(
        loss_frac=estimate.loss_frac * by,
        standard_error_frac=times(estimate.standard_error_frac),
        lower_frac=times(estimate.lower_frac),
        upper_frac=times(estimate.upper_frac),
        error_kind=estimate.error_kind,
    )


def _still(task: Task, days: int) -> list[Found]:
    known = task.series.known
    loss = -((1.0 + float(known.mean())) ** days - 1.0) + 0.0
    estimate = TailEstimate(loss_frac=loss, standard_error_frac=0.0, lower_frac=loss, upper_frac=loss)
    model = "Returns that do not move."
    one = Found(model, scaling_of(days, "simulated"), len(known), value_at_risk=estimate, expected_shortfall=estimate)
    return [one] * len(task.levels)


def _stuck(task: Task, days: int) -> list[Found]:
    share = math.floor(100.0 * task.series.same_share_frac)
    reason = (
        f"On {share}% of the days or more the return was the same, so that neither a volatility nor a distribution can "
        "be fitted. Use the historical method."
    )
    scaling = scaling_of(days, "simulated")
    model = "No distribution fits returns that hardly move."
    return [Found(model, scaling, len(task.series.known), status="refused", reason=reason)] * len(task.levels)


def _figure(method: TailMethod, found: Found, level: float, days: int, *, is_default: bool) -> TailFigure:
    return TailFigure(
        method=method,
        label=METHOD_LABELS[method],
        model=found.model,
        level_frac=level,
        horizon_days=days,
        status=found.status,
        reason=found.reason,
        value_at_risk=found.value_at_risk,
        expected_shortfall=found.expected_shortfall,
        scaling=found.scaling,
        observations_count=found.observations_count,
        is_default=is_default,
        notes=found.notes,
    )


def _default(
    garch: GarchParameters | None, chosen: tuple[TailMethod, ...], *, is_stuck: bool
) -> tuple[TailMethod, str]:
    if is_stuck and "historical" in chosen:
        return "historical", "The historical method leads, because the returns hardly move."
    if garch is not None and "fhs" in chosen:
        return (
            "fhs",
            "Filtered historical simulation leads: it follows today's volatility and keeps the fat tails of the past.",
        )
    if "historical" in chosen:
        why = (
            "there is no fitted volatility model"
            if garch is None
            else "filtered historical simulation was not asked for"
        )
        return "historical", f"The historical method leads, because {why}."
    return chosen[0], "The first method asked for leads."


def _notes(series: Series) -> tuple[str, ...]:
    notes = []
    if series.is_still:
        notes.append(STILL_NOTE)
    if series.unknown_count:
        notes.append(f"{series.unknown_count} days have no return and are left out.")
        if np.isnan(series.returns_frac[-1]):
            notes.append("The last day has no return: figures rest on the days before it.")
    return tuple(notes)


def _checked(
    levels: Sequence[float], horizons_days: Sequence[int], confidence: float, resamples: int, draws: int
) -> tuple[float, ...]:
    problems = []
    if not levels or not all(0.5 < level < 1.0 for level in levels):
        problems.append(Problem("levels", "A level lies between 0.5 and 1.", "Give levels such as 0.95 and 0.99."))
    if not horizons_days or not all(1 <= days <= HORIZON_MAX_DAYS for days in horizons_days):
        message = f"A horizon is a whole number of days from 1 to {HORIZON_MAX_DAYS}."
        problems.append(Problem("horizons_days", message, "Give horizons such as 1 and 10."))
    if not 0.5 <= confidence < 1.0:
        problems.append(Problem("confidence_frac", "An interval's level lies between 0.5 and 1.", "Give 0.95."))
    if resamples < 0 or 0 < resamples < 50 or draws < 1000:
        message = "Too few resamples or draws to tell an error from chance."
        problems.append(Problem("draws_count", message, "Give 0 or at least 50 resamples, and at least 1,000 draws."))
    if problems:
        raise InputRefused(problems)
    return tuple(sorted(set(levels)))
