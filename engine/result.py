"""What does an optimization answer? The one definition that screen, API, exports and stored runs share."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from engine.compliance.kept import WithinRules
from engine.diagnosis import Diagnosis, GivenWay
from engine.kernel.frozen import FrozenResult
from engine.kernel.status import SolveStatus


class WeightLine(FrozenResult):
    """One asset of the answer; trade = weight - current. `is_sample`: its history was invented (set by the house).

    `risk_contribution_frac` is its share w_i (Σw)_i / wᵀΣw of the variance: all sum to 1, a hedge is negative.
    """

    asset: str
    weight_frac: float
    current_frac: float | None = None
    trade_frac: float | None = None
    risk_contribution_frac: float | None = None
    sector: str | None = None
    is_sample: bool = False


class Metrics(FrozenResult):
    """What a portfolio is expected to do. VaR and CVaR are for one day, as fraction of the capital, positive = loss."""

    return_annual_frac: float
    volatility_annual_frac: float
    sharpe: float | None
    var_95_1d_frac: float
    var_99_1d_frac: float
    cvar_95_1d_frac: float
    cvar_99_1d_frac: float
    var_method: Literal["historical", "normal"]
    var_note: str
    max_drawdown_frac: float | None
    max_drawdown_note: str


class FrontierPoint(FrozenResult):
    """One efficient portfolio; weights in the order of the result's assets."""

    return_annual_frac: float
    volatility_annual_frac: float
    weights_frac: tuple[float, ...]


class AssetPoint(FrozenResult):
    """One asset on its own."""

    asset: str
    return_annual_frac: float
    volatility_annual_frac: float


class Frontier(FrozenResult):
    """Efficient portfolios from the least risk to the highest return."""

    points: tuple[FrontierPoint, ...]
    asset_points: tuple[AssetPoint, ...]
    note: str


class LimitLine(FrozenResult):
    """One limit at the answer. Slack is the distance to the nearer side; binding means none is left.

    `price` is the change of the goal's figure (volatility, Sharpe ratio, expected return, ...) for each unit by which
    the binding side moves up: 0.01 of it for one percentage point. It is 0 for a limit that does not bind and None
    where no price exists, as in a search over whole positions. For the kind ``holdings_count`` the figures are counts.

    A soft limit that gave way stands with the sides that were asked for: `gave_way_frac` says by how much it was
    loosened, and the slack, measured from what was asked for, may lie below zero by that much.
    """

    name: str
    kind: str
    scope: str
    value_frac: float
    min_frac: float | None
    max_frac: float | None
    slack_frac: float
    is_binding: bool
    price: float | None = None
    gave_way_frac: float | None = None


class CostLine(FrozenResult):
    """What it costs to trade to the answer: once, and spread over the time it is kept, as fractions of the capital."""

    once_frac: float
    annual_frac: float
    turnover_frac: float
    holding_period_days: int
    note: str


class LotLine(FrozenResult):
    """Whole lots of one asset; negative for shorts."""

    asset: str
    lots_count: int
    shares_count: float
    weight_frac: float


class Lots(FrozenResult):
    """The last step to whole lots, beside the exact weights; `is_inside` says whether every limit still holds."""

    lines: tuple[LotLine, ...]
    cash_frac: float
    cash_money: float | None
    tracking_error_annual_frac: float
    is_inside: bool
    note: str


class KktResiduals(FrozenResult):
    """How far the answer is from meeting the optimality conditions; free of scale, 0 is exact."""

    stationarity: float
    primal: float
    dual: float
    complementarity: float

    @property
    def worst(self) -> float:
        """The largest of the four."""
        return max(self.stationarity, self.primal, self.dual, self.complementarity)


class Certificate(FrozenResult):
    """The proof that comes with an answer."""

    is_proven: bool
    limits: tuple[LimitLine, ...]
    kkt: KktResiduals | None
    gap_frac: float | None
    solver: str
    solver_chain: tuple[str, ...]
    iterations_count: int | None
    weight_sum_frac: float


class Lineage(FrozenResult):
    """From what the answer was computed."""

    engine_version: str
    request_sha256: str | None
    data: dict[str, Any] | None
    as_of: date | None
    observations_count: int | None
    window_start: date | None
    window_end: date | None


class GoalFigure(FrozenResult):
    """What was minimized where it is none of the metrics: its name, its value, and per what (`a day`, or nothing)."""

    name: str
    value_frac: float
    unit: str


class OptimizationResult(FrozenResult):
    """An optimization's whole answer, stored as JSON.

    `diagnosis` says why no portfolio is possible and what would help; `given_way` which soft limits had to be let go;
    `compliance` what became of the portfolio's rules, where they were to be kept.
    """

    schema_version: Literal[1] = 1
    status: SolveStatus
    message: str
    advice: str | None = None
    notes: tuple[str, ...] = ()
    weights: tuple[WeightLine, ...] = ()
    metrics: Metrics | None = None
    current_metrics: Metrics | None = None
    goal_figure: GoalFigure | None = None
    frontier: Frontier | None = None
    certificate: Certificate | None = None
    costs: CostLine | None = None
    lots: Lots | None = None
    given_way: tuple[GivenWay, ...] = ()
    diagnosis: Diagnosis | None = None
    compliance: WithinRules | None = None
    lineage: Lineage
    elapsed_ms: dict[str, float]
