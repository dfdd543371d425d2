"""How far does one's own selling move the price, and what does a sale cost?

Every argument may be an array; NaN in gives NaN out. Costs are fractions of the money that is sold.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
PERMANENT = 0.314
TEMPORARY = 0.142
PERMANENT_TURNOVER_POWER = 0.25
TEMPORARY_POWER = 0.6
SQUARE_ROOT_FACTOR = 1.0


def almgren_permanent(volume_share: Any, volatility_frac: Any, inverse_turnover: Any) -> FloatArray:
    """Return I = γ σ (X/V) (Θ/V)^¼, how far the price stays moved.

    Parameters
    ----------
    volume_share
        X/V, the order over an ordinary day's volume.
    volatility_frac
        σ, standard deviation of daily returns.
    inverse_turnover
        Θ/V, shares outstanding over an ordinary day's volume.

    References
    ----------
    Almgren, Thum, Hauptmann and Li (2005), Direct estimation of equity market impact, Risk 18(7): γ = 0.314 ± 0.041.

    """
    share, volatility, turnover = (
        np.asarray(one, dtype=np.float64) for one in (volume_share, volatility_frac, inverse_turnover)
    )
    moved: FloatArray = PERMANENT * volatility * share * turnover**PERMANENT_TURNOVER_POWER
    return moved


def almgren_cost(volume_share: Any, volatility_frac: Any, inverse_turnover: Any, duration_days: Any) -> FloatArray:
    """Return J = I/2 + η σ (X/(V T))^⅗, what an order costs beside half the spread when it is worked over T days.

    Parameters
    ----------
    volume_share, volatility_frac, inverse_turnover
        As in `almgren_permanent`.
    duration_days
        T, trading days, fractions of a day count.

    References
    ----------
    As in `almgren_permanent`: η = 0.142 ± 0.0062.

    """
    share, volatility, duration = (
        np.asarray(one, dtype=np.float64) for one in (volume_share, volatility_frac, duration_days)
    )
    rate = np.divide(share, duration, out=np.zeros(np.broadcast(share, duration).shape), where=duration > 0.0)
    cost: FloatArray = 0.5 * almgren_permanent(share, volatility, inverse_turnover) + (
        TEMPORARY * volatility * rate**TEMPORARY_POWER
    )
    return cost


def square_root_cost(volume_share: Any, volatility_frac: Any, factor: float = SQUARE_ROOT_FACTOR) -> FloatArray:
    """Return Y σ √(Q/V): the rule of thumb where shares outstanding are not known.

    Parameters
    ----------
    volume_share
        Q/V, the whole order over an ordinary day's volume, however many days it is worked.
    volatility_frac
        Standard deviation of daily returns.
    factor
        Y, of the order of one.

    References
    ----------
    Bouchaud, Bonart, Donier and Gould (2018), Trades, Quotes and Prices, chapter 12.

    """
    share, volatility = np.asarray(volume_share, dtype=np.float64), np.asarray(volatility_frac, dtype=np.float64)
    cost: FloatArray = factor * volatility * np.sqrt(share)
    return cost


def sale_cost_frac(volume_share: Any, spread_frac: Any, daily_volatility_frac: Any) -> FloatArray:
    """Return what a sale costs as a fraction of what is sold: half the spread and the square-root impact.

    Parameters
    ----------
    volume_share
        What is sold over an ordinary day's volume. Zero costs half the spread, infinite volume (a share of zero) too.
    spread_frac
        Full bid-ask spread as a fraction of the price.
    daily_volatility_frac
        Standard deviation of daily returns.

    """
    cost: FloatArray = 0.5 * np.asarray(spread_frac, dtype=np.float64) + square_root_cost(
        volume_share, daily_volatility_frac
    )
    return cost
