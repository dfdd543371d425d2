"""What is an explanation: the balance behind each weight, the price of each limit, the way from the free portfolio?"""

from __future__ import annotations

from typing import Literal

from engine.kernel.frozen import FrozenResult
from engine.kernel.status import SolveStatus
from engine.result import Lineage

Unit = Literal["annual_return", "marginal_volatility", "own_volatility"]


class LimitTerm(FrozenResult):
    """What a binding limit adds to an asset's balance, in the explanation's unit; positive pulls the weight up."""

    name: str
    kind: str
    amount: float


class WeightTerms(FrozenResult):
    """Why an asset has its weight: terms that sum to zero; positive ones pull the weight up, negative ones down.

    `reward` is the expected annual return above cash, `risk` what its risk beside the others' takes off, `costs` the
    cost of the last unit traded, `limits` one term for each limit that binds it, `bound` its own bound. For an asset
    that is not held, `bound` is what it lacks. `residual` is the sum of all.
    """

    asset: str
    weight_frac: float
    reward: float
    risk: float
    costs: float
    limits: tuple[LimitTerm, ...]
    bound: float
    residual: float
    sentence: str


class RequiredReturn(FrozenResult):
    """The expected annual return at which the same recipe gives an asset a weight.

    `reached_frac` is the weight when the request is solved again with `return_annual_frac` (None where no return does
    it, and `limits` then names what stands in the way).
    """

    asset: str
    weight_frac: float
    now_frac: float
    return_now_annual_frac: float
    return_annual_frac: float | None = None
    reached_frac: float | None = None
    limits: tuple[str, ...] = ()
    solves_count: int = 0
    sentence: str


class LimitPrice(FrozenResult):
    """What one binding limit costs.

    `price` is the change of the goal's figure for each unit by which `side` moves up, `return_price` the same in
    expected annual return (None where return has no part). The same limits bind, and the price is the derivative of one
    smooth curve, while the side lies between `holds_from` and `holds_to` (None: without end on that side), where
    `has_range`. `figure_gain` is by how much the figure improves when the side moves to `step_side`, solved and not
    extrapolated; `figure_cost` by how much it would without the limit. Both are None where that takes solving again
    for more than 100 assets or 20 limits, or for another choice of whole positions. `figure_cost` of a floor on weights
    keeps their caps; it is None where a weight has no cap below the budget: it could be sold short without end.
    """

    name: str
    kind: str
    scope: str
    is_upper: bool
    side: float
    price: float
    return_price: float | None
    has_range: bool
    holds_from: float | None = None
    holds_to: float | None = None
    step_side: float
    figure_gain: float | None = None
    figure_cost: float | None = None
    sentence: str


class SplitStep(FrozenResult):
    """What one limit adds to every weight, and the portfolio's figures once it is added to all before it."""

    name: str
    kind: str
    shifts_frac: tuple[float, ...]
    return_annual_frac: float
    volatility_annual_frac: float
    sharpe: float | None


class Split(FrozenResult):
    """The way from the portfolio under the budget alone to the chosen one.

    `start_frac` plus the shifts of all steps is the chosen portfolio, up to `residual_frac`. The figures along the way
    depend on the order of the steps, which is that of the limits in the request; the shifts do not.
    """

    start_frac: tuple[float, ...]
    start: SplitStep
    steps: tuple[SplitStep, ...]
    residual_frac: float
    note: str


class ExplainedRisk(FrozenResult):
    """An asset's part of the portfolio's risk measure; the parts sum to it."""

    asset: str
    marginal: float
    part_frac: float


class ExplanationResult(FrozenResult):
    """Why a request has its answer; assets in the order of `assets`. What is not available is said in `notes`.

    `figure` names what prices and gains are measured in: the goal's own figure. `risk_price` is λ, the variance that
    one unit of return is worth; None where return has no part. `terms_gap`, `ranges_gap` and `split_gap` say why there
    are no terms and prices, no ranges, no split; None where there are. They stand among `notes` as well.
    """

    schema_version: Literal[1] = 1
    status: SolveStatus
    message: str
    advice: str | None = None
    notes: tuple[str, ...] = ()
    assets: tuple[str, ...] = ()
    unit: Unit = "annual_return"
    figure: str = ""
    risk_price: float | None = None
    weights: tuple[WeightTerms, ...] = ()
    required_returns: tuple[RequiredReturn, ...] = ()
    prices: tuple[LimitPrice, ...] = ()
    split: Split | None = None
    risk_parts: tuple[ExplainedRisk, ...] = ()
    terms_gap: str | None = None
    ranges_gap: str | None = None
    split_gap: str | None = None
    lineage: Lineage | None = None
    elapsed_ms: dict[str, float]
