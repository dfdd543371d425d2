"""Which annual figures can only be a slip of units: percent for fractions, or yearly figures called daily?"""

from __future__ import annotations

import numpy as np

from engine.kernel.errors import Problem
from engine.kernel.forms import Vector
from engine.kernel.units import percent

IMPLAUSIBLE_ANNUAL_FRAC = 10.0
MANY_PERCENT_FRAC = 1.0
TYPICAL_RETURN_MAX_FRAC = 3.0
TYPICAL_RATIO_MAX = 4.0
TYPICAL_VOLATILITY_MAX_FRAC = 1.0
"""Of the middle asset; single stocks have 0.15 to 0.6, the large cryptocurrencies 0.6 to 1."""


def slipped_return(returns_annual_frac: Vector, variances_annual: Vector | None = None) -> int | None:
    """Return the place of the middle expected return where most of them can only be a slip; else None.

    Above 300% a year; or above 100% a year and four times the volatility, which no market has kept up.

    Parameters
    ----------
    returns_annual_frac
        Shape (n,), finite.
    variances_annual
        Shape (n,), or None where they are not known.

    """
    sizes = np.abs(returns_annual_frac)
    if not sizes.size:
        return None
    order = np.argsort(sizes, kind="stable")
    place = int(order[(len(sizes) - 1) // 2])  # more than half are at least as large
    middle = float(sizes[place])
    if middle <= MANY_PERCENT_FRAC:
        return None
    if middle > TYPICAL_RETURN_MAX_FRAC:
        return place
    if variances_annual is None or len(variances_annual) != len(sizes):
        return None
    is_out = sizes > TYPICAL_RATIO_MAX * np.sqrt(np.maximum(variances_annual, 0.0))
    return place if np.count_nonzero(is_out & (sizes > MANY_PERCENT_FRAC)) * 2 > len(sizes) else None


def slip_problem(path: str, place: int, value_frac: float, periods: int, count: int) -> Problem:
    """Return the problem of expected returns that are a slip.

    Parameters
    ----------
    path
        Of the expected returns.
    place
        Of the middle one.
    value_frac
        The middle one, per period.
    periods
        Periods per year.
    count
        How many there are.

    """
    shown = f"{value_frac:g}, that is {percent(value_frac, 0)} a year."
    if periods > 1:
        shown = f"{value_frac:g} per period, {percent(value_frac * periods, 0)} a year."
    which = "The expected return is" if count == 1 else f"Most expected returns are implausible: number {place + 1} is"
    if abs(value_frac) >= 1.0 or periods == 1:
        advice = f"Give fractions: did you mean {percent(value_frac / 100, 4)}, that is {value_frac / 100:g}?"
    else:
        advice = (
            f"Yearly figures need periods_per_year 1; it is {periods}. Else give fractions per period: did you mean "
            f"{percent(value_frac / 100, 4)}, that is {value_frac / 100:g}?"
        )
    return Problem(path, f"{which} {shown}", advice)


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
