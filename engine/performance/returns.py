"""What is a period's return when money comes and goes, and before or after fees?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from engine.kernel.errors import InputRefused, Problem
from engine.kernel.forms import Vector

DAYS_PER_YEAR = 365.0


def time_weighted(values_ccy: Vector, flows_ccy: Vector) -> Vector:
    """Return the time-weighted return of each period, by the convention of the stored daily valuations.

    A flow counts at the end of its period, and at the start only where nothing was invested before::

        gain_t = V_t - V_(t-1) - F_t,     r_t = gain_t / V_(t-1),  or gain_t / F_t  where V_(t-1) ≤ 0

    Parameters
    ----------
    values_ccy
        Value at the end of each period, flows included, shape (t,). Nothing was held before the first.
    flows_ccy
        What came in (positive) or went out from outside during each period, shape (t,).

    Returns
    -------
    Vector
        Shape (t,); NaN for a period in which nothing was invested.

    """
    before = np.concatenate([[0.0], values_ccy[:-1]])
    base = np.where(before > 0.0, before, flows_ccy)
    gain = values_ccy - before - flows_ccy
    result: Vector = np.divide(gain, base, out=np.full(len(base), np.nan), where=base > 0.0)
    return result


def linked(returns_frac: Vector) -> float:
    """Return Π(1 + r) - 1 over the periods that have a return; NaN entries are periods without one."""
    return float(np.prod(1.0 + returns_frac[np.isfinite(returns_frac)])) - 1.0


def modified_dietz(
    start_ccy: float,
    end_ccy: float,
    flows: Sequence[tuple[date, float]],
    *,
    started_on: date,
    ended_on: date,
) -> float | None:
    """Return the return of a stretch with only two valuations, flows weighted by how long they were invested.

    (V₁ - V₀ - ΣF) / (V₀ + Σ F_i (D - d_i) / D): a flow on day d_i counts from the end of that day.

    Parameters
    ----------
    start_ccy, end_ccy
        Values at the closes of `started_on` and `ended_on`.
    flows
        (date, amount), positive into the portfolio, after `started_on` and not after `ended_on`.
    started_on, ended_on
        Closes, D days apart.

    Returns
    -------
    float or None
        None where the average capital is not above zero.

    Raises
    ------
    InputRefused
        A flow outside the stretch, or an end that is not after the start.

    References
    ----------
    Dietz (1966), Pension Funds: Measuring Investment Performance. Bacon (2008), Practical Portfolio Performance
    Measurement and Attribution, 2nd edition, chapter 2.

    """
    days = (ended_on - started_on).days
    if days <= 0:
        message = f"The stretch ends on {ended_on.isoformat()}, not after its start on {started_on.isoformat()}."
        raise InputRefused([Problem("ended_on", message, "Choose a later end.")])
    outside = [when for when, _ in flows if not started_on < when <= ended_on]
    if outside:
        message = f"The flow of {outside[0].isoformat()} lies outside the stretch."
        raise InputRefused([Problem("flows", message, "Give only the flows after the start and up to the end.")])
    net = sum(amount for _, amount in flows)
    capital = start_ccy + sum(amount * (ended_on - when).days / days for when, amount in flows)
    return (end_ccy - start_ccy - net) / capital if capital > 0.0 else None


def fees_accrued(dates: NDArray[np.datetime64], started_on: date, rate_annual_frac: float) -> Vector:
    """Return a constant fee rate as a fraction of the capital in each period, by actual days over 365, shape (t,).

    Parameters
    ----------
    dates
        Closes that end the periods, shape (t,).
    started_on
        The close before the first.
    rate_annual_frac
        0.0075 for 0.75% a year.

    """
    edges = np.concatenate([[np.datetime64(started_on, "D")], dates])
    result: Vector = np.diff(edges).astype(float) * (rate_annual_frac / DAYS_PER_YEAR)
    return result


def net_of_fees(gross_frac: Vector, fees_frac: Vector) -> Vector:
    """Return returns after fees, (1 + r)(1 - fee) - 1, shape (t,): the fee is taken at the end of each period."""
    result: Vector = (1.0 + gross_frac) * (1.0 - fees_frac) - 1.0
    return result


def gross_of_fees(net_frac: Vector, fees_frac: Vector) -> Vector:
    """Return returns before fees, (1 + r) / (1 - fee) - 1, shape (t,).

    Raises
    ------
    InputRefused
        A fee of the whole capital.

    """
    if (fees_frac >= 1.0).any():
        advice = "Give fees as fractions of the capital in each period."
        raise InputRefused([Problem("fees_frac", "A fee takes the whole capital of a period.", advice)])
    result: Vector = (1.0 + net_frac) / (1.0 - fees_frac) - 1.0
    return result


def fees_of_amounts(fees_ccy: Vector, values_ccy: Vector) -> Vector:
    """Return paid fees as fractions of the capital before them, shape (t,): fee / (value at the end + fee).

    Parameters
    ----------
    fees_ccy
        Paid out of the portfolio in each period, positive.
    values_ccy
        Value at the end of each period, after the fee.

    """
    before = values_ccy + fees_ccy
    result: Vector = np.divide(fees_ccy, before, out=np.zeros(len(before)), where=before > 0.0)
    return result
