"""What could happen, how often, if chance had its way?"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from engine.stress.result_tails import MarginKind, MonteCarloResult, SimulationMethod
from engine.stress.scenarios import SCENARIOS, Scenario
from engine.stress.scenarios.correlation import Level
from engine.stress.world import StressWorld

DAYS_DRAWN_MAX_COUNT = 2_000_000


@SCENARIOS.register("monte_carlo")
class MonteCarlo(Scenario):
    """Simulated returns over a horizon, with standard errors."""

    label: ClassVar[str] = "Monte Carlo"
    kind: Literal["monte_carlo"] = "monte_carlo"
    method: SimulationMethod = "t_copula"
    margins: MarginKind = "filtered"
    scenarios_count: Annotated[int, Field(ge=1000, le=500_000)] = 100_000
    paths_count: Annotated[int, Field(ge=100, le=20_000)] = 5_000
    horizon_days: Annotated[int, Field(ge=1, le=252)] = 1
    levels_frac: Annotated[tuple[Level, ...], Field(min_length=1, max_length=6)] = (0.95, 0.99, 0.999)
    losses_frac: Annotated[tuple[Annotated[float, Field(gt=0.0, le=1.0)], ...], Field(min_length=1, max_length=10)] = (
        0.02,
        0.05,
        0.1,
        0.2,
    )
    mean_block_days: Annotated[int, Field(ge=1, le=60)] = 15
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 7

    @model_validator(mode="after")
    def _not_too_many(self) -> MonteCarlo:
        if self.method != "block_bootstrap" and self.scenarios_count * self.horizon_days > DAYS_DRAWN_MAX_COUNT:
            most = DAYS_DRAWN_MAX_COUNT // self.horizon_days
            raise ValueError(f"{self.horizon_days} sessions allow at most {most:,} scenarios")
        return self

    def explain(self) -> str:
        """Return one sentence that says what is assumed."""
        return f"{self.scenarios_count:,} scenarios of {self.horizon_days} sessions by {self.method.replace('_', ' ')}."

    def answer(self, world: StressWorld) -> MonteCarloResult:
        """Return the distribution."""
        from engine.stress.monte_carlo import simulate  # its libraries take a second, and parsing needs none

        return simulate(
            world.portfolio,
            world.history.returns_frac,
            method=self.method,
            scenarios_count=self.scenarios_count,
            paths_count=self.paths_count,
            horizon_days=self.horizon_days,
            levels_frac=self.levels_frac,
            losses_frac=self.losses_frac,
            mean_block_days=self.mean_block_days,
            margins=self.margins,
            garch=world.garch,
            seed=self.seed,
        )
