"""Must trades be whole lots?"""

from __future__ import annotations

from typing import ClassVar, Literal

from engine.constraints import CONSTRAINTS, Constraint, Repeats, missing_figures_problems
from engine.kernel.errors import Problem
from engine.kernel.forms import LimitParts, LotRule, Universe


@CONSTRAINTS.register("round_lots")
class RoundLots(Constraint):
    """Shares are held in whole lots: a last step after the optimum, which shows the cash that is left.

    An asset without a known lot size trades in single shares.
    """

    label: ClassVar[str] = "Whole lots"
    repeats: ClassVar[Repeats] = "never"
    kind: Literal["round_lots"] = "round_lots"

    def explain(self) -> str:
        """Return one sentence that says what the limit demands."""
        return "Positions are rounded to whole lots at the end, and the cash that is left is shown."

    def fact_problems(self, universe: Universe) -> list[Problem]:
        """Return problems without a price for each asset or without the capital."""
        problems = missing_figures_problems(
            universe.prices_money,
            universe,
            path="kind",
            what="a price",
            fact="prices_money",
            otherwise="remove the limit",
        )
        if universe.capital_money is None:
            problems.append(
                Problem(
                    "kind",
                    "The value of the portfolio is not known, so weights cannot become shares.",
                    "Give `facts.capital_money`, or remove the limit.",
                )
            )
        return problems

    def compile(self, universe: Universe) -> LimitParts:
        """Return the rule."""
        return LimitParts(lots=LotRule())
