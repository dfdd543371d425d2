"""What must be known of the positions before anybody can say how fast they are sold, and what that costs?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.kernel.errors import InputRefused, Problem
from engine.kernel.forms import Matrix, Vector

PARTICIPATION_FRAC = 0.20
STRESSED_VOLUME_FACTOR = 0.5
SPREAD_MULTIPLIER = 3.0
QUOTES_MIN_COUNT = 20
WEEK_BUSINESS_DAYS = 5
SETTLEMENT_DAYS = 1
Estimator = Literal["corwin_schultz", "abdi_ranaldo"]


@dataclass(frozen=True)
class LiquidityOptions:
    """How one sells, and how the buckets count days.

    Attributes
    ----------
    participation_frac
        Share of a day's volume that is sold, usually 0.10 to 0.25.
    stressed_volume_factor
        What the volume is multiplied by under stress.
    anticipated_size_frac
        Part of each position whose sale the buckets are about; 1 is all of it.
    settlement_days
        Business days from a sale to its cash: 1 in the United States since 28 May 2024, 2 elsewhere in Europe until it
        moves too. One number, or one for each asset.
    week_business_days
        How many business days the next seven calendar days have: 5, less in a week with a holiday.
    spread_multiplier
        k of the liquidity-adjusted VaR; 2 to 4.5 in its source, the larger the fatter the tails of spreads.
    spread_estimator
        Which estimate stands in for a spread that is not quoted.

    """

    participation_frac: float = PARTICIPATION_FRAC
    stressed_volume_factor: float = STRESSED_VOLUME_FACTOR
    anticipated_size_frac: float = 1.0
    settlement_days: int | Sequence[int] = SETTLEMENT_DAYS
    week_business_days: int = WEEK_BUSINESS_DAYS
    spread_multiplier: float = SPREAD_MULTIPLIER
    spread_estimator: Estimator = "corwin_schultz"


@dataclass(frozen=True)
class Bars:
    """Daily highs, lows and closes, each of shape (t, n), rows in time order, NaN where not known; a year is enough."""

    high: Matrix
    low: Matrix
    close: Matrix


@dataclass(frozen=True)
class Holdings:
    """The positions and what is known of each.

    Attributes
    ----------
    assets
        n names.
    weights_frac
        Shape (n,), fractions of NAV, negative for what is short.
    value_ccy
        NAV, positive.
    volumes_ccy
        Shape (n,), an ordinary day's traded value in the same currency (the median of 20 days); NaN where not known,
        0 where nothing trades, infinite for cash in a foreign currency.
    cash_weight_frac
        Cash beside the positions; a loan (negative) is nothing that could be sold.
    volatilities_frac
        Shape (n,), standard deviations of daily returns, NaN where not known.
    quoted_spreads_frac
        Shape (n,), full spreads as fractions of the price, NaN where not quoted.
    quoted_series_frac
        Shape (t, n), the quotes of the days before and of today, NaN where there was none: from 20 quotes on their mean
        and standard deviation make the liquidity-adjusted VaR. None without.
    inverse_turnovers
        Shape (n,), shares outstanding over a day's volume, NaN where not known: then the square-root law is used.
    bars
        For estimates of the spread; None without.

    """

    assets: Sequence[str]
    weights_frac: Vector
    value_ccy: float
    volumes_ccy: Vector
    cash_weight_frac: float = 0.0
    volatilities_frac: Vector | None = None
    quoted_spreads_frac: Vector | None = None
    quoted_series_frac: Matrix | None = None
    inverse_turnovers: Vector | None = None
    bars: Bars | None = None

    def column(self, given: Vector | None) -> NDArray[np.float64]:
        """Return figures of the assets, all NaN where none were given."""
        return np.full(len(self.assets), np.nan) if given is None else np.asarray(given, dtype=np.float64)


def check(holdings: Holdings, options: LiquidityOptions) -> None:
    """Refuse what cannot be used.

    Raises
    ------
    InputRefused
        With every problem.

    """
    count = len(holdings.assets)
    problems = []
    for field in ("weights_frac", "volumes_ccy", "volatilities_frac", "quoted_spreads_frac", "inverse_turnovers"):
        given = getattr(holdings, field)
        if given is not None and np.shape(given) != (count,):
            problems.append(Problem(field, f"Shape {np.shape(given)} for {count} assets.", "Give one for each asset."))
    if np.shape(holdings.weights_frac) == (count,) and not np.isfinite(holdings.weights_frac).all():
        problems.append(Problem("weights_frac", "Some weights are no numbers.", "Give a fraction of NAV for each."))
    if not holdings.value_ccy > 0.0:
        problems.append(Problem("value_ccy", "The value of the portfolio is not above zero.", "Give its NAV."))
    series = holdings.quoted_series_frac
    if series is not None and (series.ndim != 2 or series.shape[1] != count):
        problems.append(
            Problem("quoted_series_frac", f"Shape {series.shape} for {count} assets.", "Give a column for each asset.")
        )
    if holdings.bars is not None and any(
        one.ndim != 2 or one.shape != (len(holdings.bars.close), count)
        for one in (holdings.bars.high, holdings.bars.low, holdings.bars.close)
    ):
        problems.append(Problem("bars", "Highs, lows and closes differ in shape.", "Give one column for each asset."))
    if not 0.0 < options.participation_frac <= 1.0:
        problems.append(
            Problem("participation_frac", f"{options.participation_frac:g} is no share of volume.", "Give 0.2 for 20%.")
        )
    if not 0.0 < options.stressed_volume_factor <= 1.0:
        problems.append(Problem("stressed_volume_factor", "It is not between 0 and 1.", "Give 0.5 for half."))
    if not 0.0 < options.anticipated_size_frac <= 1.0:
        problems.append(Problem("anticipated_size_frac", "It is not between 0 and 1.", "Give 1 for whole positions."))
    if problems:
        raise InputRefused(problems)
