"""In which shapes are explanations asked for and given?"""

from __future__ import annotations

from engine.explain.result import ExplanationResult, RequiredReturn
from services.messages.frozen import Message
from services.messages.optimize import OptimizationRequest

__all__ = ["ExplanationResult", "RequiredReturn", "RequiredReturnWish"]


class RequiredReturnWish(Message):
    """An optimization, one of its assets, and the weight for which its expected return is asked.

    Without `weight_frac` one percentage point more than now.
    """

    request: OptimizationRequest
    asset: str
    weight_frac: float | None = None
