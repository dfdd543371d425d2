"""What if shares, rates, the yield curve, spreads, volatility, oil or the dollar moved?"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from engine.kernel.errors import InputRefused
from engine.stress.conditional import ShockMode
from engine.stress.levels import level_note, move_to
from engine.stress.moves import FACTORS, FactorName, plain_moves, refuse_impossible
from engine.stress.result import FactorShockResult
from engine.stress.scenarios import SCENARIOS, Key, Scenario, Title
from engine.stress.shock import shock
from engine.stress.world import StressWorld

Level = Annotated[float, Field(ge=5.0, le=150.0)]


@SCENARIOS.register("factors")
class FactorShock(Scenario):
    """Moves of factors in their units: shares, oil and dollar as fractions, yields and spreads in percentage points.

    `volatility_level_points` states where the volatility index ends, instead of how far it moves.
    """

    label: ClassVar[str] = "Factor shock"
    kind: Literal["factors"] = "factors"
    id: Key = "factors"
    name: Title = "Factor shock"
    moves: dict[FactorName, float] = Field(default_factory=dict)
    volatility_level_points: Level | None = None
    others: ShockMode = "conditional"

    @model_validator(mode="after")
    def _possible(self) -> FactorShock:
        if not self.moves and self.volatility_level_points is None:
            raise ValueError("nothing moves: give the move of at least one factor")
        if "volatility" in self.moves and self.volatility_level_points is not None:
            raise ValueError("the volatility index is given a move and a level: give one of them")
        try:
            refuse_impossible(plain_moves(self.moves))
        except InputRefused as refusal:
            raise ValueError(" ".join(problem.message for problem in refusal.problems)) from None
        return self

    def explain(self) -> str:
        """Return one sentence that says what is assumed."""
        parts = [f"{FACTORS[name].label} {FACTORS[name].words(move)}" for name, move in self.moves.items()]
        if self.volatility_level_points is not None:
            parts.append(f"{FACTORS['volatility'].label} to {self.volatility_level_points:g}")
        moves = ", ".join(parts)
        others = "the other factors follow" if self.others == "conditional" else "the other factors stay"
        return f"{moves}; {others}."

    def answer(self, world: StressWorld) -> FactorShockResult:
        """Return what the portfolio does."""
        moves, notes = with_level(plain_moves(self.moves), self.volatility_level_points, world)
        answer = shock(
            world.portfolio,
            world.reactions,
            world.model,
            moves,
            scenario=self.id,
            name=self.name,
            mode=self.others,
            benchmark_beta=world.benchmark_beta,
            levels=world.levels,
        )
        return answer.model_copy(update={"notes": (*notes, *answer.notes)})


def with_level(
    moves: dict[str, float], level_points: float | None, world: StressWorld
) -> tuple[dict[str, float], tuple[str, ...]]:
    """Return the moves with that of the volatility index to a level, where one is given, and what to say of it."""
    if level_points is None:
        return moves, ()
    note = level_note("volatility", level_points, world.levels)
    return moves | {"volatility": move_to("volatility", level_points, world.levels)}, (note,)


PRESETS: tuple[FactorShock, ...] = (
    *(
        FactorShock(id=key, name=title, moves=moves)  # type: ignore[arg-type]
        for key, title, moves in (
            ("equity_down_10", "Shares −10%", {"equity": -0.1}),
            ("equity_down_20", "Shares −20%", {"equity": -0.2}),
            ("equity_down_30", "Shares −30%", {"equity": -0.3}),
            ("equity_down_40", "Shares −40%", {"equity": -0.4}),
            ("equity_up_10", "Shares +10%", {"equity": 0.1}),
            ("equity_up_20", "Shares +20%", {"equity": 0.2}),
            ("equity_up_30", "Shares +30%", {"equity": 0.3}),
            ("equity_up_40", "Shares +40%", {"equity": 0.4}),
            ("emerging_down_30", "Emerging market shares −30%", {"emerging": -0.3}),
            ("rates_up_50", "All yields +0.50 points", {"rates": 0.5, "slope": 0.0}),
            ("rates_up_100", "All yields +1.00 point", {"rates": 1.0, "slope": 0.0}),
            ("rates_up_200", "All yields +2.00 points", {"rates": 2.0, "slope": 0.0}),
            ("rates_down_50", "All yields −0.50 points", {"rates": -0.5, "slope": 0.0}),
            ("rates_down_100", "All yields −1.00 point", {"rates": -1.0, "slope": 0.0}),
            ("rates_down_200", "All yields −2.00 points", {"rates": -2.0, "slope": 0.0}),
            ("curve_steeper_50", "Curve steeper by 0.50 points", {"slope": 0.5}),
            ("curve_flatter_50", "Curve flatter by 0.50 points", {"slope": -0.5}),
            ("ig_up_150", "Investment grade spread +1.50 points", {"ig": 1.5}),
            ("credit_up_600", "High yield spread +6.00 points", {"credit": 6.0}),
            ("ig_150_credit_600", "Investment grade +1.50, high yield +6.00 points", {"credit": 6.0, "ig": 1.5}),
            ("oil_down_40", "Oil −40%", {"oil": -0.4}),
            ("oil_up_40", "Oil +40%", {"oil": 0.4}),
            ("usd_up_10", "US dollar +10%", {"usd": 0.1}),
            ("usd_down_10", "US dollar −10%", {"usd": -0.1}),
            ("stagflation", "Shares −20%, yield +1.50 points, oil +40%", {"equity": -0.2, "rates": 1.5, "oil": 0.4}),
        )
    ),
    *(
        FactorShock(id=f"volatility_to_{level:g}", name=f"Volatility index to {level:g}", volatility_level_points=level)
        for level in (40.0, 65.0, 80.0)
    ),
)
