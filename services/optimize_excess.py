"""Does any portfolio earn more than cash, so that a Sharpe ratio can rank portfolios at all?"""

from __future__ import annotations

from typing import Final

from engine.doctor.diagnose import diagnose_limits
from engine.kernel.risk_free import RiskFree
from engine.kernel.units import percent
from engine.objectives.target_return import TargetReturn
from engine.optimize.inputs import Given, read_inputs
from services.messages.optimize import OptimizationRequest, Problem
from services.optimize_inputs import Inputs

ASSETS_MAX_COUNT: Final = 100
"""Beyond that the estimates take longer than anybody waits for while typing; the run itself looks at it."""

PLACE: Final = "objective"
ADVICE: Final = (
    "Use minimum volatility instead, which needs no expected returns; or another estimate of them, a longer history, "
    "or a lower risk-free rate."
)


def excess_obstacle(request: OptimizationRequest, inputs: Inputs) -> Problem | None:
    """Return why no Sharpe ratio can be maximized; None where one can, or where that could not be looked at.

    Raises
    ------
    engine.kernel.errors.InputRefused
        When the history cannot be estimated from.

    """
    is_asked = getattr(request.objective, "kind", "") == "max_sharpe"
    if not is_asked or inputs.panel is None or len(inputs.assets) > ASSETS_MAX_COUNT:
        return None
    given = Given(inputs.panel, inputs.sectors, inputs.current_weights_frac, inputs.facts, RiskFree.not_set())
    read = read_inputs(request, given)
    returns, rate = read.estimates.returns_annual_frac, read.risk_free_annual_frac
    if float(returns.min()) > rate:
        return None
    floor = TargetReturn(return_min_annual_frac=min(max(rate, -1.0), 2.0))
    found = diagnose_limits(request.constraints, read.universe, floor, read.estimates, rate)
    if found.is_feasible or not diagnose_limits(request.constraints, read.universe, request.objective).is_feasible:
        return None
    best = int(returns.argmax())
    message = (
        f"No portfolio under these limits is expected to earn more than the risk-free rate of {percent(rate)} a year, "
        f"so a Sharpe ratio cannot rank them: the best asset, {inputs.assets[best]}, is expected to earn "
        f"{percent(float(returns[best]))}."
    )
    return Problem(path=PLACE, message=message, advice=ADVICE)
