"""In which shapes is a recipe sent to be tested over the past, and what is told of it?"""

from __future__ import annotations

from pydantic import Field

from engine.walkforward.result import (
    Calibration,
    FrontierPromise,
    RealizedFigures,
    RebalanceDecision,
    SelectionCheck,
    SharpeDifference,
    StrategyResult,
    WalkForwardResult,
)
from engine.walkforward.spec import WalkForwardOptions
from services.messages.frozen import Message
from services.messages.optimize import OptimizationRequest
from services.messages.runs import RunView

__all__ = [
    "Calibration",
    "FrontierPromise",
    "RealizedFigures",
    "RebalanceDecision",
    "SelectionCheck",
    "SharpeDifference",
    "StrategyResult",
    "WalkForwardOptions",
    "WalkForwardRequest",
    "WalkForwardResult",
    "WalkForwardView",
]


class WalkForwardRequest(Message):
    """Which recipe is to be tested over the past, and how.

    Exactly one of `optimization_id`, a stored optimization that is asked again as of its day, and `request`, an
    optimization request as it is sent to `/optimizations`.
    """

    optimization_id: str | None = Field(default=None, min_length=1, max_length=64)
    request: OptimizationRequest | None = None
    options: WalkForwardOptions = WalkForwardOptions()


class WalkForwardView(Message):
    """One test: the work on it, what it was asked, and its result once there is one."""

    run: RunView
    asked: WalkForwardRequest
    result: WalkForwardResult | None = None
