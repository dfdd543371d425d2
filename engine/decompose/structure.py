"""What is there to say of a portfolio's risk beside its tails: where from, how concentrated, how liquid, tied to what?

One call for a report. A part that the data do not allow is absent and a note says why; the others are there.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.concentration.measure import concentration
from engine.concentration.result import ConcentrationResult
from engine.decompose.factors import FactorReturns, factor_risk
from engine.decompose.result import DecompositionResult, FactorRiskResult
from engine.decompose.statistical import statistical_factors
from engine.decompose.total import decompose_active, decompose_at
from engine.dependence.benchmark import benchmark_dependence
from engine.dependence.correlations import correlation_map
from engine.dependence.result import BenchmarkDependence, CorrelationMap, RollingDependence
from engine.dependence.rolling import WINDOW_COUNT, rolling_dependence
from engine.kernel.errors import InputRefused
from engine.kernel.forms import Matrix, Vector
from engine.kernel.frozen import FrozenResult
from engine.liquidity.given import Bars, Holdings, LiquidityOptions
from engine.liquidity.measure import liquidity
from engine.liquidity.result import LiquidityResult

Part = TypeVar("Part")
MAP_MAX_COUNT = 60
UNKNOWN_FRAC = 1e-9
PERIODS_A_YEAR = 252.0


@dataclass(frozen=True)
class Position:
    """What a report is about: today's holdings over history.

    Attributes
    ----------
    assets
        n names.
    weights_frac, cash_weight_frac
        Shape (n,), fractions of NAV, and cash without risk.
    value_ccy
        NAV, positive.
    returns_frac
        Shape (t, n), simple returns in the portfolio's currency, rows in time order, NaN where not known.
    groups
        Dimension to n labels, None where not known.
    volumes_ccy
        Shape (n,), an ordinary day's traded value; NaN where not known, infinite for foreign cash.
    is_cash
        Shape (n,), which lines are balances in foreign currencies; None for none.
    benchmark_returns_frac, benchmark_weights_frac, benchmark_outside_frac
        As in `decompose_active`; None where not known.
    factors
        Returns of factors on the same rows; None for statistical ones alone.
    quoted_spreads_frac, quoted_series_frac, inverse_turnovers, bars
        As in `Holdings`.

    """

    assets: Sequence[str]
    weights_frac: Vector
    cash_weight_frac: float
    value_ccy: float
    returns_frac: Matrix
    groups: Mapping[str, Sequence[str | None]]
    volumes_ccy: Vector
    is_cash: NDArray[np.bool_] | None = None
    benchmark_returns_frac: Vector | None = None
    benchmark_weights_frac: Vector | None = None
    benchmark_outside_frac: float = 0.0
    factors: FactorReturns | None = None
    quoted_spreads_frac: Vector | None = None
    quoted_series_frac: Matrix | None = None
    inverse_turnovers: Vector | None = None
    bars: Bars | None = None


@dataclass(frozen=True)
class StructureOptions:
    """How the report looks at history.

    Attributes
    ----------
    levels_frac
        Confidence levels of VaR and expected shortfall; the first is that of the active and the factor tables.
    window_count
        How many of the last rows everything but the rolling figures uses; None is all.
    rolling_window_count, rolling_step_count
        Of the rolling figures.
    liquidity
        How one sells.
    var_frac, var_level_frac
        The one-day VaR to which the cost of leaving is added; None leaves that out.

    """

    levels_frac: tuple[float, ...] = (0.95,)
    window_count: int | None = None
    rolling_window_count: int = WINDOW_COUNT
    rolling_step_count: int = 5
    liquidity: LiquidityOptions = field(default_factory=LiquidityOptions)
    var_frac: float | None = None
    var_level_frac: float = 0.99


class RiskStructure(FrozenResult):
    """All parts of the report; None is a part that the data do not allow.

    Attributes
    ----------
    decompositions
        One for each level asked for.
    active
        Beside the benchmark, at the first level.
    factors, statistical_factors
        Given ones, and those found in the assets' own returns.
    active_factors, active_statistical_factors
        The same of the difference to the benchmark.
    benchmark, rolling, correlations
        Ties to the benchmark, over time, and among the assets (the 60 largest positions).
    metrics
        Figures by the names of `engine.risk_limits.metrics.METRICS`, for limits; one that is not known is absent.
    unbounded
        Metrics that are beyond every number: positions that do not trade are never sold.
    notes
        Why a part is absent.

    """

    decompositions: tuple[DecompositionResult, ...]
    active: DecompositionResult | None
    factors: FactorRiskResult | None
    statistical_factors: FactorRiskResult | None
    active_factors: FactorRiskResult | None
    active_statistical_factors: FactorRiskResult | None
    concentration: ConcentrationResult
    liquidity: LiquidityResult
    benchmark: BenchmarkDependence | None
    rolling: RollingDependence | None
    correlations: CorrelationMap | None
    metrics: dict[str, float]
    unbounded: tuple[str, ...]
    notes: tuple[str, ...]


def risk_structure(position: Position, options: StructureOptions | None = None) -> RiskStructure:
    """Return every part of the report that the data allow.

    Raises
    ------
    InputRefused
        Where shapes do not fit: then no part is right.

    """
    chosen = options or StructureOptions()
    notes: list[str] = []
    returns = np.asarray(position.returns_frac, dtype=np.float64)
    returns = np.where(np.isfinite(returns), returns, np.nan)
    start = 0 if chosen.window_count is None else max(0, len(returns) - chosen.window_count)
    recent = returns[start:]
    bench = None if position.benchmark_returns_frac is None else position.benchmark_returns_frac[start:]
    decompositions = decompose_at(
        chosen.levels_frac, recent, position.weights_frac, position.assets, groups=position.groups
    )
    holdings = Holdings(
        assets=position.assets,
        weights_frac=position.weights_frac,
        value_ccy=position.value_ccy,
        volumes_ccy=position.volumes_ccy,
        cash_weight_frac=position.cash_weight_frac,
        volatilities_frac=_deviations(recent),
        quoted_spreads_frac=position.quoted_spreads_frac,
        quoted_series_frac=position.quoted_series_frac,
        inverse_turnovers=position.inverse_turnovers,
        bars=position.bars,
    )
    held = np.flatnonzero(np.abs(position.weights_frac) > 0.0)
    parts = _Parts(position, chosen, recent, bench, start, notes, bool(held.size))
    given, found_factors = parts.given_factors(), parts.statistical_factors()
    found = RiskStructure(
        decompositions=decompositions,
        active=parts.active(),
        factors=parts.by_factor(given, "Factors"),
        statistical_factors=parts.by_factor(found_factors, "Statistical factors"),
        active_factors=parts.by_factor(given, "Active risk by factor", is_active=True),
        active_statistical_factors=parts.by_factor(found_factors, "Active risk by statistical factor", is_active=True),
        concentration=concentration(
            position.weights_frac, position.groups, position.cash_weight_frac, position.is_cash
        ),
        liquidity=liquidity(holdings, chosen.liquidity, var_frac=chosen.var_frac, var_level_frac=chosen.var_level_frac),
        benchmark=parts.benchmark(),
        rolling=parts.rolling(returns),
        correlations=parts.correlations(held),
        metrics={},
        unbounded=(),
        notes=(),
    )
    metrics, unbounded = _metrics(found, position)
    said = tuple(dict.fromkeys(notes))
    return found.model_copy(update={"metrics": metrics, "unbounded": unbounded, "notes": said})


@dataclass(frozen=True)
class _Parts:
    """The parts that may be absent, each with its reason."""

    position: Position
    options: StructureOptions
    recent: Matrix
    bench: Vector | None
    start: int
    notes: list[str]
    is_invested: bool

    def _tried(self, make: Callable[[], Part], what: str) -> Part | None:
        """Return a part, or None with a note where it is refused."""
        try:
            return make()
        except InputRefused as refusal:
            self.notes.append(f"{what}: {refusal.problems[0].message} {refusal.problems[0].advice or ''}".rstrip())
            return None

    def active(self) -> DecompositionResult | None:
        position = self.position
        if position.benchmark_returns_frac is None and position.benchmark_weights_frac is None:
            self.notes.append("Active risk: the portfolio has no benchmark whose returns are known.")
            return None
        return self._tried(
            lambda: decompose_active(
                self.recent,
                position.weights_frac,
                position.assets,
                benchmark_returns_frac=self.bench,
                benchmark_weights_frac=position.benchmark_weights_frac,
                benchmark_outside_frac=position.benchmark_outside_frac,
                groups=position.groups,
                level_frac=self.options.levels_frac[0],
            ),
            "Active risk",
        )

    def given_factors(self) -> FactorReturns | None:
        """Return the factors that were handed in, on the rows that count."""
        given = self.position.factors
        return None if given is None else replace(given, returns_frac=given.returns_frac[self.start :])

    def statistical_factors(self) -> FactorReturns | None:
        """Return factors found in the assets' own returns."""
        if not self.is_invested:
            return None
        return self._tried(lambda: statistical_factors(self.recent, self.position.assets), "Statistical factors")

    def by_factor(
        self, factors: FactorReturns | None, what: str, *, is_active: bool = False
    ) -> FactorRiskResult | None:
        """Return the risk by factor, of the whole or beside the benchmark."""
        if factors is None or not self.is_invested or (is_active and self.bench is None):
            return None
        position = self.position
        return self._tried(
            lambda: factor_risk(
                self.recent,
                position.weights_frac,
                position.assets,
                factors,
                benchmark_returns_frac=self.bench if is_active else None,
                level_frac=self.options.levels_frac[0],
            ),
            what,
        )

    def benchmark(self) -> BenchmarkDependence | None:
        if self.bench is None:
            self.notes.append("Beta: the portfolio has no benchmark whose returns are known.")
            return None
        return benchmark_dependence(_portfolio(self.recent, self.position.weights_frac), self.bench)

    def rolling(self, returns: Matrix) -> RollingDependence | None:
        if not self.is_invested:
            return None
        made = rolling_dependence(
            _portfolio(returns, self.position.weights_frac),
            self.position.benchmark_returns_frac,
            window_count=self.options.rolling_window_count,
            step_count=self.options.rolling_step_count,
        )
        if not made.places:
            self.notes.append(f"Rolling figures need {self.options.rolling_window_count} days; fewer are known.")
            return None
        return made

    def correlations(self, held: NDArray[np.intp]) -> CorrelationMap | None:
        if held.size < 2:
            self.notes.append("Correlations: there are fewer than two positions.")
            return None
        largest = held[np.argsort(-np.abs(self.position.weights_frac[held]), kind="stable")][:MAP_MAX_COUNT]
        if largest.size < held.size:
            self.notes.append(f"Correlations are those of the {MAP_MAX_COUNT} largest of {held.size} positions.")
        return correlation_map(self.recent[:, largest], [self.position.assets[place] for place in largest])


def _portfolio(returns: Matrix, weights: Vector) -> Vector:
    """Return what today's weights would have returned; NaN on days on which a held asset has no return."""
    held = np.abs(weights) > 0.0
    series: Vector = returns[:, held] @ weights[held]
    return series


def _deviations(returns: Matrix) -> Vector:
    """Return the standard deviation of each column over its known rows; NaN with fewer than two."""
    known = np.isfinite(returns)
    if known.all() and len(returns) > 1:
        return np.asarray(returns.std(axis=0, ddof=1))
    count = known.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = np.where(known, returns, 0.0).sum(axis=0) / count
        squares = np.where(known, (returns - means) ** 2, 0.0).sum(axis=0)
        deviations: Vector = np.where(count > 1, np.sqrt(squares / (count - 1)), np.nan)
    return deviations


def _metrics(found: RiskStructure, position: Position) -> tuple[dict[str, float], tuple[str, ...]]:
    """Return the figures that limits are put on, and those beyond every number."""
    first = found.decompositions[0]
    volatility = first.of("volatility")
    year = math.sqrt(PERIODS_A_YEAR)
    tracking = found.active.of("volatility") if found.active is not None else None
    liquid = found.liquidity
    values: dict[str, float | None] = {
        "volatility_annual": None if volatility is None or first.left_out else year * volatility.total_frac,
        "tracking_error_annual": None
        if tracking is None or found.active is None or found.active.left_out
        else year * tracking.total_frac,
        "beta": None if found.benchmark is None or found.benchmark.beta is None else found.benchmark.beta.value,
        "herfindahl": found.concentration.herfindahl,
        "effective_positions": found.concentration.effective_count,
        "effective_bets": first.effective_bets_count,
        "largest_position": found.concentration.largest_weight_frac,
        "largest_risk_share": None
        if volatility is None
        else max((line.share_frac for line in volatility.assets if line.share_frac is not None), default=None),
        "gross_exposure": float(np.abs(position.weights_frac).sum()),
        "illiquid_share": liquid.illiquid_share_frac if liquid.not_known_share_frac <= UNKNOWN_FRAC else None,
        "days_to_95": liquid.days_to_95,
        "stressed_days_to_95": liquid.stressed_days_to_95,
        "liquidity_var_99_1d": _costly_var(liquid),
    }
    for dimension in ("sector", "country", "currency", "issuer"):
        one = found.concentration.of(dimension)
        values[f"largest_{dimension}"] = None if one is None else one.largest_share_frac
    is_never = liquid.days_to_95 is None and liquid.not_known_share_frac <= 0.05
    unbounded = ("days_to_95", "stressed_days_to_95") if is_never else ()
    return {name: value for name, value in values.items() if value is not None}, unbounded


def _costly_var(liquid: LiquidityResult) -> float | None:
    """Return the liquidity-adjusted VaR where it is of level 99% and every spread is known, else None."""
    one = liquid.liquidity_var
    if one is None or abs(one.level_frac - 0.99) > 1e-9 or one.covered_frac < 1.0 - 1e-9:
        return None
    return one.liquidity_var_frac
