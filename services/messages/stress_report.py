"""In which shapes are stress tests asked for, and answered?

Impacts are signed fractions of the portfolio's value, negative for a loss; amounts (`_ccy`) are in its base currency.
A missing figure is None, never 0.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from engine.stress.result import (
    FactorImpact,
    FactorMove,
    GroupImpact,
    Plausibility,
    PositionImpact,
    ReplayPath,
    Uncovered,
)
from services.messages.exact import Exact
from services.messages.frozen import Message
from services.messages.stress import FactorMoves, Group, Others, OwnQuestion, Question

SCENARIOS_MAX_COUNT = 500
ScenarioId = Annotated[str, Field(min_length=1, max_length=80)]
Mode = Literal["instant", "buy_and_hold", "daily_rebalanced"]


class StressWish(Message):
    """Which scenarios to run: those of the library by id (all where none is named), or one that is stated here.

    `mode` says how a past event is replayed: `instant` applies each asset's return over the whole event at once,
    `buy_and_hold` day by day without trading, `daily_rebalanced` day by day, back to today's weights each evening.
    """

    scenarios: Annotated[tuple[ScenarioId, ...], Field(max_length=SCENARIOS_MAX_COUNT)] = ()
    stated: OwnQuestion | None = None
    mode: Mode = "instant"


class AskedScenario(Message):
    """One scenario as it goes to a worker: everything that its answer depends on, no id to be looked up."""

    id: str
    group: Group
    name: str
    what: str = ""
    unverified_why: str | None = None
    question: Question


class StressRequest(Message):
    """Scenarios to be computed for one portfolio."""

    portfolio_id: str
    scenarios: Annotated[tuple[AskedScenario, ...], Field(min_length=1, max_length=SCENARIOS_MAX_COUNT)]
    mode: Mode = "instant"


class ScenarioResult(Message):
    """What one scenario does to the portfolio.

    Attributes
    ----------
    id, group, name, what : str
        As in the library.
    total_frac, low_frac, high_frac : float or None
        Impact, and its band from 5% to 95%; None where the scenario could not be computed, for which `problem` says
        why.
    total_ccy : Decimal or None
    benchmark_frac : float or None
        What the benchmark does in it.
    index_frac : float or None
        What the S&P 500 did in the event, as recorded.
    covered_frac, proxied_frac : float
        Share of gross weight and cash whose return is known or stands in, and that rests on proxies.
    unverified_why : str or None
        One sentence where figures of the scenario were not checked against their source.
    reached_by : tuple of str
        Factors that move and to which some position reacts directly; of past events none.
    positions, groups, factors, moves, plausibility, uncovered, path, notes
        As the engine states them (`docs/maths/stress.md`).

    """

    id: str
    group: Group
    name: str
    what: str
    start: date | None = None
    end: date | None = None
    sessions_count: int | None = None
    total_frac: float | None
    low_frac: float | None
    high_frac: float | None
    total_ccy: Exact | None
    benchmark_frac: float | None = None
    index_frac: float | None = None
    covered_frac: float = 0.0
    proxied_frac: float = 0.0
    is_mostly_proxied: bool = False
    positions: tuple[PositionImpact, ...] = ()
    groups: tuple[GroupImpact, ...] = ()
    factors: tuple[FactorImpact, ...] = ()
    moves: tuple[FactorMove, ...] = ()
    plausibility: Plausibility | None = None
    uncovered: tuple[Uncovered, ...] = ()
    path: ReplayPath | None = None
    notes: tuple[str, ...] = ()
    problem: str | None = None
    unverified_why: str | None = None
    reached_by: tuple[str, ...] = ()


class FactorLaw(Message):
    """How the factors move together: their second moments about zero over one `period`, in the factors' units.

    `covariance` has shape (k, k) for the k `names`; `routes` says for each whether histories or past events tell.
    `least_moves` is the lowest move that may follow for a factor with a floor, from its present level.
    """

    names: tuple[str, ...]
    covariance: tuple[tuple[float, ...], ...]
    period: Literal["crises", "stressed months"]
    sessions_count: int
    routes: tuple[Literal["history", "events"], ...]
    shrinkage_frac: float
    least_moves: Annotated[dict[str, float], Field(default_factory=dict)]

    @model_validator(mode="after")
    def _is_square(self) -> Self:
        count = len(self.names)
        if len(self.routes) != count or [len(row) for row in self.covariance] != [count] * count:
            message = "The law of the factors is not square; read it from a report anew."
            raise PydanticCustomError("law_shape", message, {"place": ("covariance",)})
        return self


class StressReport(Message):
    """What scenarios do to a portfolio as it stands on `as_of`, in the order in which they were asked for.

    `computed_at_utc`, `elapsed_ms` and `is_current` tell when a worker computed it, how long that took, and whether
    the portfolio and all prices still are as they were. `law` is how the factors move together, None where nothing
    tells.
    """

    portfolio_id: str
    name: str
    base_currency: str
    value_ccy: Exact
    as_of: date
    benchmark_name: str | None
    positions_count: int
    mode: Mode
    results: tuple[ScenarioResult, ...]
    notes: tuple[str, ...] = ()
    law: FactorLaw | None = None
    is_sample: bool = False
    lineage: Annotated[dict[str, Any], Field(default_factory=dict)]
    computed_at_utc: datetime | None = None
    elapsed_ms: float | None = None
    is_current: bool = True


class FactorWish(Message):
    """Moves of factors for which the implied moves of the others, the plausibility and the impact are wanted."""

    moves: FactorMoves
    others: Others = "follow"

    @model_validator(mode="after")
    def _moves_something(self) -> Self:
        if not self.moves.given() and self.moves.volatility_level_points is None:
            message = "Nothing moves; state the move of at least one factor."
            raise PydanticCustomError("nothing_moved", message, {"place": ("moves",)})
        return self
