"""Which efficient portfolio suits a client, and in one sentence: why?

Two criteria, of which the binding one decides. *Capacity for loss*: what a portfolio can lose (`engine.pareto.client`)
may not exceed the capacity. *Willingness*: the portfolio with the highest μ - ½ A σ² is wanted; from points that differ
in ESG score too, and where that matters by the share e, the one with the highest (1 - e) u + e g, with u and g that
utility and that score, each from 0 to 1 over the points within the capacity. The capacity has decided where without it
another portfolio would be wanted.

A frontier is drawn under linear limits. A ceiling on volatility ends it earlier, which is exact. The other limits that
it leaves out are measured on the portfolio that is found, or named as not measured: the sentence says so.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.constraints.volatility_ceiling import VolatilityCeiling
from engine.frontier.left_out import left_out_of
from engine.frontier.result import FrontierResult
from engine.kernel.errors import InputRefused, Problem
from engine.kernel.forms import Matrix, Vector
from engine.kernel.frozen import FrozenResult
from engine.kernel.units import percents
from engine.pareto.advice import Criterion as Criterion
from engine.pareto.advice import Reason, sentence_of
from engine.pareto.along import SAME_FRAC, SAME_UTILITY, Along
from engine.pareto.client import ClientRisk as ClientRisk
from engine.pareto.client import loss_of as loss_of
from engine.pareto.result import ParetoResult
from engine.spec import OptimizationRequest

Kept = NDArray[np.bool_]
BrokenBy = Callable[[Vector], tuple[str, ...]]


class Recommendation(FrozenResult):
    """The portfolio that suits a client.

    Attributes
    ----------
    point_place, mix_frac
        Place among the points, or of the corner at or before it on a frontier and the share of the way to the next.
    weights_frac
        In the order of the answer's assets.
    loss_frac
        What it can lose in 1 of 20 cases at some date up to the horizon.
    volatility_max_annual_frac
        The highest volatility of the portfolios whose loss stays within the capacity; None where none does.
    decided_by
        ``loss_capacity``, ``risk_tolerance``, or ``limits`` where the end of what the limits allow is reached first.
    is_within_capacity
        False where every portfolio can lose more than the client; the one that can lose least is given then.
    limits_broken, limits_unmeasured
        Of a frontier: the limits beside it that the portfolio breaks, each with its figure, and those that were not
        measured. `sentence` names them too.

    """

    point_place: int
    mix_frac: float
    return_annual_frac: float
    volatility_annual_frac: float
    weights_frac: tuple[float, ...]
    loss_frac: float
    volatility_max_annual_frac: float | None
    decided_by: Criterion
    is_within_capacity: bool
    sentence: str
    limits_broken: tuple[str, ...] = ()
    limits_unmeasured: tuple[str, ...] = ()


def recommend_on_frontier(
    client: ClientRisk, frontier: FrontierResult, request: OptimizationRequest, broken_by: BrokenBy | None = None
) -> Recommendation:
    """Return the portfolio on a frontier of expected return that suits a client.

    Parameters
    ----------
    client
        Whose profile.
    frontier
        Of `engine.frontier`, in volatility and return; between points that were solved for one by one the figures are
        those of the mixture of weights as far as the corners tell them.
    request
        The one that the frontier was drawn for. Its ceilings on volatility end the frontier; a soft one below the least
        volatility leaves the calmest portfolio.
    broken_by
        `engine.frontier.left_out.LeftOut.broken_by` of the same request, which measures the other limits that a
        frontier leaves out; without it they are named as not measured.

    Raises
    ------
    InputRefused
        Where the frontier has no corners, is drawn in other measures, or lies above a ceiling on volatility as a whole.

    """
    _refuse_other_kinds(("client", client, ClientRisk), ("frontier", frontier, FrontierResult))
    _refuse_other_kinds(("request", request, OptimizationRequest))
    if not frontier.corners:
        raise InputRefused([Problem("frontier", "There is no portfolio on it.", "Loosen the limits first.")])
    if frontier.risk != "volatility" or frontier.reward != "return":
        message = "A client's risk is measured in volatility and return, and this frontier is drawn in others."
        raise InputRefused([Problem("frontier", message, "Draw it in volatility and expected return.")])
    ceiling, gave_way = _ceiling_of(frontier, request)
    line = Along(client, frontier, ceiling)
    found, freely = line.best(client.loss_capacity_frac), line.best(1.0)
    place, share = line.on_whole(*found)
    weights = line.weights(place, share)
    names = left_out_of(request.constraints)
    broken = broken_by(weights) if names and broken_by is not None else ()
    return _told(
        client,
        line.at(*found),
        line.known(),
        weights,
        (place, share),
        is_bound=bool(client.losses(np.array([line.at(*freely)]))[0] > client.loss_capacity_frac),
        is_line=True,
        ceiling_annual_frac=ceiling if line.is_cut and gave_way is None else None,
        gave_way_frac=gave_way,
        broken=broken,
        unmeasured=names if broken_by is None else (),
    )


def recommend_of_points(client: ClientRisk, pareto: ParetoResult) -> Recommendation:
    """Return the portfolio among the points of several objectives that suits a client; they keep every limit.

    Raises
    ------
    InputRefused
        Where there are no points, or what is given is of another kind.

    """
    _refuse_other_kinds(("client", client, ClientRisk), ("pareto", pareto, ParetoResult))
    points = pareto.points
    if not points:
        raise InputRefused([Problem("points", "There is no portfolio among them.", "Loosen the limits first.")])
    figures = np.array([[one.return_annual_frac, one.volatility_annual_frac] for one in points])
    scores = None
    if client.esg_importance_frac > 0.0:
        for at, axis in enumerate(pareto.axes):
            if axis.kind == "esg":
                sign = 1.0 if axis.is_maximized else -1.0
                scores = sign * np.array([one.values[at] for one in points])
    place, freely = (_best_of(client, figures, scores, most) for most in (client.loss_capacity_frac, 1.0))
    weights = np.array(points[place].weights_frac)
    chosen = (float(figures[place, 0]), float(figures[place, 1]))
    return _told(
        client,
        chosen,
        figures,
        weights,
        (place, 0.0),
        is_bound=place != freely,
        is_line=False,
        has_scores=scores is not None,
    )


def _refuse_other_kinds(*given: tuple[str, object, type]) -> None:
    """Refuse what is of another kind than is taken."""
    problems = [
        Problem(path, f"What was given is of type {type(what).__name__}.", f"Give a {kind.__name__}.")
        for path, what, kind in given
        if not isinstance(what, kind)
    ]
    if problems:
        raise InputRefused(problems)


def _ceiling_of(frontier: FrontierResult, request: OptimizationRequest) -> tuple[float, float | None]:
    """Return the highest volatility that the request allows, infinite without one, and a soft ceiling that gives way.

    Raises
    ------
    InputRefused
        Where no portfolio of the frontier keeps a ceiling that is not soft.

    """
    least = min(corner.volatility_annual_frac for corner in frontier.corners)
    most, gave_way = math.inf, None
    for item in request.constraints:
        if not isinstance(item, VolatilityCeiling):
            continue
        side = item.max_annual_frac
        if side >= least - SAME_FRAC:
            most = min(most, side)
        elif item.is_soft:
            most, gave_way = min(most, least), side
        else:
            low, high = percents(side, least)
            message = f"The ceiling on volatility is {low}, and no portfolio of the frontier has less than {high}."
            raise InputRefused([Problem("request.constraints", message, "Raise the ceiling, or loosen other limits.")])
    return max(most, least), gave_way


def _best_of(client: ClientRisk, figures: Matrix, scores: Vector | None, capacity_frac: float) -> int:
    """Return the place of the point that is wanted within a capacity for loss, else of the least loss."""
    losses = client.losses(figures)
    is_kept = losses <= capacity_frac
    if not is_kept.any():
        return int(np.argmin(losses))
    utility = client.utility(figures)
    if scores is not None:
        share = client.esg_importance_frac
        utility = (1.0 - share) * _from_zero_to_one(utility, is_kept) + share * _from_zero_to_one(scores, is_kept)
    return int(np.argmax(np.where(is_kept, utility, -np.inf)))


def _from_zero_to_one(values: Vector, among: Kept) -> Vector:
    low, high = float(values[among].min()), float(values[among].max())
    return np.zeros(len(values)) if high <= low else np.asarray((values - low) / (high - low))


def _told(
    client: ClientRisk,
    chosen: tuple[float, float],
    all_figures: Matrix,
    weights: Vector,
    where: tuple[int, float],
    *,
    is_bound: bool,
    is_line: bool,
    has_scores: bool = False,
    **more: Any,
) -> Recommendation:
    """Return the recommendation with the criterion that decided it, and the sentence."""
    is_kept = client.losses(all_figures) <= client.loss_capacity_frac
    loss = float(client.losses(np.array([chosen]))[0])
    is_within = bool(is_kept.any())
    most = max(float(all_figures[is_kept, 1].max()), chosen[1]) if is_within else None
    end = float(all_figures[:, 1].max())
    decided_by: Criterion = "risk_tolerance"
    if is_within and is_bound:
        decided_by = "loss_capacity"
    elif not is_within or (not has_scores and chosen[1] >= end - 1e-9 * max(end, 1e-9)):
        decided_by = "limits"
    reason = Reason(
        client=client,
        return_annual_frac=chosen[0],
        volatility_annual_frac=chosen[1],
        loss_frac=loss,
        volatility_max_annual_frac=most,
        decided_by=decided_by,
        are_all_within=bool(is_kept.all()),
        is_line=is_line,
        has_scores=has_scores,
        is_alone=end - float(all_figures[:, 1].min()) <= SAME_UTILITY,
        **more,
    )
    return Recommendation(
        point_place=where[0],
        mix_frac=where[1],
        return_annual_frac=chosen[0],
        volatility_annual_frac=chosen[1],
        weights_frac=tuple(weights.tolist()),
        loss_frac=loss,
        volatility_max_annual_frac=most,
        decided_by=decided_by,
        is_within_capacity=is_within,
        sentence=sentence_of(reason),
        limits_broken=reason.broken,
        limits_unmeasured=reason.unmeasured,
    )
