"""In which shapes are optimizations asked for, previewed and traded?"""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import Field

from engine.compliance.kept import RuleKept
from engine.diagnosis import Diagnosis
from engine.result import OptimizationResult
from engine.spec import OptimizationRequest
from services.messages.frozen import Message

__all__ = [
    "Apply",
    "Diagnosis",
    "OptimizationRequest",
    "OptimizationResult",
    "Preview",
    "Problem",
    "RepairWish",
    "Repaired",
    "RuleKept",
    "RulesKept",
    "SingleRepairWish",
    "Trade",
    "TradeList",
]


class Problem(Message):
    """One thing that stands in the way, with the field it concerns."""

    path: str
    message: str
    advice: str = ""


class RulesKept(Message):
    """How many rules of compliance the portfolio has in force, how many bind, and whether the run keeps those."""

    in_force_count: int
    binding_count: int
    are_kept: bool


class UniverseFile(Message):
    """Which known assets a file names, what stands beside them and is not known, and as what it was read."""

    symbols: tuple[str, ...]
    unknown: tuple[str, ...]
    read_as: str


class KeptDraft(Message):
    """What somebody left in the wizard, as it was typed; None where nothing is kept."""

    draft: dict[str, Any] | None


class ExpectedTime(Message):
    """Between how many seconds the work takes, as eight of ten of `runs_count` runs like it did.

    Without enough of them `runs_count` is 0, and the times are those at which the product itself was measured.
    """

    least_s: float
    most_s: float
    runs_count: int


class Preview(Message):
    """What would be computed, before anything is.

    `problems` stand in the way of a start. `obstacle` does not: it is the first conflict of the `diagnosis`, which says
    why no portfolio can meet the limits and what would help; or, with the path `objective`, why no Sharpe ratio can be
    maximized. Both are also what the run would answer; `is_feasible` is None where that could not be looked at. The
    history begins on `window_start`, for all assets together: days on which one of them has no price are left out.
    `benchmark_name` names the benchmark that goal, limits or estimates are measured against, where they need one.
    `rules` says which rules of the portfolio the run keeps besides its limits; the diagnosis does not look at them.
    """

    sentence: str
    problems: tuple[Problem, ...]
    warnings: tuple[str, ...]
    is_feasible: bool | None
    obstacle: Problem | None
    assets_count: int
    observations_count: int | None
    as_of: date | None
    is_ready: bool
    diagnosis: Diagnosis | None = None
    window_start: date | None = None
    benchmark_name: str | None = None
    rules: RulesKept | None = None
    expected_time: ExpectedTime | None = None


class SingleRepairWish(Message):
    """The single repair to apply, by its place in the diagnosis, counted from 0."""

    single: int = Field(ge=0, le=10_000)


Apply = Literal["joint"] | SingleRepairWish


class RepairWish(Message):
    """An optimization and which repair of its diagnosis to apply: the joint one, or a single one by its place."""

    request: OptimizationRequest
    apply: Apply = "joint"


class Repaired(Message):
    """The request with the repair, and the diagnosis of that request: the repair is verified by it."""

    request: OptimizationRequest
    diagnosis: Diagnosis


class Trade(Message):
    """What to buy or sell of one asset to get from the present weights to the proposed ones.

    Amounts are decimal numbers as text; a sale is negative. `quantity` is None where there is no price or no portfolio.
    """

    asset: str
    side: str
    current_frac: float
    proposed_frac: float
    trade_frac: float
    amount_ccy: str | None
    price: float | None
    quantity: str | None


class TradeList(Message):
    """All trades of a result, with the turnover: half the sum of the absolute changes.

    `cost_once_frac` is what the trades cost, as a fraction of the capital, and `cost_ccy` the same in money; None where
    the request counted no costs or no value is known.
    """

    run_id: str
    portfolio_id: str | None
    base_currency: str | None
    value_ccy: str | None
    turnover_frac: float
    trades: tuple[Trade, ...]
    sentence: str
    cost_once_frac: float | None = None
    cost_ccy: str | None = None
