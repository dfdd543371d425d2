"""Which figures can only be a slip of units: percent for fractions, yearly called daily, prices called returns?

The one place of these rules and of their words, for every door through which figures come.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from engine.kernel.errors import Problem
from engine.kernel.estimates import Matrix, Vector
from engine.kernel.units import percent

IMPLAUSIBLE_ANNUAL_FRAC = 10.0
MANY_PERCENT_FRAC = 1.0
TYPICAL_RETURN_MAX_FRAC = 3.0
TYPICAL_RATIO_MAX = 4.0
TYPICAL_VOLATILITY_MAX_FRAC = 1.0
"""Of the middle asset; single stocks have 0.15 to 0.6, the large cryptocurrencies 0.6 to 1."""


PRICE_LIKE_MEDIAN = 0.5
"""Positive figures around which no returns lie: the middle one of returns as fractions is near zero."""
GROSS_WEIGHT_MAX_FRAC = 10.0


def return_problems(
    path: str,
    values_frac: Vector,
    periods: int,
    variances_annual: Vector | None,
    *,
    keys: Sequence[str] | None = None,
    yearly: str = "set periods_per_year to 1",
) -> list[Problem]:
    """Return what is implausible about expected returns, whichever door they came through.

    Refused is a return of more than 1,000% a year; one of more than 100% a year and four times its volatility; and all
    of them where most are above 300% a year. A return whose volatility is not known may be 100% a year.

    Parameters
    ----------
    path
        Of the expected returns.
    values_frac
        As they were given, per period, shape (n,), finite.
    periods
        Periods per year; 1 for annual figures.
    variances_annual
        Shape (n,), infinite where nothing is to be concluded from it; None where they are not known.
    keys
        What the place of each is called in the path; its number by default.
    yearly
        What to do with yearly figures.

    """
    values = np.asarray(values_frac, dtype=np.float64)
    if not values.size:
        return []
    with np.errstate(over="ignore", invalid="ignore"):
        annual = np.abs(values * periods)
        known = np.zeros(len(values)) if variances_annual is None else np.sqrt(np.maximum(variances_annual, 0.0))
        is_wild = ~(annual <= IMPLAUSIBLE_ANNUAL_FRAC)
        is_slip = (annual > MANY_PERCENT_FRAC) & (annual > TYPICAL_RATIO_MAX * known)
    middle = int(np.argsort(annual, kind="stable")[(len(values) - 1) // 2])  # more than half are at least as large
    is_most = annual[middle] > TYPICAL_RETURN_MAX_FRAC or np.count_nonzero(is_slip) * 2 > len(values)
    if keys is None and not is_wild.any() and is_most:
        return [_most_problem(path, middle, float(values[middle]), periods, len(values), yearly)]
    return [
        Problem(
            f"{path}.{place if keys is None else keys[place]}",
            _shown(float(values[place]), periods)
            + _against(float(known[place]), is_known=variances_annual is not None),
            _return_advice(float(values[place]), periods, yearly),
        )
        for place in map(int, np.flatnonzero(is_wild | is_slip))
    ]


def _shown(value_frac: float, periods: int) -> str:
    unit = "a year" if periods == 1 else "per period"
    return f"{value_frac:g} {unit} is {percent(value_frac * periods, 0)} a year"


def _against(volatility_annual_frac: float, *, is_known: bool) -> str:
    is_told = is_known and 0.0 < volatility_annual_frac < np.inf
    return f", at a volatility of {percent(volatility_annual_frac)}." if is_told else "."


def _return_advice(value_frac: float, periods: int, yearly: str) -> str:
    unit = "fractions" if periods == 1 else "fractions per period"
    advice = f"Give {unit}."
    if abs(value_frac / 100) <= MANY_PERCENT_FRAC:
        advice = f"Give {unit}: did you mean {percent(value_frac / 100, 4)}, that is {value_frac / 100:g}?"
    return f"{advice} For yearly figures {yearly}." if periods > 1 else advice


def _most_problem(path: str, place: int, value_frac: float, periods: int, count: int, yearly: str) -> Problem:
    which = "The expected return" if count == 1 else f"Most expected returns are implausible: number {place + 1},"
    return Problem(path, f"{which} {_shown(value_frac, periods)}.", _return_advice(value_frac, periods, yearly))


def volatility_problems(
    path: str,
    variances_annual: Vector,
    assets: Sequence[str],
    periods: int,
    *,
    yearly: str = "set periods_per_year to 1",
) -> list[Problem]:
    """Return the worst volatility where it is above 1,000% a year; parameters as for `return_problems`."""
    if not len(variances_annual):
        return []
    worst = int(np.argmax(variances_annual))
    volatility = float(np.sqrt(max(float(variances_annual[worst]), 0.0)))
    if volatility <= IMPLAUSIBLE_ANNUAL_FRAC:
        return []
    unit = "fractions" if periods == 1 else "fractions per period"
    advice = f"Give covariances of {unit}: figures in percent are 10,000 times too large."
    return [
        Problem(
            path,
            f"The volatility of {assets[worst]} is {percent(volatility, 0)} a year.",
            f"{advice} For yearly figures {yearly}." if periods > 1 else advice,
        )
    ]


def price_problem(table: Matrix) -> Problem | None:
    """Return the problem of prices that were given as returns."""
    seen = table[np.isfinite(table)]
    if not seen.size or seen.min() <= 0.0 or float(np.median(seen)) < PRICE_LIKE_MEDIAN:
        return None
    return Problem(
        "returns_frac",
        f"These look like prices: all are positive, the middle one is {float(np.median(seen)):g}.",
        "Use `ReturnsPanel.from_prices(frame)`; returns are fractions, 0.01 for 1%.",
    )


def weights_advice(total_frac: float, tolerance_frac: float) -> str | None:
    """Return the way out where weights that should sum to about 1 sum to about 100; None where they do not."""
    if abs(total_frac / 100.0 - 1.0) <= tolerance_frac:
        return "Were percents meant? Divide every weight by 100."
    return None


def held_problem(path: str, weights_frac: Mapping[str, float]) -> Problem | None:
    """Return the problem of current weights that are no fractions: together more than 1,000% long and short."""
    gross = sum(map(abs, weights_frac.values()))
    if gross <= GROSS_WEIGHT_MAX_FRAC:
        return None
    advice = weights_advice(gross, 0.5) or "Give fractions of the whole portfolio: 0.25 for 25%."
    return Problem(
        path, f"The current weights are {percent(gross, 0)} of the portfolio, long and short together.", advice
    )


def wild_note(variances_annual: Vector, riskless: float, *, is_measured: bool, periods: int) -> str | None:
    """Return a sentence where the middle volatility is beyond that of almost all markets; None where it is not.

    Parameters
    ----------
    variances_annual
        Shape (n,).
    riskless
        Variance below which an asset counts as without risk.
    is_measured
        Whether the figures were estimated from a history.
    periods
        Periods per year of the figures.

    """
    live = variances_annual[variances_annual > riskless]
    if not live.size or (middle := float(np.sqrt(np.median(live)))) <= TYPICAL_VOLATILITY_MAX_FRAC:
        return None
    if is_measured:
        cause = "the history (returns in percent, gaps, splits or a change of currency in the prices) and the "
        cause += f"{periods} periods a year"
    elif periods == 1:
        cause = "the units: the covariance of returns in percent is 10,000 times too large"
    else:
        cause = "the units: the covariance of returns in percent is 10,000 times too large, and a yearly covariance "
        cause += f"needs periods_per_year 1, not {periods}"
    return (
        f"Half of the risky assets have a volatility of {percent(middle, 0)} a year or more. Unless they are as wild "
        f"as small cryptocurrencies, check {cause}."
    )
