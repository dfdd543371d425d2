"""What is asked of a benchmark on an instance?"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from engine.academic.instance import ASSETS_MAX_COUNT
from engine.kernel.frozen import FrozenSpec

EVALUATIONS_MAX_COUNT = 200_000
POPULATION_COUNT = 100


class AcademicOptions(FrozenSpec):
    """The problem with few holdings, and the effort; the defaults are those of the literature.

    Everything is counted and nothing timed, so that a benchmark replays bit for bit.

    Attributes
    ----------
    holdings_count
        K: exactly so many assets are held.
    min_frac, max_frac
        Least and most weight of a held asset.
    tradeoffs_count
        How many trade-offs λ, evenly spaced from 0 (the mean alone counts) to 1 (the variance alone counts).
    proof_effort
        How long the search may prove at each trade-off; what is left open is stated as a gap.
    evaluations_count
        How many portfolios each evolutionary algorithm may evaluate; it ends before a generation that would pass it.
    seed
        Of the evolutionary algorithms.

    """

    holdings_count: Annotated[int, Field(ge=1, le=ASSETS_MAX_COUNT)] = 10
    min_frac: Annotated[float, Field(ge=0.0, le=1.0)] = 0.01
    max_frac: Annotated[float, Field(gt=0.0, le=1.0)] = 1.0
    tradeoffs_count: Annotated[int, Field(ge=2, le=201)] = 51
    proof_effort: Literal["quick", "standard", "full"] = "standard"
    evaluations_count: Annotated[int, Field(ge=1_000, le=EVALUATIONS_MAX_COUNT)] = 20_000
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 7

    @model_validator(mode="after")
    def _has_room(self) -> Self:
        if self.min_frac > self.max_frac:
            raise PydanticCustomError(
                "bounds_cross",
                "The least weight of a held asset lies above the most. Lower `min_frac` or raise `max_frac`.",
            )
        if self.holdings_count * self.min_frac > 1.0 + 1e-12:
            raise PydanticCustomError(
                "minimum_too_high",
                "{count} holdings of at least {least} come to more than 1. Lower `min_frac` or `holdings_count`.",
                {"count": self.holdings_count, "least": self.min_frac},
            )
        if self.holdings_count * self.max_frac < 1.0 - 1e-12:
            raise PydanticCustomError(
                "maximum_too_low",
                "{count} holdings of at most {most} do not come to 1. Raise `max_frac` or `holdings_count`.",
                {"count": self.holdings_count, "most": self.max_frac},
            )
        return self

    @property
    def is_that_of_the_literature(self) -> bool:
        """Whether the problem is the one that published figures are about: 10 holdings, 1% to 100%, 51 trade-offs."""
        asked = (self.holdings_count, self.min_frac, self.max_frac, self.tradeoffs_count)
        return asked == (10, 0.01, 1.0, 51)
