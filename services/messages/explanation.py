"""In which shapes are explanations asked for and given?"""

from __future__ import annotations

from datetime import date

from engine.explain.result import ExplanationResult, LimitPrice, RequiredReturn, WeightTerms
from services.messages.frozen import Message
from services.messages.optimize import OptimizationRequest

__all__ = [
    "ExplanationResult",
    "LimitPrice",
    "RequiredReturn",
    "RequiredReturnWish",
    "RunExplanation",
    "WeightTerms",
]


class RequiredReturnWish(Message):
    """An optimization, one of its assets, and the weight for which its expected return is asked.

    Without `weight_frac` one percentage point more than now.
    """

    request: OptimizationRequest
    asset: str
    weight_frac: float | None = None


class RunExplanation(Message):
    """Why an optimization that was computed has its answer, from the prices of its own day.

    `is_same_data` tells whether prices, holdings and facts of that day are still what the optimization saw; `note` says
    what was changed since. `required_returns` of the explanation is empty: each is asked for by itself.
    """

    optimization_id: str
    as_of: date | None
    is_same_data: bool
    note: str | None = None
    explanation: ExplanationResult
