"""What if shares, rates, credit, volatility, oil or the dollar moved?"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from engine.kernel.errors import InputRefused
from engine.stress.conditional import ShockMode
from engine.stress.moves import FACTORS, FactorName, plain_moves, refuse_impossible
from engine.stress.result import FactorShockResult
from engine.stress.scenarios import SCENARIOS, Key, Scenario, Title
from engine.stress.shock import shock
from engine.stress.world import StressWorld


@SCENARIOS.register("factors")
class FactorShock(Scenario):
    """Moves of factors in their units: shares, oil and dollar as fractions, yields and spreads in percentage points."""

    label: ClassVar[str] = "Factor shock"
    kind: Literal["factors"] = "factors"
    id: Key = "factors"
    name: Title = "Factor shock"
    moves: Annotated[dict[FactorName, float], Field(min_length=1)]
    others: ShockMode = "conditional"

    @model_validator(mode="after")
    def _possible(self) -> FactorShock:
        try:
            refuse_impossible(plain_moves(self.moves))
        except InputRefused as refusal:
            raise ValueError(" ".join(problem.message for problem in refusal.problems)) from None
        return self

    def explain(self) -> str:
        """Return one sentence that says what is assumed."""
        moves = ", ".join(f"{FACTORS[name].label} {FACTORS[name].words(move)}" for name, move in self.moves.items())
        others = "the other factors follow" if self.others == "conditional" else "the other factors stay"
        return f"{moves}; {others}."

    def answer(self, world: StressWorld) -> FactorShockResult:
        """Return what the portfolio does."""
        return shock(
            world.portfolio,
            world.reactions,
            world.model,
            plain_moves(self.moves),
            scenario=self.id,
            name=self.name,
            mode=self.others,
            benchmark_beta=world.benchmark_beta,
        )


PRESETS: tuple[FactorShock, ...] = tuple(
    FactorShock(id=key, name=title, moves=moves)  # type: ignore[arg-type]
    for key, title, moves in (
        ("equity_down_10", "Shares −10%", {"equity": -0.1}),
        ("equity_down_20", "Shares −20%", {"equity": -0.2}),
        ("equity_down_30", "Shares −30%", {"equity": -0.3}),
        ("equity_down_40", "Shares −40%", {"equity": -0.4}),
        ("equity_up_10", "Shares +10%", {"equity": 0.1}),
        ("equity_up_20", "Shares +20%", {"equity": 0.2}),
        ("rates_up_50", "Ten-year yield +0.50 points", {"rates": 0.5}),
        ("rates_up_100", "Ten-year yield +1.00 point", {"rates": 1.0}),
        ("rates_up_200", "Ten-year yield +2.00 points", {"rates": 2.0}),
        ("rates_down_100", "Ten-year yield −1.00 point", {"rates": -1.0}),
        ("credit_up_600", "High yield spread +6.00 points", {"credit": 6.0}),
        ("volatility_up_20", "Volatility index +20 points", {"volatility": 20.0}),
        ("volatility_up_40", "Volatility index +40 points", {"volatility": 40.0}),
        ("oil_down_40", "Oil −40%", {"oil": -0.4}),
        ("oil_up_40", "Oil +40%", {"oil": 0.4}),
        ("usd_up_10", "US dollar +10%", {"usd": 0.1}),
        ("usd_down_10", "US dollar −10%", {"usd": -0.1}),
        ("stagflation", "Shares −20%, yield +1.50 points, oil +40%", {"equity": -0.2, "rates": 1.5, "oil": 0.4}),
    )
)
