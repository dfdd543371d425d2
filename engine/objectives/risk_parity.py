"""Which portfolio takes its risk from each asset in stated shares?"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from engine.kernel.forms import Goal, RiskBudgetGoal
from engine.kernel.units import fraction, listing, percent
from engine.objectives import OBJECTIVES, Objective

SUM_TOLERANCE_FRAC = 1e-3


@OBJECTIVES.register("risk_parity")
class RiskParity(Objective):
    """Find w with w_i (Σw)_i = b_i wᵀΣw. Maillard, Roncalli and Teïletche (2010), JPM 36(4); Spinu (2013).

    `budgets` maps assets to shares b of the risk that sum to one (within 0.1%, then scaled); an asset that is not named
    has none. Empty means equal shares for all assets.
    """

    label: ClassVar[str] = "Risk parity"
    kind: Literal["risk_parity"] = "risk_parity"
    budgets: dict[str, Annotated[float, *fraction(0.0, 1.0)]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _whole(self) -> RiskParity:
        total = sum(self.budgets.values())
        if self.budgets and abs(total - 1.0) > SUM_TOLERANCE_FRAC:
            raise PydanticCustomError(
                "budgets_not_whole",
                "The risk budgets sum to {total}; they must sum to 100%. Scale them, or give none for equal shares.",
                {"total": percent(total)},
            )
        return self

    def explain(self) -> str:
        """Return one sentence that says what is sought."""
        if not self.budgets:
            return "Every asset contributes the same share of the portfolio's risk; expected returns are not used."
        shares = [f"{asset} {percent(share)}" for asset, share in self.budgets.items()]
        return f"The assets contribute these shares of the risk: {listing(shares)}; expected returns are not used."

    def compile(self) -> Goal:
        """Return the goal's form."""
        return RiskBudgetGoal(dict(self.budgets))
