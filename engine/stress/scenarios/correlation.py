"""What if diversification failed?"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from engine.kernel.units import percent
from engine.stress.correlation import BreakdownKind, break_down
from engine.stress.result_tails import CorrelationResult
from engine.stress.scenarios import SCENARIOS, Scenario
from engine.stress.world import StressWorld

Level = Annotated[float, Field(gt=0.5, lt=1.0)]


@SCENARIOS.register("correlation")
class CorrelationBreakdown(Scenario):
    """Correlations move toward a stressed matrix; volatilities stay or are scaled.

    `edited` holds a matrix of the user's for `edited_assets`, of any kind; the nearest correlation matrix is taken.
    """

    label: ClassVar[str] = "Correlation breakdown"
    kind: Literal["correlation"] = "correlation"
    breakdown: BreakdownKind = "toward_one"
    strength_frac: Annotated[float, Field(ge=0.0, le=1.0)] = 0.5
    stressed_correlation: Annotated[float, Field(ge=0.0, le=1.0)] = 0.9
    volatilities_scaled_by: Annotated[float, Field(gt=0.0, le=10.0)] = 1.0
    levels_frac: Annotated[tuple[Level, ...], Field(min_length=1, max_length=5)] = (0.95, 0.99)
    horizon_days: Annotated[int, Field(ge=1, le=252)] = 1
    edited_assets: Annotated[tuple[str, ...], Field(max_length=200)] = ()
    edited: Annotated[tuple[tuple[float, ...], ...], Field(max_length=200)] = ()

    def explain(self) -> str:
        """Return one sentence that says what is assumed."""
        return f"Correlations go {percent(self.strength_frac, 0)} of the way to a stressed matrix ({self.breakdown})."

    def answer(self, world: StressWorld) -> CorrelationResult:
        """Return risk along the way."""
        return break_down(
            world.portfolio,
            world.history.returns_frac,
            kind=self.breakdown,
            strength_frac=self.strength_frac,
            stressed_correlation=self.stressed_correlation,
            volatilities_scaled_by=self.volatilities_scaled_by,
            levels_frac=self.levels_frac,
            horizon_days=self.horizon_days,
            edited=(self.edited_assets, self.edited) if self.edited else None,
        )
