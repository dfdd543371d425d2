"""In which shapes are stress scenarios listed, stated, kept and shared?

Moves of factors: `equity_frac`, `emerging_frac`, `oil_frac` and `usd_frac` are fractions; `rates_pp`, `slope_pp`,
`credit_pp` and `ig_pp` percentage points of yield, of ten-year less two-year yield, and of spreads; `volatility_points`
points of the VIX. Positive is up; a stronger dollar and a steeper curve are positive.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from engine.kernel.frozen import FrozenSpec
from engine.kernel.units import fraction
from services.messages.frozen import Message
from services.messages.templates import Name, Sharing, Text

Group = Literal["historic", "factor", "regulatory", "correlation", "liquidity", "own"]
Others = Literal["follow", "stay"]
Key = Annotated[str, Field(min_length=1, max_length=80)]
Return = Annotated[float, *fraction(-1.0, 10.0)]
FACTORS: Final = ("equity", "rates", "credit", "volatility", "oil", "usd", "slope", "ig", "emerging")
"""The factors that can be moved, in the order of the engine."""
MOVE_FIELDS: Final = (
    "equity_frac", "rates_pp", "credit_pp", "volatility_points", "oil_frac", "usd_frac", "slope_pp", "ig_pp",
    "emerging_frac",
)  # fmt: skip
"""The field of each factor, in the same order."""


class FactorMoves(FrozenSpec):
    """Moves of up to nine factors; what is left out follows or stays.

    `volatility_level_points` says where the volatility index ends, in place of how far it moves.
    """

    equity_frac: Annotated[float, *fraction(-0.95, 2.0)] | None = None
    rates_pp: Annotated[float, Field(ge=-10.0, le=10.0)] | None = None
    credit_pp: Annotated[float, Field(ge=-10.0, le=30.0)] | None = None
    volatility_points: Annotated[float, Field(ge=-60.0, le=150.0)] | None = None
    oil_frac: Annotated[float, *fraction(-0.95, 5.0)] | None = None
    usd_frac: Annotated[float, *fraction(-0.6, 1.0)] | None = None
    slope_pp: Annotated[float, Field(ge=-10.0, le=10.0)] | None = None
    ig_pp: Annotated[float, Field(ge=-8.0, le=20.0)] | None = None
    emerging_frac: Annotated[float, *fraction(-0.95, 2.0)] | None = None
    volatility_level_points: Annotated[float, Field(ge=5.0, le=150.0)] | None = None

    @model_validator(mode="after")
    def _one_way_for_volatility(self) -> Self:
        if self.volatility_points is not None and self.volatility_level_points is not None:
            message = "The volatility index is given a move and a level; give one of them."
            raise PydanticCustomError("volatility_twice", message, {"place": ("volatility_level_points",)})
        return self

    def given(self) -> dict[str, float]:
        """Return the stated moves by factor, in the engine's order; a level of the volatility index is no move."""
        values = (getattr(self, name) for name in MOVE_FIELDS)
        return {factor: value for factor, value in zip(FACTORS, values, strict=True) if value is not None}


class FactorQuestion(FrozenSpec):
    """What if these factors moved at once; the others follow as they did in past crises, or stay where they are.

    `asset_returns_frac` (by symbol) and `sector_returns_frac` state returns of what is held; an asset's own comes
    before its sector's, and that before what the factors would do to it.
    """

    kind: Literal["factors"] = "factors"
    moves: FactorMoves = FactorMoves()
    others: Others = "follow"
    sector_returns_frac: Annotated[dict[Key, Return], Field(max_length=50, default_factory=dict)]
    asset_returns_frac: Annotated[dict[Key, Return], Field(max_length=200, default_factory=dict)]

    @model_validator(mode="after")
    def _moves_something(self) -> Self:
        if self.moves.volatility_level_points is not None:
            return self
        if not (self.moves.given() or self.sector_returns_frac or self.asset_returns_frac):
            message = "Nothing moves; state the move of at least one factor, sector or asset."
            raise PydanticCustomError("nothing_moved", message, {"place": ("moves",)})
        return self


class WindowQuestion(FrozenSpec):
    """What if the days after the close of `start`, up to the close of `end`, came again."""

    kind: Literal["window"] = "window"
    start: Annotated[date, Field(strict=False)]
    end: Annotated[date, Field(strict=False)]

    @model_validator(mode="after")
    def _ends_later(self) -> Self:
        if self.end <= self.start:
            what = "ends on the day on which it begins" if self.end == self.start else "ends before it begins"
            message = f"The window {what}; name a later day than its start."
            raise PydanticCustomError("window_backwards", message, {"place": ("end",)})
        return self


class EventQuestion(FrozenSpec):
    """What if an event of the library came again."""

    kind: Literal["event"] = "event"
    event: Annotated[str, Field(min_length=1, max_length=60)]


class RegulatoryQuestion(FrozenSpec):
    """What if the market part of a supervisor's set happened."""

    kind: Literal["regulatory"] = "regulatory"
    set: Annotated[str, Field(min_length=1, max_length=60)]


Question = Annotated[FactorQuestion | WindowQuestion | EventQuestion | RegulatoryQuestion, Field(discriminator="kind")]
OwnQuestion = Annotated[FactorQuestion | WindowQuestion, Field(discriminator="kind")]


class Scenario(Message):
    """One scenario of the library.

    `index_move_frac` is what the S&P 500 did in the event, None where nothing is recorded; `facts` are figures of a
    supervisor's set in words; `question` is None for correlation and liquidity, which answer another question.
    `unverified_why` is one sentence where figures were not checked against their source (`verified_on` is then None).
    `problem` is one sentence where nothing can be computed from what is known of it.
    `version` and `row_version` are those of an own scenario.
    """

    id: str
    group: Group
    name: str
    what: str
    start: date | None = None
    end: date | None = None
    index_move_frac: float | None = None
    source: str | None = None
    verified_on: date | None = None
    unverified_why: str | None = None
    facts: tuple[str, ...] = ()
    problem: str | None = None
    question: Question | None = None
    version: int | None = None
    row_version: int | None = None
    is_mine: bool = False


class NewOwnScenario(Message):
    """A scenario to keep; `team_id` is needed where `sharing` is `team`. `note` says what this version is about."""

    name: Name
    description: Text | None = None
    sharing: Sharing = Sharing.PRIVATE
    team_id: str | None = None
    question: OwnQuestion
    note: Text | None = None


class OwnScenarioChanges(Message):
    """What to put in place of a kept scenario.

    Fields that are left out stay. Another `question` makes a new version, with `note`.
    """

    name: Name | None = None
    description: Text | None = None
    sharing: Sharing | None = None
    team_id: str | None = None
    question: OwnQuestion | None = None
    note: Text | None = None


class OwnScenarioVersion(Message):
    """One version of a kept scenario; it is never changed. `made_by` is None for people the reader does not see."""

    version: int
    question: OwnQuestion
    note: str | None
    made_by: str | None
    created_at_utc: datetime


class OwnScenario(Message):
    """A kept scenario with its present version; only its owner (`is_mine`) changes it."""

    id: str
    name: str
    description: str | None
    sharing: Sharing
    team_id: str | None
    owner_id: str
    owner_name: str | None
    is_mine: bool
    version: int
    question: OwnQuestion
    row_version: int
    created_at_utc: datetime
    changed_at_utc: datetime


def own_id(kept_id: str) -> str:
    """Return the id under which a kept scenario stands in the library."""
    return f"own:{kept_id}"


def kept_id(scenario_id: str) -> str:
    """Return the id of a kept scenario from the one under which it stands in the library."""
    return scenario_id.removeprefix("own:")


def plain_question(question: Any) -> dict[str, Any]:
    """Return a question as plain values without what was not stated."""
    found: dict[str, Any] = question.model_dump(mode="json", exclude_none=True)
    return found
