"""What if investors left while markets are thin?"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from engine.kernel.units import percent, plural
from engine.stress.redemption import redeem
from engine.stress.result_tails import RedemptionResult
from engine.stress.scenarios import SCENARIOS, Scenario
from engine.stress.world import StressWorld


@SCENARIOS.register("liquidity")
class Redemption(Scenario):
    """A redemption that must be paid within some sessions, with less volume and wider spreads."""

    label: ClassVar[str] = "Liquidity stress"
    kind: Literal["liquidity"] = "liquidity"
    redemption_frac: Annotated[float, Field(gt=0.0, le=1.0)] = 0.2
    days_count: Annotated[int, Field(ge=1, le=60)] = 5
    participation_frac: Annotated[float, Field(gt=0.0, le=1.0)] = 0.2
    volume_scale: Annotated[float, Field(gt=0.0, le=2.0)] = 0.5
    spread_scale: Annotated[float, Field(ge=1.0, le=20.0)] = 3.0

    def explain(self) -> str:
        """Return one sentence that says what is assumed."""
        return (
            f"Investors redeem {percent(self.redemption_frac)} within {plural(self.days_count, 'session')}; "
            f"volumes are {self.volume_scale:g} times and spreads {self.spread_scale:g} times the usual."
        )

    def answer(self, world: StressWorld) -> RedemptionResult:
        """Return how it is paid, most liquid first and pro rata."""
        return redeem(
            world.portfolio,
            world.markets,
            redemption_frac=self.redemption_frac,
            days_count=self.days_count,
            participation_frac=self.participation_frac,
            volume_scale=self.volume_scale,
            spread_scale=self.spread_scale,
        )
