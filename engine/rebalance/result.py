"""Which trades were found, how near do they come, and how sure is that?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.kernel.forms import Vector

Outcome = Literal["proven", "near", "no_cash"]
Method = Literal["integer_program", "largest_remainder"]


@dataclass(frozen=True, eq=False)
class WholeTrades:
    """Trades in whole lots.

    Attributes
    ----------
    outcome
        ``proven``: none comes nearer by more than a millionth of net assets. ``near``: none was found that does, and
        `gap_ccy` says how much nearer one could be at most. ``no_cash``: no sale that is allowed raises the cash that
        must be left; nothing is traded.
    method
        Program with whole numbers, or rounding by largest remainders with swaps.
    quantities
        Shape (n,), units bought, negative for sales.
    goal_frac
        Shape (n,), the weights that were aimed at.
    distance_ccy
        Σ emphasis |value - goal| plus the cost of trading: what was made as small as possible.
    bound_ccy
        No trades in whole lots have a smaller one.
    cash_ccy
        Cash after trades and costs.
    cost_ccy
        Of all trades.
    forced
        Places of what is sold beyond its goal because cash was short of the reserve.

    """

    outcome: Outcome
    method: Method
    quantities: Vector
    goal_frac: Vector
    distance_ccy: float
    bound_ccy: float
    cash_ccy: float
    cost_ccy: float
    forced: tuple[int, ...] = ()

    @property
    def gap_ccy(self) -> float:
        """By how much others could come nearer at most, not negative."""
        return max(self.distance_ccy - self.bound_ccy, 0.0)
