"""What would the market part of a supervisor's scenario do?"""

from __future__ import annotations

from typing import ClassVar, Literal

from engine.kernel.errors import InputRefused, Problem
from engine.stress.regulatory import regulatory_shock
from engine.stress.result import FactorShockResult
from engine.stress.scenarios import SCENARIOS, Key, Scenario
from engine.stress.world import StressWorld


@SCENARIOS.register("regulatory")
class Regulatory(Scenario):
    """A set by its id; inspired by the publication, never a supervisory result."""

    label: ClassVar[str] = "Regulatory set"
    kind: Literal["regulatory"] = "regulatory"
    set: Key

    def explain(self) -> str:
        """Return one sentence that says what is assumed."""
        return f"Inspired by the supervisory set {self.set}; not a supervisory result."

    def answer(self, world: StressWorld) -> FactorShockResult:
        """Return what the portfolio does."""
        if self.set not in world.regulatory:
            known = ", ".join(world.regulatory)
            raise InputRefused([Problem("set", f"There is no set '{self.set}'.", f"Choose among {known}.")])
        return regulatory_shock(
            world.portfolio,
            world.reactions,
            world.model,
            world.regulatory[self.set],
            levels=world.levels,
            benchmark_beta=world.benchmark_beta,
        )
