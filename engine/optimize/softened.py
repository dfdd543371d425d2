"""Which limits does an answer have to keep: the hard ones, and the soft ones as far as they can hold?"""

from __future__ import annotations

from engine.constraints import Constraint
from engine.diagnosis import GivenWay
from engine.optimize.inputs import Inputs
from engine.spec import OptimizationRequest


def softened(
    request: OptimizationRequest, inputs: Inputs, widening: float = 1.0
) -> tuple[tuple[Constraint, ...], tuple[GivenWay, ...]]:
    """Return the request's limits, the soft ones loosened as little as the others need, and which gave way.

    `widening` is how many times the least room is left beside ceilings, for answers that could not be proven with less.
    """
    if not any(item.is_soft for item in request.constraints):
        return request.all_constraints(), ()
    from engine.doctor.diagnose import soften

    found = soften(
        request.constraints,
        inputs.universe,
        request.objective,
        inputs.estimates,
        inputs.risk_free_annual_frac,
        widening,
    )
    if found is None:
        return request.all_constraints(), ()
    kept, ways = found
    return request.model_copy(update={"constraints": kept}).all_constraints(), ways
