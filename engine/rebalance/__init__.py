"""Which whole-share trades lead from what is held towards a target, at what cost and with what risk left?"""

from engine.rebalance.along import PartPoint, points_along
from engine.rebalance.costs import TradeCosts
from engine.rebalance.goal import goal_weights
from engine.rebalance.problem import RebalanceProblem
from engine.rebalance.result import WholeTrades
from engine.rebalance.whole import whole_trades

__all__ = [
    "PartPoint",
    "RebalanceProblem",
    "TradeCosts",
    "WholeTrades",
    "goal_weights",
    "points_along",
    "whole_trades",
]
