"""How does a certified frontier answer a move of limits: corners, losses, prices, and how far a claim lies from it?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.frontier.result import FrontierResult
from engine.kernel.frames import ReturnsPanel
from engine.kernel.risk_free import RiskFree
from engine.kernel.wealth import falls_from_peak
from services.messages.living import LivingFrontier, LivingPrice
from services.messages.optimize import OptimizationRequest
from services.optimize_inputs import Inputs

BLOCKERS_MAX_COUNT = 4
BUDGET = "budget"

Matrix = NDArray[np.float64]


def certified(request: OptimizationRequest, inputs: Inputs) -> FrontierResult:
    """Return the whole frontier of a request, found and proven by the engine."""
    import engine  # the solvers are loaded only where something is solved

    return engine.frontier(
        request,
        panel=inputs.panel,
        sectors=inputs.sectors,
        current_weights_frac=inputs.current_weights_frac,
        data_lineage=inputs.lineage,
        facts=inputs.facts,
        risk_free=RiskFree.not_set(),
    )


def answer_of(
    request: OptimizationRequest,
    found: FrontierResult,
    panel: ReturnsPanel | None,
    claimed: Sequence[Sequence[float]] = (),
    seq: int = 0,
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
        notes=found.notes,
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
        request=request,
        lineage=found.lineage,
    )


def drawdowns_of(weights: Matrix, panel: ReturnsPanel | None) -> tuple[float, ...] | None:
    """Return the maximum drawdown of portfolios of shape (k, n) over the history, at constant weights; None without."""
    if panel is None or not len(weights):
        return None
    wealth = np.cumprod(1.0 + panel.returns_frac @ weights.T, axis=0)
    return tuple(max(0.0, float(-falls_from_peak(column, start=1.0).min())) for column in wealth.T)


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
