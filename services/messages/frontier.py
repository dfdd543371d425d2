"""In which shape is a whole frontier asked for?"""

from __future__ import annotations

from engine.frontier.result import FrontierResult, FrontierReward, FrontierRisk
from services.messages.frozen import Message
from services.messages.optimize import OptimizationRequest

__all__ = ["FrontierResult", "FrontierWish"]


class FrontierWish(Message):
    """An optimization, and what its efficient frontier is drawn in; its goal plays no part.

    `risk` is volatility or tracking error against the benchmark's weights; `reward` the expected annual return after
    proportional costs, or the average ESG score.
    """

    request: OptimizationRequest
    risk: FrontierRisk = "volatility"
    reward: FrontierReward = "return"
