"""What does it cost to trade from the current weights to the proposed ones, and how does that weigh against a year?"""

from __future__ import annotations

from typing import Annotated

import numpy as np
from pydantic import Field

from engine.kernel.errors import Problem
from engine.kernel.forms import Estimates, TradingCosts, Universe, Vector
from engine.kernel.frozen import FrozenSpec
from engine.kernel.units import fraction, listing, percent

DAYS_PER_YEAR = 252


class CostsSpec(FrozenSpec):
    """Costs of trading: half the spread on each trade, and market impact by the square-root law.

    A trade z_i costs (spread_i / 2) |z_i| + impact_coefficient σ_i |z_i| √(|z_i| capital / volume_i) once, with σ_i the
    daily volatility and volume_i the average daily traded value (Grinold and Kahn 2000, chapter 16; Boyd and others
    2017, Multi-Period Trading via Convex Optimization, section 2.3). Spread over `holding_period_days` it is set
    against the expected return of a year.

    Attributes
    ----------
    spread_frac
        Full bid-ask spread of assets whose own is not known.
    impact_coefficient
        Of the order of one; 0 leaves impact out.
    holding_period_days
        Trading days for which the portfolio is expected to be kept: 252 is a year.

    """

    spread_frac: Annotated[float, *fraction(0.0, 0.2)] = 0.001
    impact_coefficient: Annotated[float, Field(ge=0.0, le=10.0)] = 0.0
    holding_period_days: Annotated[int, Field(ge=1, le=5040)] = DAYS_PER_YEAR

    def explain(self) -> str:
        """Return one sentence that says what is counted."""
        text = f"Trading costs half the spread ({percent(self.spread_frac, 3)} where none is known)"
        if self.impact_coefficient:
            text += " and market impact"
        return f"{text}, spread over {self.holding_period_days} trading days."

    def problems(self, universe: Universe) -> list[Problem]:
        """Return what the costs need and the universe lacks; paths are relative to the costs."""
        found: list[Problem] = []
        if universe.current_weights_frac is None:
            found.append(
                Problem(
                    "",
                    "Trading costs need the weights now held, and none are given.",
                    "Start from a portfolio, give `current_weights`, or leave the costs out.",
                )
            )
        if self.impact_coefficient <= 0.0:
            return found
        if universe.capital_money is None:
            found.append(
                Problem(
                    "impact_coefficient",
                    "Market impact needs the value of the portfolio, and none is given.",
                    "Give `facts.capital_money`, or set impact_coefficient to 0.",
                )
            )
        volumes = universe.daily_volumes_money
        known = np.zeros(universe.count, dtype=bool) if volumes is None else np.isfinite(volumes)
        if not known.all():
            missing = [universe.assets[i] for i in np.flatnonzero(~known)]
            found.append(
                Problem(
                    "impact_coefficient",
                    f"Market impact needs daily volumes, and none is known for {listing(missing)}.",
                    "Give `facts.daily_volumes_money`, import volumes, or set impact_coefficient to 0.",
                )
            )
        return found

    def compile(self, universe: Universe, estimates: Estimates) -> TradingCosts:
        """Return the costs a year for these assets; `problems` must be empty."""
        assert universe.current_weights_frac is not None
        once = DAYS_PER_YEAR / self.holding_period_days
        return TradingCosts(
            universe.current_weights_frac,
            0.5 * once * self._spreads(universe),
            once * self._impacts(universe, estimates),
        )

    def once_frac(self, weights_frac: Vector, universe: Universe, estimates: Estimates) -> float:
        """Return the cost of trading to the weights, once, as a fraction of the capital."""
        share = self.holding_period_days / DAYS_PER_YEAR
        return share * self.compile(universe, estimates).annual_frac(weights_frac)

    def _spreads(self, universe: Universe) -> Vector:
        known = universe.spreads_frac
        if known is None:
            return np.full(universe.count, self.spread_frac)
        return np.where(np.isfinite(known), known, self.spread_frac)

    def _impacts(self, universe: Universe, estimates: Estimates) -> Vector:
        if self.impact_coefficient <= 0.0 or universe.daily_volumes_money is None or universe.capital_money is None:
            return np.zeros(universe.count)
        daily = np.sqrt(np.maximum(estimates.variances_annual, 0.0) / DAYS_PER_YEAR)
        return np.asarray(
            self.impact_coefficient * daily * np.sqrt(universe.capital_money / universe.daily_volumes_money)
        )
