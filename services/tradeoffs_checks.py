"""Do several objectives have the data that they need of every asset, told before anything is queued?"""

from __future__ import annotations

import numpy as np

from engine.kernel.errors import InputRefused
from engine.kernel.risk_free import RiskFree
from services.messages.tradeoffs import ParetoRequest
from services.optimize_inputs import Inputs
from services.optimize_parse import refused


def refuse_objectives(request: ParetoRequest, inputs: Inputs) -> None:
    """Refuse what the run would refuse: an objective without its data, with the field and the way out.

    Raises
    ------
    InvalidRequest
        With every problem found.
    """
    from engine.doors import given_of  # with these the solvers are loaded, so only where something is begun
    from engine.optimize.inputs import read_inputs
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
    if problems:
        raise refused(InputRefused(problems))
