"""Do several objectives have the data that they need of every asset, told before anything is queued?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.kernel.errors import InputRefused, Problem
from engine.kernel.risk_free import RiskFree
from engine.pareto.spec import SEARCHED
from services.messages.tradeoffs import ParetoRequest
from services.optimize_inputs import Inputs
from services.optimize_parse import refused

if TYPE_CHECKING:
    from engine.optimize.compile import LimitSet


def refuse_objectives(request: ParetoRequest, inputs: Inputs) -> None:
    """Refuse what the run would refuse: an objective without its data, with the field and the way out.

    Raises
    ------
    InvalidRequest
        With every problem found.
    """
    from engine.doors import given_of  # with these the solvers are loaded, so only where something is begun
    from engine.optimize.compile import compile_limits
    from engine.optimize.inputs import read_inputs
    from engine.optimize.softened import softened
    from engine.pareto.measures import objective_problems

    given = given_of(
        request,
        inputs.panel,
        inputs.sectors,
        inputs.current_weights_frac,
        inputs.facts,
        RiskFree.not_set(),
    )
    known = inputs.known_facts(request)
    yields = None if known is None else known.yields_annual_frac
    try:
        read = read_inputs(request, given)
        of_each = None if yields is None else np.array([yields.get(asset, np.nan) for asset in read.universe.assets])
        problems = objective_problems(
            request.objectives, read, of_each, may_leave_out=request.without_data == "leave_out"
        )
    except InputRefused as refusal:
        raise refused(refusal) from None
    if request.method == "exact":
        limits = compile_limits(softened(request, read)[0], read.universe) if not problems else None
        problems = [*problems, *_searched(request, is_whole=limits is not None and _is_whole(limits))]
    if problems:
        raise refused(InputRefused(problems))


def _is_whole(limits: LimitSet) -> bool:
    """Return whether positions are all or nothing, or counted."""
    return not limits.is_convex or limits.count is not None


def _searched(request: ParetoRequest, *, is_whole: bool) -> list[Problem]:
    """Return what only a search reaches, where the request wants exact points alone."""
    auto = 'Set `method` to "auto", or leave'
    problems = [
        Problem(
            f"objectives.{place}",
            f"“Exact only” cannot be kept with {one.label}: only a search reaches it.",
            f"{auto} this objective out.",
        )
        for place, one in enumerate(request.objectives)
        if one.kind in SEARCHED
    ]
    if is_whole:
        message = (
            "“Exact only” cannot be kept with limits on whole positions (zero or at least a minimum, the number of "
            "holdings): only a search reaches them."
        )
        problems.append(Problem("method", message, f"{auto} those limits out."))
    return problems
