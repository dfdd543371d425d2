"""How does a certified frontier answer a move of limits: corners, losses, prices, and how far a claim lies from it?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engine.constraints.volatility_ceiling import VolatilityCeiling
from engine.frontier.result import FrontierResult
from engine.kernel.frames import ReturnsPanel
from engine.kernel.risk_free import RiskFree
from engine.kernel.units import percents
from engine.kernel.wealth import falls_from_peak
from engine.objectives.max_return import MaxReturn
from services.messages.living import LivingFrontier, LivingPrice
from services.messages.optimize import OptimizationRequest
from services.optimize_inputs import Inputs

if TYPE_CHECKING:
    from engine.compliance.movable import RulesMoved

FIXED: Mapping[str, float] = MappingProxyType({})
BLOCKERS_MAX_COUNT = 4
BUDGET = "budget"

Matrix = NDArray[np.float64]


def certified(
    request: OptimizationRequest, inputs: Inputs, rules: RulesMoved | None = None, values: Mapping[str, float] = FIXED
) -> FrontierResult:
    """Return the whole frontier of a request, found and proven by the engine.

    Parameters
    ----------
    request : OptimizationRequest
    inputs : Inputs
    rules : RulesMoved or None
        Made for this request; they are limits as well.
    values : rule id to value
        Of the rules that were moved.
    """
    import engine  # the solvers are loaded only where something is solved

    given: dict[str, Any] = {
        "panel": inputs.panel,
        "sectors": inputs.sectors,
        "current_weights_frac": inputs.current_weights_frac,
        "data_lineage": inputs.lineage,
        "facts": inputs.facts,
        "risk_free": RiskFree.not_set(),
    }
    if rules is None:
        return engine.frontier(request, **given)
    return rules.along.frontier(rules.limits(values), **given)


def answer_of(
    request: OptimizationRequest,
    found: FrontierResult,
    panel: ReturnsPanel | None,
    claimed: Sequence[Sequence[float]] = (),
    seq: int = 0,
    looser: tuple[str, ...] = (),
) -> LivingFrontier:
    """Return a frontier as the answer to a move.

    Parameters
    ----------
    request : OptimizationRequest
        With the limits as they stand.
    found : FrontierResult
        In volatility and return.
    panel : ReturnsPanel or None
        For the drawdowns.
    claimed : sequence of weights
        Corners that somebody else found, to be compared.
    seq : int
        Number of the move.
    looser : tuple of str
        Titles of rules of compliance that were moved to allow more than they do.
    """
    corners = np.array([corner.weights_frac for corner in found.corners]).reshape(-1, len(found.assets))
    blockers: tuple[str, ...] = ()
    if found.diagnosis is not None:
        blockers = tuple(one.sentence for one in found.diagnosis.conflicts[:BLOCKERS_MAX_COUNT])
    return LivingFrontier(
        seq=seq,
        status=found.status,
        is_exact=found.is_exact,
        message=found.message,
        advice=found.advice or "",
        blockers=blockers,
        notes=(*found.notes, *ceiling_said(request, found), *rules_said(found)),
        corners=tuple(map(tuple, corners.tolist())),
        returns_annual_frac=tuple(corner.reward for corner in found.corners),
        volatilities_annual_frac=tuple(corner.volatility_annual_frac for corner in found.corners),
        crosses=found.between_variances_annual,
        drawdowns_frac=drawdowns_of(corners, panel),
        prices=tuple(
            LivingPrice(name=one.name, kind=one.kind, variances_annual=one.variances_annual)
            for one in found.prices
            if one.kind != BUDGET and any(one.variances_annual)
        ),
        gap_frac=gap_of(found, claimed),
        rules=found.rules,
        looser=looser,
        request=request,
        lineage=found.lineage,
    )


def ceiling_said(request: OptimizationRequest, found: FrontierResult) -> tuple[str, ...]:
    """Return which ceiling on volatility no portfolio of a frontier meets: a limit's own, or that of the goal."""
    stated = [one.max_annual_frac for one in request.constraints if isinstance(one, VolatilityCeiling)]
    if isinstance(request.objective, MaxReturn):
        stated.append(request.objective.volatility_max_annual_frac)
    most = min(stated, default=None)
    least = min((corner.volatility_annual_frac for corner in found.corners), default=None)
    if most is None or least is None or least <= most:
        return ()
    shown, side = percents(least, most)
    return (f"No portfolio on this frontier meets the volatility ceiling of {side}: the least volatility is {shown}.",)


def rules_said(found: FrontierResult) -> tuple[str, ...]:
    """Return what there is to say of rules of compliance along a frontier."""
    return () if found.rules is None else (found.rules.sentence, *found.rules.notes)


def drawdowns_of(weights: Matrix, panel: ReturnsPanel | None) -> tuple[float, ...] | None:
    """Return the maximum drawdown of portfolios of shape (k, n) over the history, at constant weights; None without."""
    if panel is None or not len(weights):
        return None
    wealth = np.cumprod(1.0 + panel.returns_frac @ weights.T, axis=0)
    return tuple(max(0.0, float(-falls_from_peak(column, start=1.0).min())) for column in wealth.T)


def point_at(found: LivingFrontier, return_annual_frac: float) -> tuple[tuple[float, float], tuple[float, ...]]:
    """Return risk, return and weights of the frontier at a return; beyond its ends the nearest end."""
    gains, risks = np.array(found.returns_annual_frac), np.array(found.volatilities_annual_frac)
    corners = np.array(found.corners)
    place = int(np.clip(np.searchsorted(gains, return_annual_frac, side="right") - 1, 0, max(len(gains) - 2, 0)))
    following = min(place + 1, len(gains) - 1)
    width = gains[following] - gains[place]
    share = float(np.clip((return_annual_frac - gains[place]) / width, 0.0, 1.0)) if width > 0.0 else 0.0
    cross = found.crosses[place] if found.is_exact and found.crosses else risks[place] * risks[following]
    square = (1 - share) ** 2 * risks[place] ** 2 + 2 * share * (1 - share) * cross + share**2 * risks[following] ** 2
    gain = float((1 - share) * gains[place] + share * gains[following])
    weights = (1 - share) * corners[place] + share * corners[following]
    return (float(np.sqrt(max(square, 0.0))), gain), tuple(weights.tolist())


def gap_of(found: FrontierResult, claimed: Sequence[Sequence[float]]) -> float | None:
    """Return the largest difference of a weight between claimed corners and the frontier at their returns.

    None where nothing was claimed, and where there is nothing to compare with.
    """
    if not claimed or not found.corners or not found.is_exact:
        return None
    corners = np.array([corner.weights_frac for corner in found.corners])
    theirs = np.array(claimed, dtype=np.float64)
    if theirs.ndim != 2 or theirs.shape[1] != corners.shape[1]:
        return None
    rewards = np.array([corner.reward for corner in found.corners])
    at = _rewards(theirs, corners, rewards, found)
    place = np.clip(np.searchsorted(rewards, at, side="right") - 1, 0, max(len(rewards) - 2, 0))
    following = np.minimum(place + 1, len(rewards) - 1)
    width = rewards[following] - rewards[place]
    share = np.clip(np.where(width > 0.0, (at - rewards[place]) / np.where(width > 0.0, width, 1.0), 0.0), 0.0, 1.0)
    ours = (1.0 - share)[:, None] * corners[place] + share[:, None] * corners[following]
    return float(np.abs(ours - theirs).max())


def _rewards(theirs: Matrix, corners: Matrix, rewards: NDArray[np.float64], found: FrontierResult) -> Matrix:
    """Return the expected returns of claimed portfolios, by the assets' own."""
    means = np.array([one.return_annual_frac for one in found.asset_points])
    cash = float(rewards[0] - corners[0] @ means)  # what is not invested earns
    return np.asarray(theirs @ means + cash)
