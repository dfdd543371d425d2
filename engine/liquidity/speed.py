"""After how many days is how much of a portfolio cash?"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from engine.kernel.forms import Vector
from engine.liquidity.result import Bucket, LiquidityStep

PROFILE_DAYS = (1, 3, 5, 7, 30)
HIGHLY_LIQUID_DAYS = 3
_NOISE = 1e-9


def volume_shares(weights_frac: Vector, value_ccy: float, volumes_ccy: Vector) -> Vector:
    """Return each position over an ordinary day's volume, shape (n,).

    Zero for an infinite volume and for what is not held, infinite for a volume of zero, NaN where it is not known.
    """
    sizes = np.abs(weights_frac) * value_ccy
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.where(sizes > 0.0, sizes / volumes_ccy, 0.0)
    return np.where(sizes > 0.0, np.where(volumes_ccy == 0.0, np.inf, shares), 0.0)


def sold_waterfall(days: float, sale_days: Vector, sizes: Vector, cash: float) -> float:
    """Return the part of what is held that is cash after so many days, every position as fast as it can.

    Parameters
    ----------
    days
        Trading days.
    sale_days
        Shape (n,), days to sell each; infinite or NaN where it cannot be, or nobody knows.
    sizes
        Shape (n,), sizes of the weights.
    cash
        Weight of cash, not negative.

    """
    held = float(sizes.sum()) + cash
    return (float(sizes @ _sold(days, sale_days)) + cash) / held if held > 0.0 else 1.0


def sold_pro_rata(days: float, sale_days: Vector, sizes: Vector, cash: float) -> float:
    """Return the same where every day the same part of every position is sold: the slowest sets the pace."""
    held = float(sizes.sum()) + cash
    if held <= 0.0:
        return 1.0
    moving = sizes > 0.0
    part = float(_sold(days, sale_days)[moving].min()) if moving.any() else 0.0
    return (float(sizes.sum()) * part + cash) / held


def _sold(days: float, sale_days: Vector) -> Vector:
    """Return the part of each position that is sold after so many days."""
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.where(sale_days > 0.0, days / sale_days, 1.0)
    return np.where(np.isnan(sale_days), 0.0, np.minimum(part, 1.0))


def days_until(share: float, sale_days: Vector, sizes: Vector, cash: float) -> float | None:
    """Return the first day on which that share of what is held is cash, fractions of a day count; None if never."""
    held = float(sizes.sum()) + cash
    goal = share * held
    if cash >= goal - _NOISE * held:
        return 0.0
    moving = np.isfinite(sale_days) & (sizes > 0.0)
    if float(sizes[moving].sum()) + cash < goal - _NOISE * held:
        return None
    instant = float(sizes[moving & (sale_days <= 0.0)].sum()) + cash
    if instant >= goal - _NOISE * held:
        return 0.0
    slow = moving & (sale_days > 0.0)
    order = np.argsort(sale_days[slow], kind="stable")
    ends, amounts = sale_days[slow][order], sizes[slow][order]
    rates = amounts / ends
    # At the end of each position: all before it are sold whole, all after it at their rate.
    whole = np.concatenate([[0.0], np.cumsum(amounts)[:-1]])
    still = np.cumsum(rates[::-1])[::-1]
    at_ends = instant + whole + still * ends
    place = min(int(np.searchsorted(at_ends, goal - _NOISE * held)), ends.size - 1)
    return float((goal - instant - whole[place]) / still[place])


def profile(sale_days: Vector, stressed_days: Vector, sizes: Vector, cash: float) -> tuple[LiquidityStep, ...]:
    """Return the steps of `PROFILE_DAYS`."""
    return tuple(
        LiquidityStep(
            days=days,
            waterfall_frac=sold_waterfall(days, sale_days, sizes, cash),
            pro_rata_frac=sold_pro_rata(days, sale_days, sizes, cash),
            waterfall_stressed_frac=sold_waterfall(days, stressed_days, sizes, cash),
            pro_rata_stressed_frac=sold_pro_rata(days, stressed_days, sizes, cash),
        )
        for days in PROFILE_DAYS
    )


def buckets(
    sale_days: Vector, settlement_days: NDArray[np.int_], week_business_days: int, is_cash: NDArray[np.bool_]
) -> list[Bucket]:
    """Return the bucket of each position.

    Highly liquid: cash within three business days. Moderately liquid: cash within seven calendar days. Less liquid:
    sold within seven calendar days, settled later. Illiquid: not sold within seven calendar days. A part of a day
    counts as a day, and selling begins on the next one.

    Parameters
    ----------
    sale_days
        Shape (n,), trading days to sell; infinite where nothing trades, NaN where nobody knows.
    settlement_days
        Shape (n,), business days from a sale to its cash.
    week_business_days
        How many business days the next seven calendar days have.
    is_cash
        Shape (n,), balances in foreign currencies.

    References
    ----------
    17 CFR 270.22e-4(b)(1)(ii), Investment Company Liquidity Risk Management Programs.

    """
    found: list[Bucket] = []
    for days, settlement, is_balance in zip(
        sale_days.tolist(), settlement_days.tolist(), is_cash.tolist(), strict=True
    ):
        if is_balance:
            found.append("highly_liquid")
        elif math.isnan(days):
            found.append("not_known")
        elif math.isinf(days) or math.ceil(days - _NOISE) > week_business_days:
            found.append("illiquid")
        else:
            paid = math.ceil(days - _NOISE) + settlement
            highly = paid <= HIGHLY_LIQUID_DAYS
            found.append(
                "highly_liquid" if highly else "moderately_liquid" if paid <= week_business_days else "less_liquid"
            )
    return found
