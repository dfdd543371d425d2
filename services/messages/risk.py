"""What is asked and told about the risk of a portfolio?

All losses are positive fractions of the net value; returns are simple daily ones in the base currency. None means that
a figure does not exist here, and a note says why.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from engine.backtests.result import BacktestReport
from engine.concentration.result import ConcentrationResult
from engine.decompose.result import DecompositionResult, FactorRiskResult
from engine.dependence.result import BenchmarkDependence, CorrelationMap, RollingDependence
from engine.liquidity.result import LiquidityResult
from engine.performance.result import DrawdownTable
from engine.tails.result import TailMethod, TailReport
from services.messages.exact import Exact
from services.messages.factor_sets import FactorSetNames
from services.messages.frozen import Message

LimitLight = Literal["green", "amber", "red", "grey"]
LimitSide = Literal["max", "min"]
NARROWEST_FRAC = 0.01
VALUE_AT_RISK = "Value at risk"
"""How the note begins that says why there are no losses."""


class RiskRequest(Message):
    """Of which portfolio, on which day, and how its positions would be sold."""

    portfolio_id: str = Field(min_length=1, max_length=64)
    as_of: date | None = Field(
        default=None, description="Holdings, closes and rates of this day; the latest when null."
    )
    participation_frac: Annotated[float, Field(ge=NARROWEST_FRAC, le=1.0)] = 0.20
    factor_sets: FactorSetNames = Field(
        default=(), description="Sets of factors that the house brought; an index and listed funds when empty."
    )


class BacktestsRequest(Message):
    """Of which portfolio the forecasts are to be held against what came."""

    portfolio_id: str = Field(min_length=1, max_length=64)


class LossFigure(Message):
    """Value at risk and expected shortfall by the method that leads, as fractions and in the base currency.

    The interval is at the report's confidence; where it is null, none is known.
    """

    level_frac: float
    horizon_days: int
    var_frac: float | None
    var_ccy: Exact | None
    var_lower_frac: float | None
    var_upper_frac: float | None
    es_frac: float | None
    es_ccy: Exact | None
    es_lower_frac: float | None
    es_upper_frac: float | None
    reason: str | None = None


class RiskHeadline(Message):
    """The figures that a manager looks at first."""

    volatility_annual_frac: float | None
    volatility_lower_frac: float | None = None
    volatility_upper_frac: float | None = None
    volatility_forecast_annual_frac: float | None
    method: TailMethod
    method_label: str
    method_reason: str
    confidence_frac: float
    losses: tuple[LossFigure, ...]
    sentence: str


class RiskHistory(Message):
    """What today's weights would have returned, day by day, and how far below their peak that stood.

    `underwater_frac` is empty where a day would have taken more than everything.
    """

    dates: tuple[date, ...]
    returns_frac: tuple[float, ...]
    underwater_frac: tuple[float, ...]


class BenchmarkRisk(Message):
    """How the portfolio moves, over time and with its benchmark, where it has one.

    `rolling_dates` are the days on which the rolling figures end.
    """

    name: str | None
    dependence: BenchmarkDependence | None
    rolling_dates: tuple[date, ...] = ()
    rolling: RollingDependence | None = None


class RiskReport(Message):
    """Everything about the risk of one portfolio on one day.

    A section that cannot be computed is null, and `notes` says why. `decompositions` are one a level, per day;
    `factors` come from the sets named in `factor_sets`, or from listed funds where it is empty, `statistical_factors`
    from the assets' own returns; the active ones explain the difference to the benchmark. `metrics` are the figures
    that limits are put on, by name; those in `unbounded` are beyond every number. `is_historical` tells that data end
    some days before today; `stale_assets` have no new close although others do, and those among `outdated_assets` for
    more than five sessions: no limit is judged then. `groups` tells the sector, country, currency and issuer of each
    holding by its name, "Not known" where nobody knows.
    """

    portfolio_id: str
    name: str
    base_currency: str
    value_ccy: Exact
    as_of: date
    made_at_utc: datetime
    engine_version: str
    is_historical: bool
    stale_assets: tuple[str, ...]
    outdated_assets: tuple[str, ...] = ()
    observations_count: int
    window_count: int
    filter_window_count: int
    headline: RiskHeadline | None = None
    tails: TailReport | None = None
    history: RiskHistory | None = None
    drawdowns: DrawdownTable | None = None
    benchmark: BenchmarkRisk | None = None
    decompositions: tuple[DecompositionResult, ...] = ()
    active: DecompositionResult | None = None
    factors: FactorRiskResult | None = None
    statistical_factors: FactorRiskResult | None = None
    active_factors: FactorRiskResult | None = None
    active_statistical_factors: FactorRiskResult | None = None
    factor_sets: tuple[str, ...] = ()
    concentration: ConcentrationResult | None = None
    liquidity: LiquidityResult | None = None
    correlations: CorrelationMap | None = None
    metrics: dict[str, float | None] = Field(default_factory=dict)
    unbounded: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    lineage: dict[str, Any] = Field(default_factory=dict)
    groups: dict[str, dict[str, str]] = Field(default_factory=dict)

    def lead(self) -> str:
        """Return the sentence that comes first: what may be lost, or why that is not known."""
        if self.headline is not None:
            return self.headline.sentence
        begin = f"{VALUE_AT_RISK}: "
        why = next((one.removeprefix(begin) for one in self.notes if one.startswith(begin)), None)
        return "Nothing is held that carries risk." if why is None else f"{why[:1].upper()}{why[1:]}"


class RiskMetric(Message):
    """A figure that a limit can be put on."""

    name: str
    label: str
    unit: str
    direction: LimitSide
    directions: tuple[LimitSide, ...]
    explain: str


class RiskLimitInput(Message):
    """One limit as it is set: a figure may not exceed (`max`) or fall below (`min`) a value in its unit.

    A warning begins once `amber_use_frac` of the limit is used.
    """

    metric: str = Field(min_length=1, max_length=60)
    value: Annotated[float, Field(gt=0.0, le=1e6)]
    direction: LimitSide = "max"
    is_hard: bool = True
    amber_use_frac: Annotated[float, Field(ge=0.05, lt=1.0)] = 0.80


class RiskLimitsInput(Message):
    """All limits of a portfolio; what is not named is taken away."""

    limits: tuple[RiskLimitInput, ...] = Field(max_length=50)


class RiskLimitView(Message):
    """One limit with how it stands.

    `state` is green, amber, red, or grey where the figure is not known or rests on stale data; `word` says it. A state
    is left only once the use has clearly fallen (`is_held` tells that the use alone would give a better one).
    `constraint` tells whether an optimization can be held to the limit, `constraint_reason` why not.
    """

    id: str
    metric: str
    label: str
    explain: str
    unit: str
    value: float
    direction: LimitSide
    is_hard: bool
    amber_use_frac: float
    measured: float | None
    use_frac: float | None
    state: LimitLight
    word: str
    sentence: str
    is_held: bool
    state_since_utc: datetime | None
    set_by: str | None
    set_at_utc: datetime
    has_constraint: bool
    constraint_reason: str | None = None


class RiskLimits(Message):
    """The limits of a portfolio, and on which figures more can be put."""

    portfolio_id: str
    row_version: int
    limits: tuple[RiskLimitView, ...]
    metrics: tuple[RiskMetric, ...]


class LimitConstraint(Message):
    """The constraints with which an optimization keeps a limit, as they stand in `constraints` of its request.

    `is_same` tells that the optimizer's measure is the limit's under `estimates`, the parts of the request's
    `estimates` that make it so or come closest; null where they make no difference. `note` says what differs.
    `optimize_link` opens the wizard with the portfolio and these constraints.
    """

    limit_id: str
    metric: str
    constraints: tuple[dict[str, Any], ...]
    is_same: bool
    sentence: str
    note: str
    estimates: dict[str, Any] | None = None
    optimize_link: str


class RiskAnswer(Message):
    """A report with the limits as they stand now, or why there is no report yet.

    `state` is ready, working or failed. While it is working, `report` may be that of earlier data: then `is_current` is
    false.
    """

    state: Literal["ready", "working", "failed"]
    is_current: bool
    computed_at_utc: datetime | None
    elapsed_ms: float | None
    data_version: str
    code: str | None = None
    message: str | None = None
    advice: str | None = None
    retry_after_s: int = 1
    report: RiskReport | None = None
    limits: tuple[RiskLimitView, ...] = ()


class BacktestSeries(Message):
    """The forecasts of one method at one level and what came: one entry a day, on the day of the return."""

    method: str
    level_frac: float
    dates: tuple[date, ...]
    returns_frac: tuple[float, ...]
    var_frac: tuple[float, ...]
    es_frac: tuple[float | None, ...]


class BacktestRow(Message):
    """How one method's forecasts held at one level, each over so many days."""

    label: str
    horizon_days: int = 1
    report: BacktestReport
    series: BacktestSeries


class RiskBacktests(Message):
    """Forecasts against outcomes, two kinds that are never mixed.

    `stored` holds what was really forecast, a row a day that is never rewritten, against what the portfolio returned.
    `walk_forward` asks what each method would have said of today's weights on every day of the past, from what was
    known the day before. `stored_stretches` holds forecasts over ten days against what came over these ten, of
    stretches that share no day: overlapping ones would be counted ten times over. `stored_needed_count` days are needed
    before stored forecasts say much.
    """

    portfolio_id: str
    as_of: date
    stored: tuple[BacktestRow, ...]
    stored_days_count: int
    stored_needed_count: int
    stored_stretches: tuple[BacktestRow, ...] = ()
    walk_forward: tuple[BacktestRow, ...]
    notes: tuple[str, ...]


class BacktestsAnswer(Message):
    """The back-tests, or why there are none yet; see `RiskAnswer`."""

    state: Literal["ready", "working", "failed"]
    is_current: bool
    computed_at_utc: datetime | None
    elapsed_ms: float | None
    data_version: str
    code: str | None = None
    message: str | None = None
    advice: str | None = None
    retry_after_s: int = 1
    backtests: RiskBacktests | None = None
