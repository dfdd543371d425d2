"""Into which small linear and quadratic forms do limits, objectives and estimates compile?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.kernel.estimates import Estimates as Estimates
from engine.kernel.estimates import FactorForm as FactorForm
from engine.kernel.estimates import Matrix as Matrix
from engine.kernel.estimates import Vector as Vector


@dataclass(frozen=True, slots=True)
class Universe:
    """The assets a request is about, in order, with what is known of each.

    Arrays have shape (n,) in the order of the assets; NaN means not known, and a limit that needs an unknown figure
    says so. Nothing is filled in silently.

    Attributes
    ----------
    assets
        Names, unique.
    sectors
        Sector of each asset that has one; the dimension "sector" of `groups` is the same.
    current_weights_frac
        Weights now held, or None when no current holdings were given.
    groups
        Dimension (``"country"``, ``"currency"``, ``"asset_class"``, or one of the user's own) to asset to group. A
        group inside another is written with a slash, as in ``"Equity/Emerging"``: a limit on ``"Equity"`` covers it
        too.
    benchmark_weights_frac
        Weights of the benchmark's constituents among the assets, or None when there is no benchmark.
    benchmark_outside_frac
        Share of the benchmark that lies in assets outside the universe.
    benchmark_name
        Of a benchmark that was chosen, so that one whose weights nobody knows is not told as none.
    esg_scores
        Scores of any scale, or None.
    is_esg_higher_better
        Direction of the scores.
    factor_exposures
        Factor to exposures.
    betas
        Betas to the benchmark, or None.
    prices_money, lot_sizes_shares
        Price of one share in the currency of the capital and shares per lot, or None.
    capital_money
        Value of the whole portfolio, or None.
    spreads_frac
        Full bid-ask spread as a fraction of the price, or None.
    daily_volumes_money
        Average daily traded value, or None.

    """

    assets: tuple[str, ...]
    sectors: Mapping[str, str] = field(default_factory=dict)
    current_weights_frac: Vector | None = None
    groups: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    benchmark_weights_frac: Vector | None = None
    benchmark_outside_frac: float = 0.0
    benchmark_name: str | None = None
    esg_scores: Vector | None = None
    is_esg_higher_better: bool = True
    factor_exposures: Mapping[str, Vector] = field(default_factory=dict)
    betas: Vector | None = None
    prices_money: Vector | None = None
    lot_sizes_shares: Vector | None = None
    capital_money: float | None = None
    spreads_frac: Vector | None = None
    daily_volumes_money: Vector | None = None

    @property
    def count(self) -> int:
        """Number of assets."""
        return len(self.assets)

    def group_of(self, dimension: str) -> Mapping[str, str]:
        """Return asset to group in a dimension."""
        return self.sectors if dimension == "sector" else self.groups.get(dimension, {})

    def members_of(self, group: str, dimension: str = "sector") -> NDArray[np.bool_]:
        """Return a mask, shape (n,), of the assets in that group or in a group inside it."""
        known = self.group_of(dimension)
        inside = group + "/"
        names = (known.get(asset, "") for asset in self.assets)
        return np.array([name == group or name.startswith(inside) for name in names], dtype=bool)


# In every part that a limit contributes, `source` is the place of that limit among the request's limits; -1 is none.


@dataclass(frozen=True, slots=True)
class Box:
    """Position bounds for some assets: from `min_frac` to `max_frac` long, up to `short_max_frac` short.

    `short_max_frac` None means: where shorts are allowed, as much short as long.
    """

    mask: NDArray[np.bool_]
    min_frac: float
    max_frac: float
    short_max_frac: float | None
    source: int = -1


@dataclass(frozen=True, slots=True)
class Row:
    """A linear limit ``lower <= coefficients @ w <= upper`` on weights w of shape (n,).

    With `average`, a side m of an average over what is invested, the coefficients are figures less m and the side is 0:
    Σ (s_i - m) w_i ≥ 0 says Σ s_i w_i / Σ w_i ≥ m whatever the weights sum to.
    """

    name: str
    kind: str
    scope: str
    coefficients: Vector
    lower_frac: float
    upper_frac: float
    source: int = -1
    average: float | None = None


@dataclass(frozen=True, slots=True)
class Minimum:
    """Zero, or at least `min_frac` in size, for the masked assets."""

    mask: NDArray[np.bool_]
    min_frac: float
    source: int = -1


@dataclass(frozen=True, slots=True)
class ShortBudget:
    """Limits on the sum of absolute weights and on the sum of short weights; None means no such limit."""

    gross_max_frac: float | None
    short_max_frac: float | None


@dataclass(frozen=True, slots=True)
class Span:
    """Bounds ``lower_frac <= w <= upper_frac``, shape (n,) each, that hold besides the boxes; sides may be infinite.

    Unlike a `Box`, which a later box replaces, every span narrows what is left. `name` says whose it is; where
    `is_distance`, it is what the bounds are measured from.
    """

    name: str
    lower_frac: Vector
    upper_frac: Vector
    source: int = -1
    is_distance: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """w_i = center_i, or at least `min_frac` away from it, for the masked assets (a trade that is worth making)."""

    mask: NDArray[np.bool_]
    center_frac: Vector
    min_frac: float
    source: int = -1


@dataclass(frozen=True, slots=True)
class AbsoluteRow:
    """Σ coefficients_i |w_i - center_i| ≤ upper_frac, with coefficients ≥ 0, shape (n,); turnover is one."""

    name: str
    kind: str
    scope: str
    coefficients: Vector
    center_frac: Vector
    upper_frac: float
    source: int = -1


@dataclass(frozen=True, slots=True)
class RiskLimit:
    """√((w - center)ᵀ Σ (w - center)) ≤ upper_annual_frac: a volatility ceiling (center 0) or a tracking error."""

    name: str
    kind: str
    scope: str
    center_frac: Vector
    upper_annual_frac: float
    source: int = -1


TailKind = Literal["cvar", "cdar", "max_drawdown", "semi_deviation"]


@dataclass(frozen=True, slots=True)
class TailLimit:
    """A ceiling on a tail measure of the history's returns at constant weights, as a positive loss.

    ``cvar``: mean of the worst (1 - level) of the one-period losses. ``cdar``: mean of the worst (1 - level) of the
    drawdowns of cumulative uncompounded returns. ``max_drawdown``: the deepest of those (level unused).
    """

    name: str
    kind: str
    scope: str
    tail: TailKind
    level: float
    upper_frac: float
    source: int = -1


@dataclass(frozen=True, slots=True)
class CountLimit:
    """At most `max_count`, and at least `min_count`, assets have a weight other than zero."""

    max_count: int | None
    min_count: int | None = None


@dataclass(frozen=True, slots=True)
class LotRule:
    """The last step rounds trades to whole lots and shows the cash that is left."""


@dataclass(frozen=True, slots=True)
class LimitParts:
    """What one limit contributes to the whole."""

    boxes: tuple[Box, ...] = ()
    spans: tuple[Span, ...] = ()
    gaps: tuple[Gap, ...] = ()
    rows: tuple[Row, ...] = ()
    absolute_rows: tuple[AbsoluteRow, ...] = ()
    risks: tuple[RiskLimit, ...] = ()
    tails: tuple[TailLimit, ...] = ()
    minimums: tuple[Minimum, ...] = ()
    count: CountLimit | None = None
    lots: LotRule | None = None
    short_budget: ShortBudget | None = None
    net_frac: float | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TradingCosts:
    """What it costs to trade from weights now held, spread over the time the portfolio is kept.

    A trade z_i = w_i - center_i costs rates_i |z_i| + impacts_i |z_i|^1.5 a year, as fractions of the capital; shape
    (n,) each. The three-halves power is the square-root law of market impact (Almgren and others 2005).
    """

    center_frac: Vector
    rates_annual_frac: Vector
    impacts_annual_frac: Vector

    def annual_frac(self, weights_frac: Vector) -> float:
        """Return the cost of trading to these weights, as a fraction of the capital a year."""
        size = np.abs(weights_frac - self.center_frac)
        return float(self.rates_annual_frac @ size + self.impacts_annual_frac @ size**1.5)

    @property
    def has_impact(self) -> bool:
        """Whether any cost grows faster than the trade."""
        return bool((self.impacts_annual_frac > 0.0).any())


@dataclass(frozen=True, slots=True)
class VarianceGoal:
    """Minimize variance; with a floor, among portfolios whose annual return is at least that."""

    return_min_annual_frac: float | None = None


@dataclass(frozen=True, slots=True)
class RatioGoal:
    """Maximize (annual return - risk-free rate) / annual volatility."""


@dataclass(frozen=True, slots=True)
class ReturnGoal:
    """Maximize annual return while annual volatility stays at or under a ceiling."""

    volatility_max_annual_frac: float


@dataclass(frozen=True, slots=True)
class UtilityGoal:
    """Maximize μᵀw - (risk_aversion / 2) wᵀΣw, annual."""

    risk_aversion: float


@dataclass(frozen=True, slots=True)
class ActiveRiskGoal:
    """Minimize √((w - b)ᵀΣ(w - b)) against benchmark weights b; with a floor on the annual return."""

    return_min_annual_frac: float | None = None


@dataclass(frozen=True, slots=True)
class DiversificationGoal:
    """Maximize σᵀw / √(wᵀΣw), with σ the volatilities of the assets."""


@dataclass(frozen=True, slots=True)
class RobustGoal:
    """Maximize the worst case of μᵀw over ‖Σ_μ^{-1/2}(μ - μ̂)‖ ≤ uncertainty, less (risk_aversion / 2) wᵀΣw.

    Σ_μ is the covariance of the estimated mean, Σ / years: the worst case is μ̂ᵀw - uncertainty √(wᵀΣw / years).
    """

    uncertainty: float
    risk_aversion: float


@dataclass(frozen=True, slots=True)
class TailGoal:
    """Minimize a tail measure of the history at constant weights; with a floor on the annual return."""

    tail: TailKind
    level: float = 0.95
    return_min_annual_frac: float | None = None


@dataclass(frozen=True, slots=True)
class RiskBudgetGoal:
    """Every asset (or group, by its members' equal shares) contributes its budgeted share of the risk.

    `budgets` maps assets to shares of at least zero; empty means equal shares.
    """

    budgets: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RuleGoal:
    """A portfolio by a rule that optimizes nothing; where limits forbid it, the nearest portfolio that keeps them."""

    rule: Literal["equal_weight", "inverse_volatility", "hierarchical_risk_parity"]


Goal = (
    VarianceGoal
    | RatioGoal
    | ReturnGoal
    | UtilityGoal
    | ActiveRiskGoal
    | DiversificationGoal
    | RobustGoal
    | TailGoal
    | RiskBudgetGoal
    | RuleGoal
)
