"""How much of the return was earned at home, and how much by exchange rates?

Of each asset and period w ((1 + l)(1 + x) - 1) = w l + w x + w l x, with the local return l and the change x of its
currency against the base currency; linked over time by Carino's coefficients of a single series, ln(1 + R_t) / R_t over
ln(1 + R) / R.
"""

from __future__ import annotations

import numpy as np

from engine.kernel.arrays import numbers_of
from engine.kernel.errors import InputRefused, Problem
from engine.kernel.forms import Matrix, Vector
from engine.performance.linking import log_ratio, log_slope, refuse_ruin
from engine.performance.positions import Positions
from engine.performance.result_attribution import CurrencyAttribution, CurrencyEffect


def single_coefficients(returns_frac: Vector) -> Vector:
    """Return Carino's coefficients of one series, shape (t,): Σ c_t R_t = Π(1 + R) - 1."""
    nothing = np.zeros(len(returns_frac))
    weights: Vector = log_ratio(returns_frac, nothing) / log_slope(np.prod(1.0 + returns_frac), 1.0)
    return weights


def currency_attribution(
    positions: Positions,
    currencies: tuple[str, ...],
    fx_returns_frac: Matrix,
    *,
    base_currency: str,
) -> CurrencyAttribution:
    """Return the return split into local returns, exchange rates and their product, by currency.

    Parameters
    ----------
    positions
        Returns in the base currency.
    currencies
        Of each asset, length n; of assets that were added (cash) the base currency.
    fx_returns_frac
        Change of each asset's currency against the base currency, shape (t, n), above -1; 0 in the base currency. NaN
        counts as unchanged only where nothing is held.
    base_currency
        The portfolio's.

    Raises
    ------
    InputRefused
        Shapes that do not match, a rate that is missing where something is held, everything lost.

    """
    rates = numbers_of(fx_returns_frac, "fx_returns_frac")
    added = len(positions.keys) - len(currencies)
    shape = (len(positions.dates), len(currencies))
    if added not in (0, 1) or rates.shape != shape:
        message = f"The rates have shape {rates.shape}, not {shape}."
        raise InputRefused([Problem("fx_returns_frac", message, "Give one column for each asset.")])
    rates = np.column_stack([rates, np.zeros((len(rates), added))])
    named = currencies + (base_currency,) * added
    held = positions.weights_frac != 0.0
    if (held & ~(rates > -1.0)).any():
        place = tuple(np.argwhere(held & ~(rates > -1.0))[0])
        message = f"There is no change of {named[place[1]]} on {positions.dates[place[0]]}."
        raise InputRefused([Problem("fx_returns_frac", message, "Give a rate for every day on which it is held.")])
    refuse_ruin(positions.portfolio_frac, None, positions.dates, "carino")
    rates = np.where(held, rates, 0.0)
    local = (1.0 + positions.returns_frac) / (1.0 + rates) - 1.0
    weights = single_coefficients(positions.portfolio_frac)
    parts = [weights @ (positions.weights_frac * one) for one in (local, rates, local * rates)]
    total = float(np.prod(1.0 + positions.portfolio_frac)) - 1.0
    trading = float(weights @ positions.trading_frac)
    rows, mean = [], positions.weights_frac.mean(axis=0)
    for currency in dict.fromkeys(named):
        chosen = np.array([one == currency for one in named])
        at_home, by_rate, cross = (float(part[chosen].sum()) for part in parts)
        rows.append(
            CurrencyEffect(
                currency=currency,
                weight_frac=float(mean[chosen].sum()),
                local_frac=at_home,
                currency_frac=by_rate,
                cross_frac=cross,
                total_frac=at_home + by_rate + cross,
            )
        )
    sums = [float(part.sum()) for part in parts]
    return CurrencyAttribution(
        base_currency=base_currency,
        portfolio_return_frac=total,
        local_frac=sums[0],
        currency_frac=sums[1],
        cross_frac=sums[2],
        trading_frac=trading,
        residual_frac=total - sum(sums) - trading,
        currencies=tuple(sorted(rows, key=lambda row: (-row.total_frac, row.currency))),
        notes=positions.notes,
    )
