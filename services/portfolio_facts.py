"""What does a portfolio hold today, and how did exactly that behave over the past, for whoever measures risk or return?

Today's holdings over history: weights of the as-of date beside the returns that the assets had before it. What the
portfolio really held on earlier days is another question, which its ledger answers (`services.valuation`).

Cash in the base currency carries no risk and stands apart. Cash in another currency does: each such balance is one
more position, ``CASH EUR``, whose local return is zero and whose return in the base currency is that of the rate.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.valuation_prices import STALE_SESSIONS_MAX

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
CASH_CLASS = "cash"
WEIGHT_ZERO_FRAC = 1e-12


@dataclass(frozen=True)
class HeldAsset:
    """One position, apart from its size.

    Parameters
    ----------
    asset_id : str
        Of foreign cash ``cash:EUR``.
    symbol, name : str
        Of foreign cash ``CASH EUR``.
    asset_class : str
        ``cash`` for foreign cash.
    sector, country, issuer : str or None
        None where not known. The country is the asset's, else its issuer's; the issuer is the group it belongs to.
    currency : str
        In which it is quoted.
    is_sample : bool
        Whether its figures were invented.
    price_date : date or None
        The session of the close that it is valued with.
    is_stale : bool
        Whether that close is too old: others of its exchange have a newer one, or it lies more than one business day
        behind the newest close of the holdings, or more than five behind the market's day.
    behind_days : int
        Business days that its last close lies behind the newest of the holdings and the market's day.

    """

    asset_id: str
    symbol: str
    name: str
    asset_class: str
    sector: str | None
    country: str | None
    currency: str
    issuer: str | None
    is_sample: bool
    price_date: date | None
    is_stale: bool
    behind_days: int = 0

    @property
    def is_cash(self) -> bool:
        """Whether it is a cash balance in another currency."""
        return self.asset_class == CASH_CLASS


@dataclass(frozen=True)
class PortfolioFacts:
    """Today's holdings over history.

    Every array is read-only. n positions, t returns; row k of every (t, n) array is the return from the session before
    ``dates[k]`` to that session. Returns are simple, fractions, total (adjusted closes: dividends count where the
    source has them); NaN where there is none.

    A close may stand in for at most five later business days, as in the valuation: on a holiday of its exchange an
    asset returns zero and the next session has the whole move. Beyond that, and on the first session after such a gap,
    the return is NaN. ``1 + returns_frac = (1 + local_returns_frac) (1 + fx_returns_frac)`` holds everywhere.

    Parameters
    ----------
    portfolio_id, name, base_currency : str
    as_of : date
        Holdings, closes and rates are those of this day; `dates` ends on the last session on or before it.
    value_ccy : Decimal
        Net value in the base currency, positive.
    assets : tuple of HeldAsset
        n positions, the largest first, cash in foreign currencies last.
    weights_frac : array (n,)
        Fractions of the net value, negative for what is short; with `cash_weight_frac` they sum to 1.
    quantities : array (n,)
        Units held, negative for what is short.
    cash_weight_frac : float
        Cash in the base currency over the net value; negative for a loan.
    cash_currencies : dict of str to float
        All cash over the net value, by currency, the base currency's among them.
    dates : array (t,) of datetime64[D]
    returns_frac, local_returns_frac, fx_returns_frac : array (t, n)
        In the base currency, in the asset's own, and of its currency; the last is 0 for assets in the base currency.
    benchmark_id, benchmark_name : str or None
    benchmark_returns_frac : array (t,) or None
        In the base currency; None without a benchmark or without any price of it, NaN on days without one.
    benchmark_weights_frac : dict of str to float
        Constituents at the as-of date by symbol, summing to 1; empty where not known.
    benchmark_assets : tuple of HeldAsset
        The constituents, for grouping; their price dates are not looked up and read None.
    adv_units, adv_ccy : array (n,)
        Usual volume of a day: the house's own figure, else the median of 20 sessions; in units, and at the close in
        the base currency. NaN where not known, infinite for cash.
    price_ccy : array (n,)
        The close in the base currency; of cash the rate.
    market_day : date or None
        The last day on which most assets known here have prices.
    notes : tuple of str
        What must be known before reading figures made from this.
    lineage : dict
        Where the closes are from, JSON-native, as of an optimization.

    """

    portfolio_id: str
    name: str
    base_currency: str
    as_of: date
    value_ccy: Decimal
    assets: tuple[HeldAsset, ...]
    weights_frac: FloatArray = field(repr=False)
    quantities: FloatArray = field(repr=False)
    cash_weight_frac: float
    cash_currencies: dict[str, float]
    dates: NDArray[np.datetime64] = field(repr=False)
    returns_frac: FloatArray = field(repr=False)
    local_returns_frac: FloatArray = field(repr=False)
    fx_returns_frac: FloatArray = field(repr=False)
    benchmark_id: str | None
    benchmark_name: str | None
    benchmark_returns_frac: FloatArray | None = field(repr=False)
    benchmark_weights_frac: dict[str, float] = field(repr=False)
    benchmark_assets: tuple[HeldAsset, ...] = field(repr=False)
    adv_units: FloatArray = field(repr=False)
    adv_ccy: FloatArray = field(repr=False)
    price_ccy: FloatArray = field(repr=False)
    market_day: date | None
    notes: tuple[str, ...]
    lineage: dict[str, Any] = field(repr=False)

    @property
    def symbols(self) -> tuple[str, ...]:
        """The symbols of the positions, in order."""
        return tuple(asset.symbol for asset in self.assets)

    @property
    def stale(self) -> tuple[str, ...]:
        """The symbols of positions whose last close is too old."""
        return tuple(asset.symbol for asset in self.assets if asset.is_stale)

    @property
    def outdated(self) -> tuple[str, ...]:
        """The symbols of positions whose last close lies over five business days behind: nothing is judged then."""
        return tuple(asset.symbol for asset in self.assets if asset.behind_days > STALE_SESSIONS_MAX)

    @property
    def counts(self) -> BoolArray:
        """Shape (n,): which positions have a weight other than zero."""
        return np.abs(self.weights_frac) > WEIGHT_ZERO_FRAC

    def whole_rows(self, missing_weight_max_frac: float = 0.0) -> BoolArray:
        """Return on which days the positions have returns.

        Parameters
        ----------
        missing_weight_max_frac : float
            Largest share of the gross exposure that may lack a return; 0 asks for all of it.

        Returns
        -------
        array (t,) of bool
            All true without positions.

        """
        sizes = np.abs(self.weights_frac)
        gross = float(sizes.sum())
        if gross <= WEIGHT_ZERO_FRAC:
            return np.ones(self.dates.size, dtype=bool)
        known = np.isfinite(self.returns_frac)
        missing = ((~known) * sizes).sum(axis=1) / gross
        rows: BoolArray = missing <= missing_weight_max_frac + WEIGHT_ZERO_FRAC
        return rows

    def portfolio_returns(self, missing_weight_max_frac: float = 0.0) -> FloatArray:
        """Return what today's weights, restored every day, would have returned; cash in the base currency earns 0.

        ::

            r_t = sum over i of w_i r_t,i

        Parameters
        ----------
        missing_weight_max_frac : float
            Largest share of the gross exposure that may lack a return on a day; the known part then stands for the
            whole, scaled to it. 0, the default, makes a day NaN as soon as one position lacks its return.

        Returns
        -------
        array (t,)
            NaN on days on which more is missing; zeros without positions.

        """
        sizes = np.abs(self.weights_frac)
        known = np.isfinite(self.returns_frac)
        held = np.where(known, self.returns_frac, 0.0) @ self.weights_frac
        gross = float(sizes.sum())
        if gross <= WEIGHT_ZERO_FRAC:
            return np.zeros(self.dates.size)
        there = known @ sizes
        scale = np.divide(gross, there, out=np.ones_like(there), where=there > 0.0)
        returns: FloatArray = np.where(self.whole_rows(missing_weight_max_frac), held * scale, np.nan)
        return returns
