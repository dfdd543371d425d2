"""What is asked for when a way out that a run proposed is taken?"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Final

from engine.diagnosis import Diagnosis
from engine.doctor.repairs import apply
from engine.kernel.units import percent
from engine.objectives import Objective
from engine.objectives.min_cdar import MinCdar
from engine.objectives.min_cvar import MinCvar
from engine.objectives.min_max_drawdown import MinMaxDrawdown
from engine.objectives.min_tracking_error import MinTrackingError
from engine.objectives.min_volatility import MinVolatility
from engine.objectives.target_return import TargetReturn
from services.messages.optimize import OptimizationRequest

JOINT = "joint"
SINGLE = "single:"
CALMEST = "goal:min_volatility"
"""Another goal where no Sharpe ratio can be maximized."""
POINT = "point:"
"""A point of the frontier, as in ``point:volatility:0.0824``: the least risk with that expected return."""

_POINT_GOALS: Final[Mapping[str, Callable[[float], Objective]]] = {
    "volatility": lambda least: TargetReturn(return_min_annual_frac=least),
    "tracking_error": lambda least: MinTrackingError(return_min_annual_frac=least),
    "cvar": lambda least: MinCvar(return_min_annual_frac=least),
    "cdar": lambda least: MinCdar(return_min_annual_frac=least),
    "max_drawdown": lambda least: MinMaxDrawdown(return_min_annual_frac=least),
}
_POINT_RISKS: Final = {
    "volatility": "volatility",
    "tracking_error": "tracking error",
    "cvar": "CVaR",
    "cdar": "CDaR",
    "max_drawdown": "maximum drawdown",
}
_RETURN_REACH: Final = (-1.0, 2.0)


def repaired(request: OptimizationRequest, diagnosis: Diagnosis | None, which: str) -> tuple[OptimizationRequest, str]:
    """Return the request with a proposed change, and the change in words.

    Parameters
    ----------
    request : OptimizationRequest
        What was asked for; it stays as it is.
    diagnosis : Diagnosis or None
        What the run found out about it.
    which : str
        ``joint`` for the changes that together are the cheapest, ``single:2`` for the third change of one limit alone,
        ``goal:min_volatility`` for the calmest portfolio instead of a Sharpe ratio that cannot be maximized,
        ``point:volatility:0.0824`` for the point of its frontier with that expected return.

    Raises
    ------
    ValueError
        When the run proposes no such change.

    """
    if diagnosis is not None and which == JOINT and diagnosis.joint_repair is not None:
        return apply(request, diagnosis.joint_repair), diagnosis.joint_repair.sentence
    if which == CALMEST:
        sentence = "The goal is the lowest volatility: it needs no expected returns."
        return request.model_copy(update={"objective": MinVolatility()}), sentence
    if which.startswith(POINT):
        return _at_point(request, which)
    number = which.removeprefix(SINGLE)
    singles = () if diagnosis is None else diagnosis.single_repairs
    if which.startswith(SINGLE) and number.isdecimal() and int(number) < len(singles):
        single = singles[int(number)]
        if single.is_enough and single.changes:
            return apply(request, single.changes), single.sentence
    raise ValueError(f"This run proposes no change `{which}`.")


def _at_point(request: OptimizationRequest, which: str) -> tuple[OptimizationRequest, str]:
    """Return the request with the goal that leads to a point of its frontier."""
    risk, _, text = which.removeprefix(POINT).partition(":")
    try:
        least = float(text)
    except ValueError:
        least = math.nan
    if risk not in _POINT_GOALS or not _RETURN_REACH[0] <= least <= _RETURN_REACH[1]:
        raise ValueError(f"This is no point of a frontier: `{which:.60}`.")
    sentence = (
        f"The goal is the lowest {_POINT_RISKS[risk]} with an expected return of at least {percent(least)} a year, the "
        "point that was chosen on the frontier."
    )
    return request.model_copy(update={"objective": _POINT_GOALS[risk](least)}), sentence
