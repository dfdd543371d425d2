"""In which shape is a whole frontier asked for?"""

from __future__ import annotations

from engine.frontier.result import FrontierCorner, FrontierResult, FrontierReward, FrontierRisk
from services.messages.frozen import Message
from services.messages.optimize import OptimizationRequest

__all__ = ["FrontierChoices", "FrontierCorner", "FrontierResult", "FrontierReward", "FrontierRisk", "FrontierWish"]


class FrontierWish(Message):
    """An optimization, and what its efficient frontier is drawn in; its goal plays no part.

    `risk` is volatility, tracking error against the benchmark's weights, or a loss of the history: CVaR, CDaR or the
    maximum drawdown; `reward` the expected annual return after proportional costs, or the average ESG score.
    `level_frac` is the level of CVaR and CDaR, `points_count` how many points a frontier in a loss has.
    """

    request: OptimizationRequest
    risk: FrontierRisk = "volatility"
    reward: FrontierReward = "return"
    level_frac: float = 0.95
    points_count: int = 20


class FrontierChoices(Message):
    """In which measures the frontier of an optimization can be drawn: those whose data exist."""

    risks: tuple[FrontierRisk, ...]
    rewards: tuple[FrontierReward, ...]
