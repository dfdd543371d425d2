"""Which portfolios are best in several objectives at once? The road from request and data to a whole surface."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from engine.constraints.position_bounds import PositionBounds
from engine.doors import PanelLike, RateLike, given_of
from engine.kernel.errors import InputRefused, Problem
from engine.kernel.facts import Facts
from engine.kernel.figures import Figures
from engine.kernel.forms import Vector
from engine.kernel.units import agree, listing, percent_at_least, percents, plural
from engine.optimize.answer import Clock
from engine.optimize.compile import LimitSet, compile_limits
from engine.optimize.feasibility import TOLERANCE, Obstacle, find_obstacle
from engine.optimize.inputs import Inputs, read_inputs
from engine.optimize.softened import softened
from engine.pareto.measures import lacking, measures_of, notes_of, objective_problems
from engine.pareto.result import ParetoResult
from engine.pareto.run import Run
from engine.pareto.spec import SEARCHED, ParetoRequest

OnProgress = Callable[[str, float], None]


def pareto(
    request: ParetoRequest,
    panel: PanelLike | None = None,
    sectors: Mapping[str, str] | None = None,
    current_weights_frac: Mapping[str, float] | None = None,
    data_lineage: Mapping[str, Any] | None = None,
    facts: Facts | None = None,
    risk_free: RateLike | None = None,
    figures: Figures | None = None,
    *,
    on_progress: OnProgress | None = None,
) -> ParetoResult:
    """Return portfolios of which none is better than another in all objectives, and the one that the weights choose.

    Parameters
    ----------
    request
        What is asked, `engine.pareto.spec.ParetoRequest`.
    panel, sectors, current_weights_frac, data_lineage, facts, risk_free, figures
        As for `engine.optimize`.
    on_progress
        Called with a stage and a share from 0 to 1, between solves and between generations; may raise `Cancelled`.

    Returns
    -------
    ParetoResult
        Exact points where a convex method gives them: on critical lines for one variance and linear objectives, else
        solved for one by one; a search, begun at exact points, where positions are whole or an objective is a ratio or
        a count. The expected return is after proportional trading costs where the request has costs, unless trading
        cost is an objective of its own. Whole lots are left out.

    Raises
    ------
    InputRefused
        When what is given cannot be used, an objective lacks its data, or `method` is ``"exact"`` where only a search
        helps.

    """
    clock = Clock()
    if not isinstance(request, ParetoRequest):
        message = f"What was given is of type {type(request).__name__}, not a request with several objectives."
        raise InputRefused([Problem("request", message, "Make one with `engine.pareto.parse.parse_pareto(...)`.")])
    given = given_of(
        request,
        panel,
        sectors,
        current_weights_frac,
        facts,
        risk_free,
        figures,
        on_progress=on_progress,
        data_lineage=data_lineage,
    )
    report = on_progress or _silent
    report("estimate", 0.0)
    inputs = read_inputs(request, given)
    known = given.facts if request.facts is None else request.facts.over(given.facts)
    yields = _yields(known, inputs)
    may_leave_out = request.without_data == "leave_out"
    problems = objective_problems(request.objectives, inputs, yields, may_leave_out=may_leave_out)
    if problems:
        raise InputRefused(problems)
    asked, notes, left_out = _without_unknown(request, inputs, yields)
    if asked is not request:
        inputs = read_inputs(asked, given)
    constraints, ways = softened(asked, inputs)
    limits = compile_limits(constraints, inputs.universe)
    if request.method == "exact":
        _refuse_search(request, is_whole=not limits.is_convex or limits.count is not None)
    measures = measures_of(request.objectives, request.shares_frac(), inputs, limits, yields)
    notes = (
        *inputs.notes,
        *limits.notes,
        *notes,
        *notes_of(request.objectives, inputs),
        *(f"A soft limit gave way. {way.sentence}" for way in ways),
        *(["Whole lots are left out: round the portfolio that is chosen."] if limits.has_lots else []),
    )
    clock.lap("estimate")
    run = Run(request, asked, inputs, limits, measures, list(notes), clock, data_lineage, report)
    obstacle = _too_few_left(request, limits, left_out) or find_obstacle(limits)
    return run.infeasible(obstacle) if obstacle is not None else run.solved()


def _silent(stage: str, progress_frac: float) -> None:
    """Report progress to nobody."""


def _yields(facts: Facts | None, inputs: Inputs) -> Vector | None:
    known = None if facts is None else facts.yields_annual_frac
    return None if known is None else np.array([known.get(asset, np.nan) for asset in inputs.universe.assets])


def _without_unknown(
    request: ParetoRequest, inputs: Inputs, yields: Vector | None
) -> tuple[ParetoRequest, tuple[str, ...], tuple[str, ...]]:
    """Return the request with a limit that holds assets without a figure at zero, a note about it, and the assets."""
    names: dict[str, None] = {}
    for one in request.objectives:
        names |= dict.fromkeys(lacking(inputs, yields, one.kind))
    if not names:
        return request, (), ()
    out = PositionBounds(min_frac=0.0, max_frac=0.0, short_max_frac=0.0, assets=tuple(names))
    note = f"Not held, for want of a figure that an objective needs: {listing([*names], 5)}."
    return request.model_copy(update={"constraints": (*request.constraints, out)}), (note,), tuple(names)


def _too_few_left(request: ParetoRequest, limits: LimitSet, left_out: Sequence[str]) -> Obstacle | None:
    """Return why the assets that are left cannot hold what is to be invested; None where they can or all are there."""
    assets, net = limits.universe.assets, limits.net_frac
    left = [at for at, asset in enumerate(assets) if asset not in left_out]
    room = float(limits.upper_frac[left].sum())
    if not left_out or not left or room >= net - TOLERANCE:
        return None
    which = [
        f"`facts.{field}`"
        for kind, field in (("esg", "esg_scores"), ("yield", "yields_annual_frac"))
        if any(one.kind == kind for one in request.objectives)
    ]
    shown, wanted = percents(room, net)
    together = "" if len(left) == 1 else " together"
    message = (
        f"{plural(len(left_out), 'asset')} of {len(assets)} {agree(left_out, 'is', 'are')} left out for want of a "
        f"figure that an objective needs, and the {plural(len(left), 'asset')} left may{together} hold at most "
        f"{shown}: less than the {wanted} to invest."
    )
    each = percent_at_least(net / len(left))
    return Obstacle(
        message, f"Give {listing(which)} for more assets, or raise the maximum position to at least {each}."
    )


def _refuse_search(request: ParetoRequest, *, is_whole: bool) -> None:
    advice = 'Set `method` to "auto", or leave it out.'
    problems = [
        Problem(f"objectives.{at}", f"{one.label}: no convex method proves a point of it.", advice)
        for at, one in enumerate(request.objectives)
        if one.kind in SEARCHED
    ]
    if is_whole:
        message = "Limits on whole positions (zero or at least a minimum, the number of holdings) need a search."
        problems.append(Problem("constraints", message, advice))
    if problems:
        raise InputRefused(problems)
