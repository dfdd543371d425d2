"""What is asked for when a way out that a run proposed is taken?"""

from __future__ import annotations

from engine.diagnosis import Diagnosis
from engine.doctor.repairs import apply
from engine.objectives.min_volatility import MinVolatility
from services.messages.optimize import OptimizationRequest

JOINT = "joint"
SINGLE = "single:"
CALMEST = "goal:min_volatility"
"""Another goal where no Sharpe ratio can be maximized."""


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
        ``goal:min_volatility`` for the calmest portfolio instead of a Sharpe ratio that cannot be maximized.

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
    number = which.removeprefix(SINGLE)
    singles = () if diagnosis is None else diagnosis.single_repairs
    if which.startswith(SINGLE) and number.isdecimal() and int(number) < len(singles):
        single = singles[int(number)]
        if single.is_enough and single.changes:
            return apply(request, single.changes), single.sentence
    raise ValueError(f"This run proposes no change `{which}`.")
