"""In which shapes are the questions beyond single scenarios asked: chance, correlation, redemptions, reverse, repair?

Losses and levels are positive fractions, impacts signed ones; results are the engine's own (`docs/maths/stress.md`).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from engine.kernel.units import fraction
from engine.stress.result_answers import RepairResult, ReverseResult
from engine.stress.result_tails import CorrelationResult, MonteCarloResult, RedemptionResult
from services.messages.exact import Exact
from services.messages.frozen import Message
from services.messages.stress_report import AskedScenario, ScenarioId

Days = Annotated[int, Field(ge=1, le=252)]
Seed = Annotated[int, Field(ge=0, le=2**31 - 1)]
Loss = Annotated[float, *fraction(0.0, 1.0, is_low_open=True)]
Method = Literal["t_copula", "multivariate_t", "normal", "filtered", "block_bootstrap", "regimes"]
REPAIRED_MAX_COUNT = 60
HedgeKind = Literal["index", "treasury", "gold"]
Hedges = Annotated[tuple[HedgeKind, ...], Field(max_length=3)]
HEDGES: tuple[HedgeKind, ...] = ("index", "treasury", "gold")
Breakdown = Literal["toward_one", "hedges_fail"]


class MonteCarloWish(Message):
    """How often would which loss come, if returns were drawn by chance.

    `drift`: "none" leaves the mean of the history out, "history" lets it go on.
    """

    method: Method = "t_copula"
    drift: Literal["none", "history"] = "none"
    scenarios_count: Annotated[int, Field(ge=1000, le=200_000)] = 100_000
    paths_count: Annotated[int, Field(ge=100, le=10_000)] = 2_000
    horizon_days: Days = 10
    seed: Seed = 7


class CorrelationWish(Message):
    """What if diversification failed: `strength_frac` of the way to one correlation among all that is risky."""

    breakdown: Breakdown = "toward_one"
    strength_frac: Annotated[float, *fraction(0.0, 1.0)] = 0.5
    stressed_correlation: Annotated[float, *fraction(0.0, 1.0)] = 0.9
    volatilities_scaled_by: Annotated[float, Field(gt=0.0, le=5.0)] = 1.0
    horizon_days: Days = 10


class LiquidityWish(Message):
    """Can a redemption be paid when volumes fall and spreads widen."""

    redemption_frac: Loss = 0.2
    days_count: Annotated[int, Field(ge=1, le=60)] = 5
    participation_frac: Loss = 0.2
    volume_scale: Annotated[float, Field(gt=0.0, le=2.0)] = 0.5
    spread_scale: Annotated[float, Field(ge=1.0, le=20.0)] = 3.0


class ReverseWish(Message):
    """Which most plausible moves lose at least so much: of factors, or of the holdings over some sessions."""

    loss_frac: Annotated[float, *fraction(0.001, 1.0)] = 0.2
    basis: Literal["factors", "assets"] = "factors"
    horizon_days: Days = 21


class StressRepairWish(Message):
    """Which smallest trades keep every named scenario within a loss; all past events where none is named.

    `has_hedge` lets hedges be added, those of `hedges`: the index sold short as an overlay, a fund of government bonds
    or of gold bought. `turnover_max_frac` is what is traded one way: half of all trades, cash included, and the whole
    of futures.
    """

    scenarios: Annotated[tuple[ScenarioId, ...], Field(max_length=REPAIRED_MAX_COUNT)] = ()
    max_loss_frac: Loss = 0.25
    turnover_max_frac: Annotated[float, *fraction(0.0, 2.0)] = 0.1
    has_hedge: bool = True
    hedges: Hedges = HEDGES


class HouseRules(Message):
    """Limits of a portfolio that a repair keeps; None is no limit."""

    position_max_frac: float | None = None
    sector_max_frac: float | None = None
    gross_max_frac: float | None = None
    cash_min_frac: float | None = None
    cash_max_frac: float | None = None


class RepairOrder(Message):
    """A repair as it goes to a worker: scenarios with all that they suppose, and the rules to keep."""

    scenarios: tuple[AskedScenario, ...]
    max_loss_frac: Loss
    turnover_max_frac: float
    has_hedge: bool
    hedges: Hedges = HEDGES
    rules: HouseRules


AnyWish = MonteCarloWish | CorrelationWish | LiquidityWish | ReverseWish | RepairOrder


class QuestionRequest(Message):
    """One question about one portfolio; exactly one of the fields beside the portfolio is set."""

    portfolio_id: str
    monte_carlo: MonteCarloWish | None = None
    correlation: CorrelationWish | None = None
    liquidity: LiquidityWish | None = None
    reverse: ReverseWish | None = None
    repair: RepairOrder | None = None

    @property
    def wish(self) -> AnyWish:
        """Return the question."""
        found = (self.monte_carlo, self.correlation, self.liquidity, self.reverse, self.repair)
        return next(one for one in found if one is not None)


class _Answer(Message):
    """What every answer says of the portfolio and of its own making."""

    portfolio_id: str
    name: str
    base_currency: str
    value_ccy: Exact
    as_of: date
    notes: tuple[str, ...] = ()
    is_sample: bool = False
    lineage: Annotated[dict[str, Any], Field(default_factory=dict)]
    computed_at_utc: datetime | None = None
    elapsed_ms: float | None = None
    is_current: bool = True


class MonteCarloReport(_Answer):
    """The distribution of returns by simulation."""

    result: MonteCarloResult


class CorrelationReport(_Answer):
    """Risk as correlations go to a stressed matrix."""

    result: CorrelationResult


class LiquidityReport(_Answer):
    """How a redemption is paid."""

    result: RedemptionResult


class ReverseReport(_Answer):
    """The most plausible scenario of a loss."""

    result: ReverseResult


class RuleCheck(Message):
    """One rule of the house: its name, the largest use of it before and after a repair, the limit, whether it holds."""

    name: str
    before_frac: float
    value_frac: float
    limit_frac: float
    holds: bool


class HedgeOffer(Message):
    """One instrument that a repair may add: what it is, or in `why` the reason that it cannot be used.

    `name` is that of its trades. `cost_frac` is the one-time cost of a trade over its size; None where it is not
    offered.
    """

    kind: HedgeKind
    name: str
    is_offered: bool
    why: str
    cost_frac: float | None = None


class RepairReport(_Answer):
    """Three ways of repair; `rules` has the house's limits after each, in the same order.

    `hedges` lists what may be added and what may not, with the reason; `expected_return_source` says in one sentence
    what changes of the expected return rest on, or why they are absent; `scenario_ids` are those of the library, in the
    order of each way's losses.
    """

    result: RepairResult
    rules: tuple[tuple[RuleCheck, ...], ...]
    hedges: tuple[HedgeOffer, ...] = ()
    expected_return_source: str = ""
    scenario_ids: tuple[str, ...] = ()
