"""Which portfolio splits the capital between clusters of similar assets by their risk?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from engine.kernel.forms import Goal, RuleGoal
from engine.objectives import OBJECTIVES, Objective

Linkage = Literal["ward", "single", "average", "complete"]


@dataclass(frozen=True, slots=True)
class HierarchyGoal(RuleGoal):
    """The rule with the distance between clusters that it uses."""

    linkage: Linkage = "ward"


@OBJECTIVES.register("hierarchical_risk_parity")
class HierarchicalRiskParity(Objective):
    """Recursive bisection of the assets in the order of their cluster tree. López de Prado (2016), JPM 42(4)."""

    label: ClassVar[str] = "Hierarchical risk parity"
    kind: Literal["hierarchical_risk_parity"] = "hierarchical_risk_parity"
    linkage: Linkage = "ward"

    def explain(self) -> str:
        """Return one sentence that says what is sought."""
        return (
            f"Capital split between clusters of similar assets ({self.linkage} linkage) in inverse proportion to their "
            "variances, or the nearest portfolio that keeps the limits; expected returns are not used."
        )

    def compile(self) -> Goal:
        """Return the goal's form."""
        return HierarchyGoal("hierarchical_risk_parity", self.linkage)
