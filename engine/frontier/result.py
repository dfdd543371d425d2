"""What is a frontier in the answer: its corners, what lies between them, and what the limits cost along it?"""

from __future__ import annotations

from typing import Literal

from engine.compliance.along_result import RulesAlong
from engine.diagnosis import Diagnosis
from engine.kernel.frozen import FrozenResult
from engine.kernel.status import SolveStatus
from engine.result import AssetPoint, Lineage

FrontierRisk = Literal["volatility", "tracking_error", "cvar", "cdar", "max_drawdown"]
FrontierReward = Literal["return", "esg"]
FrontierHorizon = Literal["year", "period", "history"]


class FrontierCorner(FrozenResult):
    """One portfolio of the frontier; weights in the order of the frontier's assets.

    `risk_annual_frac` is what the frontier is drawn in (volatility or tracking error; the volatility where it is drawn
    in losses), `reward` what it rises in (expected annual return after proportional costs, or the average ESG score,
    which falls where lower is better). `loss_frac` is the CVaR, CDaR or maximum drawdown where the frontier is drawn in
    it: a positive loss as a fraction of the capital, over the frontier's `horizon`, never annualized; else None.
    """

    reward: float
    risk_annual_frac: float
    loss_frac: float | None = None
    return_annual_frac: float
    volatility_annual_frac: float
    weights_frac: tuple[float, ...]


class FrontierPrices(FrozenResult):
    """What one limit costs from each corner on: the change of the annual variance for each unit by which its binding
    side moves up, at unchanged reward; 0 where it does not bind. Bounds that one limit of the request sets to one value
    are one entry, of the kind position_bounds: the side moves for all its assets; bounds that bind nowhere have none.
    """

    name: str
    kind: str
    variances_annual: tuple[float, ...]


class FrontierResult(FrozenResult):
    """A whole frontier.

    Between neighbouring corners the weights are linear. At share t of the way from corner i to the next the squared
    risk is (1-t)² r_i² + 2 t (1-t) `between_variances_annual[i]` + t² r_{i+1}². Where `is_exact` is false, the corners
    are points that were solved for one by one, what lies between them is close to the frontier only, and
    `between_variances_annual` and `prices` are empty.

    Drawn in a loss (`risk` of cvar, cdar or max_drawdown) the corners are points evenly spaced in reward, each proven
    to have the least `loss_frac` for its reward, and `is_exact` is false: a mixture of two neighbours keeps every
    limit, and its loss exceeds the least by at most `between_gaps_frac`, one for each pair. `level_frac` is that of
    CVaR and CDaR; `horizon` says over what the risk is measured: a year (volatility and tracking error), one
    period of the history (CVaR), or the whole history (drawdowns). `asset_losses_frac` are the losses of the single
    assets, in their order. `rules` says how rules of compliance stand along it, where they were to be kept.
    """

    schema_version: Literal[1] = 1
    status: SolveStatus
    message: str
    advice: str | None = None
    notes: tuple[str, ...] = ()
    risk: FrontierRisk = "volatility"
    reward: FrontierReward = "return"
    horizon: FrontierHorizon = "year"
    level_frac: float | None = None
    assets: tuple[str, ...] = ()
    is_exact: bool = True
    corners: tuple[FrontierCorner, ...] = ()
    between_variances_annual: tuple[float, ...] = ()
    between_gaps_frac: tuple[float, ...] = ()
    prices: tuple[FrontierPrices, ...] = ()
    best_sharpe: FrontierCorner | None = None
    current: FrontierCorner | None = None
    asset_points: tuple[AssetPoint, ...] = ()
    asset_losses_frac: tuple[float, ...] = ()
    diagnosis: Diagnosis | None = None
    rules: RulesAlong | None = None
    lineage: Lineage
    elapsed_ms: dict[str, float]
