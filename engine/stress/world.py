"""What does every stress question need to know of the portfolio and its markets, gathered once?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from engine.kernel.estimates import Vector
from engine.stress.exposures import BondTerms, Exposures, exposures
from engine.stress.factor_model import FactorModel, factor_model
from engine.stress.moves import FACTORS, EventMoves
from engine.stress.positions import StressedPortfolio
from engine.stress.redemption import Markets
from engine.stress.regulatory import RegulatoryFigures
from engine.stress.replay import Replayer, Window
from engine.stress.stand_ins import History, StandIns
from engine.volatility.result import GarchParameters


@dataclass(frozen=True, eq=False)
class StressWorld:
    """One portfolio and everything that scenarios may ask; regressions and the factor model are made once, when asked.

    Attributes
    ----------
    portfolio
        n positions.
    history
        Their returns (t, n), the dates and the benchmark.
    stand_ins
        Series on the same dates that may stand for assets.
    windows
        Event id to the window of a replay.
    events
        Moves of the factors in those events.
    factor_histories
        Factor to daily changes (t,) on the same dates: simple returns for equity, oil, usd and emerging, differences
        in percentage points for rates, slope, credit and ig, in points for volatility. Only what is stored.
    regulatory
        Set id to figures.
    bonds, currencies, base_currency
        As for `exposures`.
    markets
        Volumes, spreads and volatilities of the positions.
    garch
        Asset to volatility parameters, for filtered simulation.
    benchmark_beta
        Of the benchmark to shares, None without one.
    seed
        Of everything random.
    levels
        Last stored levels of "volatility" (points) and "ig" (percentage points), where a scenario states a level.
    portfolio_garch
        Volatility parameters of the whole portfolio at today's weights: filtered simulation then draws the portfolio's
        own surprises, as the report on risk does. None: it draws those of all positions together.

    """

    portfolio: StressedPortfolio
    history: History
    stand_ins: StandIns
    windows: Mapping[str, Window]
    events: EventMoves
    markets: Markets
    factor_histories: Mapping[str, Vector] = field(default_factory=dict)
    regulatory: Mapping[str, RegulatoryFigures] = field(default_factory=dict)
    bonds: Mapping[str, BondTerms] = field(default_factory=dict)
    currencies: Mapping[str, str] = field(default_factory=dict)
    base_currency: str = "USD"
    garch: Mapping[str, GarchParameters] = field(default_factory=dict)
    benchmark_beta: float | None = None
    seed: int = 7
    levels: Mapping[str, float] = field(default_factory=dict)
    portfolio_garch: GarchParameters | None = None

    @cached_property
    def replayer(self) -> Replayer:
        """Return what replays events on this portfolio."""
        return Replayer(self.portfolio, self.history, self.stand_ins, self.seed)

    @cached_property
    def model(self) -> FactorModel:
        """Return how factors move together."""
        lengths = [window.sessions_count for window in self.windows.values()]
        typical = int(np.median(lengths)) if lengths else 40
        return factor_model(self.events, self.factor_histories, sessions_count=typical)

    @cached_property
    def reactions(self) -> Exposures:
        """Return the positions' reactions to every factor."""
        return exposures(
            self.portfolio,
            self.history.returns_frac,
            self.factor_histories,
            tuple(FACTORS),
            bonds=self.bonds,
            currencies=self.currencies,
            base_currency=self.base_currency,
        )
