"""What is a frontier in losses, in words and figures: the points of least CVaR, CDaR or drawdown for each reward?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from engine.frontier.result import FrontierHorizon, FrontierResult
from engine.frontier.tail_points import TailPoints, tail_points
from engine.kernel.forms import TailGoal, TailKind, Vector
from engine.kernel.status import SolveStatus
from engine.optimize.beside import asset_points_of
from engine.optimize.tail import TailCore
from engine.optimize.tail_measures import tail_value

if TYPE_CHECKING:
    from engine.frontier.solve import Axes, Told
    from engine.optimize.convex import ConvexCore

NAMES: dict[TailKind, str] = {"cvar": "CVaR", "cdar": "CDaR", "max_drawdown": "maximum drawdown"}
HORIZONS: dict[TailKind, FrontierHorizon] = {"cvar": "period", "cdar": "history", "max_drawdown": "history"}
DIGITS = 12


def drawn_in_losses(told: Told, core: ConvexCore) -> FrontierResult:
    """Return points of the least loss for each reward, evenly spaced, or why there are none.

    Parameters
    ----------
    told
        Request, inputs, limits and axes, whose `tail` is set.
    core
        Annual figures of portfolios.

    """
    axes, estimates = told.axes, told.inputs.estimates
    assert axes.tail is not None
    assert estimates.history_frac is not None
    history, tail = np.asarray(estimates.history_frac), axes.tail
    points = tail_points(_core_of(told), TailGoal(tail, axes.level_frac), axes.points_count)
    told.clock.lap("points")
    if points.is_infeasible:
        return told.infeasible()
    has_level = tail != "max_drawdown"
    frame = {"horizon": HORIZONS[tail], "level_frac": axes.level_frac if has_level else None}
    if points.count == 0:
        return told.result(
            status=SolveStatus.FAILED,
            message=f"The frontier was not found: no portfolio of the least {NAMES[tail]} could be proven.",
            advice="Use a shorter history or fewer assets, or draw the frontier in volatility.",
            **frame,
        )
    if points.unproven_count:
        told.notes.append(
            f"{points.unproven_count} of {axes.points_count} points are left out: it could not be proven that nothing "
            "is better."
        )

    def loss(weights: Vector) -> float:
        return round(tail_value(tail, axes.level_frac, history, weights), DIGITS)

    held = told.inputs.universe.current_weights_frac
    found = told.result(
        status=SolveStatus.NEAR_OPTIMAL if points.unproven_count else SolveStatus.OPTIMAL,
        message=_message(axes, points),
        is_exact=False,
        corners=told.corners(core, points.weights, [loss(one) for one in points.weights]),
        between_gaps_frac=tuple(np.round(points.between_gaps, DIGITS).tolist()),
        current=None if held is None else told.corner(core, held, loss(held)),
        asset_points=asset_points_of(estimates, told.inputs.universe),
        asset_losses_frac=tuple(loss(one) for one in np.eye(history.shape[1])),
        **frame,
    )
    told.clock.lap("figures")
    return found.model_copy(update={"elapsed_ms": told.clock.elapsed_ms})


def _core_of(told: Told) -> TailCore:
    """Return the history with the reward as its expected return; scores have neither cash nor costs."""
    inputs, axes = told.inputs, told.axes
    if axes.scores is None:
        return TailCore(inputs.estimates, told.limits, inputs.risk_free_annual_frac, inputs.costs)
    scored = replace(inputs.estimates, returns_annual_frac=axes.sign * axes.scores)
    return TailCore(scored, told.limits, 0.0)


def _message(axes: Axes, points: TailPoints) -> str:
    assert axes.tail is not None
    if points.count == 1:
        return "One portfolio is efficient: the limits, or equal figures, leave no choice."
    top = "highest return" if axes.scores is None else "best ESG score"
    return (
        f"{points.count} efficient portfolios, from the least {NAMES[axes.tail]} to the {top}; between two of them the "
        "frontier is close to their mixtures."
    )
