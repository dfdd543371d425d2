"""What did the client's own money earn, with the dates on which it came and went?

The internal rate solves Σ c_i (1 + x)^(-d_i / 365) = 0. Every root is found: flows that change sign more than once may
have several, and then no single rate is told.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import date

import numpy as np
from scipy import optimize

from engine.kernel.errors import InputRefused, Problem
from engine.kernel.forms import Vector
from engine.kernel.units import percent
from engine.performance.result import MoneyWeighted

DAYS_PER_YEAR = 365.0
REACH = 16.0  # the roots looked for: returns over the whole stretch between e^-16 - 1 and e^16 - 1
STEPS_COUNT = 3201
TOUCHES = 1e-13  # of the largest flow: a worth this small is zero
TELLABLE = 1e6  # a rate a year beyond it (a few days, annualized) is no number to show


def money_weighted(
    flows: Sequence[tuple[date, float]], *, end_ccy: float, ended_on: date, start: tuple[date, float] | None = None
) -> MoneyWeighted:
    """Return the money-weighted return of a portfolio.

    Parameters
    ----------
    flows
        (date, amount), positive into the portfolio.
    end_ccy, ended_on
        What it is worth at the end, which is taken as paid out then.
    start
        Date and value at the begin of the stretch, taken as paid in then; None where the flows begin the record.

    Raises
    ------
    InputRefused
        Flows after the end, numbers that are not finite, or no flow at all.

    """
    late = [when for when, _ in flows if when > ended_on]
    if late:
        message = f"The flow of {late[0].isoformat()} lies after the end of the stretch."
        raise InputRefused([Problem("flows", message, "Choose a later end, or leave the flow out.")])
    paid = [(when, -amount) for when, amount in flows]
    if start is not None:
        paid.append((start[0], -start[1]))
    return internal_rate([*paid, (ended_on, end_ccy)])


def internal_rate(amounts: Sequence[tuple[date, float]]) -> MoneyWeighted:
    """Return the annual effective rate at which dated amounts are worth nothing together (XIRR, actual days over 365).

    Parameters
    ----------
    amounts
        (date, amount) in any order; paid in is negative, paid out positive.

    Raises
    ------
    InputRefused
        Nothing was given, or an amount is not finite.

    """
    if not amounts:
        raise InputRefused([Problem("flows", "There are no flows.", "Give at least one flow and an end value.")])
    if not all(math.isfinite(amount) for _, amount in amounts):
        raise InputRefused([Problem("flows", "An amount is not a finite number.", "Give amounts in one currency.")])
    by_day: dict[date, float] = {}
    for when, amount in sorted(amounts, key=lambda one: one[0]):
        by_day[when] = by_day.get(when, 0.0) + amount
    days = np.array([(when - min(by_day)).days for when in by_day], dtype=float)
    sizes = np.array(list(by_day.values()))
    kept = np.abs(sizes) > 1e-12 * float(np.abs(sizes).max(initial=0.0))
    days, sizes = days[kept], sizes[kept]
    span = int(days[-1] - days[0]) if len(days) else 0
    if len(days) < 2 or span == 0 or (sizes > 0.0).all() or (sizes < 0.0).all():
        why = "There is no money-weighted return: money only came in, or only went out."
        return _none(span, why if len(days) else "There is no money-weighted return: nothing was invested.")
    roots = _roots(sizes / float(np.abs(sizes).max()), (days - days[0]) / span)
    if not roots:
        return _none(span, "There is no money-weighted return: no rate above −100% makes the flows worth nothing.")
    rates = tuple(_annual(root, span) for root in roots)
    if len(roots) > 1:
        shown = " and ".join(percent(rate) for rate in rates)
        sentence = f"There is no single money-weighted return: the flows fit {shown} a year alike."
        return MoneyWeighted(
            status="multiple",
            rate_annual_frac=None,
            return_frac=None,
            roots_annual_frac=rates,
            is_annualized=False,
            days_count=span,
            sentence=sentence,
        )
    is_year = span >= DAYS_PER_YEAR
    whole = math.expm1(roots[0])
    told = f"{percent(rates[0])} a year" if is_year else f"{percent(whole)} over {span} days, not annualized"
    return MoneyWeighted(
        status="found",
        rate_annual_frac=rates[0] if abs(rates[0]) < TELLABLE else None,
        return_frac=whole,
        roots_annual_frac=rates,
        is_annualized=is_year,
        days_count=span,
        sentence=f"The client's money earned {told}.",
    )


def _none(span: int, sentence: str) -> MoneyWeighted:
    return MoneyWeighted(
        status="none",
        rate_annual_frac=None,
        return_frac=None,
        roots_annual_frac=(),
        is_annualized=False,
        days_count=span,
        sentence=sentence,
    )


def _annual(root: float, span: int) -> float:
    """Return the annual rate of a log return over the whole stretch, at most 1e300."""
    return math.expm1(min(root * DAYS_PER_YEAR / span, 690.0))


def _roots(sizes: Vector, times: Vector) -> list[float]:
    """Return every v with Σ c_i e^(-v t_i) = 0, where t runs from 0 to 1 over the stretch."""

    def worth(v: float) -> float:
        return float(sizes @ np.exp(-v * times))

    grid = np.linspace(-REACH, REACH, STEPS_COUNT)
    values = np.exp(-np.outer(grid, times)) @ sizes
    found = [float(grid[i]) for i in np.flatnonzero(values == 0.0)]
    for place in np.flatnonzero(values[:-1] * values[1:] < 0.0):
        found.append(float(optimize.brentq(worth, grid[place], grid[place + 1], xtol=1e-15, rtol=1e-14)))
    # Two roots between neighbours of the grid, or one that only touches zero, change no sign on it.
    sizes_at = np.abs(values)
    same = (values[:-2] * values[1:-1] > 0.0) & (values[1:-1] * values[2:] > 0.0)
    for place in 1 + np.flatnonzero(same & (sizes_at[1:-1] <= sizes_at[:-2]) & (sizes_at[1:-1] <= sizes_at[2:])):
        found += _roots_around(worth, float(grid[place - 1]), float(grid[place + 1]), float(np.sign(values[place])))
    return sorted(found)


def _roots_around(worth: Callable[[float], float], low: float, high: float, sign: float) -> list[float]:
    """Return the two roots of a function that has this sign at both ends, the one that touches zero, or none."""
    answer = optimize.minimize_scalar(
        lambda v: sign * worth(v), bounds=(low, high), method="bounded", options={"xatol": 1e-9}
    )
    turn, least = float(answer.x), float(answer.fun)
    if abs(least) <= TOUCHES:
        return [turn]
    if least > 0.0:
        return []
    return [float(optimize.brentq(worth, *ends, xtol=1e-15, rtol=1e-14)) for ends in ((low, turn), (turn, high))]
