"""What if these assets, sectors and factors moved as I say?"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from engine.kernel.units import plural
from engine.stress.conditional import ShockMode
from engine.stress.moves import FactorName, plain_moves
from engine.stress.own_moves import own_moves
from engine.stress.result import FactorShockResult
from engine.stress.scenarios import SCENARIOS, Key, Scenario, Title
from engine.stress.scenarios.factors import Level, with_level
from engine.stress.world import StressWorld

Return = Annotated[float, Field(ge=-1.0, le=10.0)]


@SCENARIOS.register("custom")
class Custom(Scenario):
    """Stated returns come first: an asset's own, then its sector's, then what the factors' moves do to it.

    Moves of currencies against the base come on top.
    """

    label: ClassVar[str] = "Own scenario"
    kind: Literal["custom"] = "custom"
    id: Key = "custom"
    name: Title
    description: Annotated[str, Field(max_length=2000)] = ""
    moves: dict[FactorName, float] = Field(default_factory=dict)
    volatility_level_points: Level | None = None
    others: ShockMode = "conditional"
    asset_returns_frac: Annotated[dict[str, Return], Field(max_length=2000)] = Field(default_factory=dict)
    group_returns_frac: Annotated[dict[str, Return], Field(max_length=200)] = Field(default_factory=dict)

    currency_moves_frac: Annotated[dict[str, Return], Field(max_length=50)] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _says_something(self) -> Custom:
        if "volatility" in self.moves and self.volatility_level_points is not None:
            raise ValueError("the volatility index is given a move and a level: give one of them")
        if self.volatility_level_points is not None:
            return self
        if not (self.moves or self.asset_returns_frac or self.group_returns_frac or self.currency_moves_frac):
            raise ValueError("nothing moves: give the move of a factor, a sector, an asset or a currency")
        return self

    def explain(self) -> str:
        """Return one sentence that says what is assumed."""
        parts = [
            plural(len(one), noun) if noun != "currency" or len(one) == 1 else f"{len(one)} currencies"
            for one, noun in (
                (self.moves, "factor"),
                (self.group_returns_frac, "sector"),
                (self.asset_returns_frac, "asset"),
                (self.currency_moves_frac, "currency"),
            )
            if one
        ]
        if self.volatility_level_points is not None:
            parts.append(f"the volatility index to {self.volatility_level_points:g}")
        return f"{self.name}: moves of {', '.join(parts)}."

    def answer(self, world: StressWorld) -> FactorShockResult:
        """Return what the portfolio does."""
        moves, notes = with_level(plain_moves(self.moves), self.volatility_level_points, world)
        answer = own_moves(
            world.portfolio,
            world.reactions,
            world.model,
            moves,
            self.asset_returns_frac,
            self.group_returns_frac,
            self.currency_moves_frac,
            world.currencies,
            scenario=self.id,
            name=self.name,
            mode=self.others,
            benchmark_beta=world.benchmark_beta,
            levels=world.levels,
        )
        return answer.model_copy(update={"notes": (*notes, *answer.notes)})
