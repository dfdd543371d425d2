"""What could happen, how often, if chance had its way?"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from engine.stress.result_tails import Drift, MarginKind, MonteCarloResult, SimulationMethod
from engine.stress.scenarios import SCENARIOS, Scenario
from engine.stress.scenarios.correlation import Level
from engine.stress.world import StressWorld

DAYS_DRAWN_MAX_COUNT = 2_000_000
LIGHT = ("block_bootstrap", "regimes")
LIGHT_TIMES = 10
"""Methods that draw the portfolio alone may draw ten times as many days; the limit keeps memory within bounds."""


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
    drift: Drift = "none"
    mean_block_days: Annotated[int, Field(ge=1, le=60)] = 15
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 7

    @property
    def drawn_count(self) -> int:
        """Return how many scenarios are drawn: no more than memory holds over the horizon."""
        limit = DAYS_DRAWN_MAX_COUNT * (LIGHT_TIMES if self.method in LIGHT else 1)
        return min(self.scenarios_count, limit // self.horizon_days)

    def explain(self) -> str:
        """Return one sentence that says what is assumed."""
        return f"{self.drawn_count:,} scenarios of {self.horizon_days} sessions by {self.method.replace('_', ' ')}."

    def answer(self, world: StressWorld) -> MonteCarloResult:
        """Return the distribution."""
        from engine.stress.monte_carlo import simulate  # its libraries take a second, and parsing needs none

        found = simulate(
            world.portfolio,
            world.history.returns_frac,
            method=self.method,
            scenarios_count=self.drawn_count,
            paths_count=self.paths_count,
            horizon_days=self.horizon_days,
            levels_frac=self.levels_frac,
            losses_frac=self.losses_frac,
            mean_block_days=self.mean_block_days,
            margins=self.margins,
            garch=world.garch,
            portfolio_garch=world.portfolio_garch,
            drift=self.drift,
            seed=self.seed,
        )
        if self.drawn_count == self.scenarios_count:
            return found
        note = (
            f"{self.drawn_count:,} scenarios were drawn instead of {self.scenarios_count:,}: over {self.horizon_days} "
            "sessions more would need too much memory. The errors say what that costs."
        )
        return found.model_copy(update={"notes": (note, *found.notes)})
