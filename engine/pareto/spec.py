"""What is a request with several objectives at once? The one definition of form, API, worker and stored runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Literal, get_args

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from engine.kernel.frozen import OpenSpec
from engine.kernel.units import fraction
from engine.objectives.min_volatility import MinVolatility
from engine.spec import AnyObjective, OptimizationRequest

ParetoKind = Literal[
    "return",
    "volatility",
    "cvar",
    "cdar",
    "max_drawdown",
    "semi_deviation",
    "tracking_error",
    "esg",
    "yield",
    "turnover",
    "trading_cost",
    "sharpe",
    "diversification",
    "holdings_count",
]
ParetoMethod = Literal["auto", "exact", "evolutionary"]
ParetoEffort = Literal["quick", "standard", "thorough"]
ParetoDirection = Literal["natural", "maximize", "minimize"]

KINDS: tuple[ParetoKind, ...] = get_args(ParetoKind)
LABELS: dict[ParetoKind, str] = {
    "return": "Expected return",
    "volatility": "Volatility",
    "cvar": "Loss on the worst days (CVaR)",
    "cdar": "Average of the worst drawdowns (CDaR)",
    "max_drawdown": "Largest drawdown",
    "semi_deviation": "Semi-deviation",
    "tracking_error": "Tracking error",
    "esg": "ESG score",
    "yield": "Yield",
    "turnover": "Turnover",
    "trading_cost": "Trading cost",
    "sharpe": "Sharpe ratio",
    "diversification": "Diversification ratio",
    "holdings_count": "Number of holdings",
}
MAXIMIZED: frozenset[ParetoKind] = frozenset({"return", "esg", "yield", "sharpe", "diversification"})
EITHER_WAY: frozenset[ParetoKind] = frozenset({"esg", "yield"})
SEARCHED: frozenset[ParetoKind] = frozenset({"sharpe", "diversification", "holdings_count"})
OBJECTIVES_MIN_COUNT, OBJECTIVES_MAX_COUNT = 2, 5
GENERATIONS_COUNT: dict[ParetoEffort, int] = {"quick": 60, "standard": 200, "thorough": 800}


class ParetoObjective(OpenSpec):
    """One of the objectives that are sought at once.

    Attributes
    ----------
    kind
        What is measured, see `LABELS`.
    weight
        How much it counts beside the others, in any unit: only ratios matter. None for all of them stands for equal
        weights; 0 keeps the objective on the surface without steering the choice.
    direction
        ``"natural"`` is up for return, ESG score, yield, Sharpe and diversification ratio, and down for the rest; an
        ESG score follows the direction that the facts state. Only the ESG score and the yield may be turned.
    level
        Confidence level of CVaR and CDaR; no part in the others.

    """

    kind: ParetoKind
    weight: Annotated[float, Field(ge=0.0, le=1e6)] | None = None
    direction: ParetoDirection = "natural"
    level: Annotated[float, *fraction(0.5, 0.999)] = 0.95

    @model_validator(mode="after")
    def _one_way(self) -> ParetoObjective:
        natural = "maximize" if self.kind in MAXIMIZED else "minimize"
        if self.kind not in EITHER_WAY and self.direction not in ("natural", natural):
            raise PydanticCustomError(
                "one_direction",
                "{label} can only be sought in its natural direction ({natural}). Leave `direction` out.",
                {"label": LABELS[self.kind], "natural": natural},
            )
        return self

    @property
    def label(self) -> str:
        """The objective's name on screen."""
        return LABELS[self.kind]


class SeveralObjectives(OpenSpec):
    """What is sought at once, and how.

    Attributes
    ----------
    objectives
        Two to five different ones.
    points_count
        How many portfolios are shown at most; they are spread over the surface. Its ends, the best and the worst of
        each objective, are always among them, also where fewer are asked for.
    method
        ``"exact"`` refuses whatever no convex method can prove; ``"evolutionary"`` searches even where one could, and
        starts from the exact points; ``"auto"`` searches only where it must.
    effort
        How long a search goes on, in counted generations (`GENERATIONS_COUNT`) and never in seconds, so that the same
        request and seed replay bit for bit.
    without_data
        What becomes of an asset that lacks the ESG score or the yield an objective needs: ``"refuse"`` the request, or
        ``"leave_out"`` those assets (their weight is held at 0), which a note says.

    """

    objectives: Annotated[
        tuple[ParetoObjective, ...], Field(min_length=OBJECTIVES_MIN_COUNT, max_length=OBJECTIVES_MAX_COUNT)
    ]
    points_count: Annotated[int, Field(ge=2, le=1000)] = 200
    method: ParetoMethod = "auto"
    effort: ParetoEffort = "standard"
    without_data: Literal["refuse", "leave_out"] = "refuse"

    @model_validator(mode="after")
    def _different(self) -> SeveralObjectives:
        twice = [kind for kind, count in Counter(one.kind for one in self.objectives).items() if count > 1]
        if twice:
            raise PydanticCustomError(
                "repeated_objective",
                "The objective `{kind}` is given more than once. Keep one.",
                {"kind": twice[0], "place": ("objectives", self._last_place(twice[0]))},
            )
        weights = [one.weight for one in self.objectives]
        if any(weight is not None for weight in weights) and not sum(weight or 0.0 for weight in weights) > 0.0:
            raise PydanticCustomError(
                "no_weight",
                "{which}, so nothing says what counts. Give one a weight above 0, or leave all weights out to count "
                "them the same.",
                {"which": _without_weight(weights), "place": ("objectives",)},
            )
        return self

    def _last_place(self, kind: ParetoKind) -> int:
        return max(at for at, one in enumerate(self.objectives) if one.kind == kind)

    def shares_frac(self) -> tuple[float, ...]:
        """Return the weights of the objectives as fractions that sum to 1.

        Where some are given, those without one count as 0; where none is, all count the same.
        """
        given = [one.weight for one in self.objectives]
        if all(weight is None for weight in given):
            return (1.0 / len(given),) * len(given)
        total = sum(weight or 0.0 for weight in given)
        return tuple((weight or 0.0) / total for weight in given)


def _without_weight(weights: Sequence[float | None]) -> str:
    """Return why no objective counts, in the words of what was written."""
    if None not in weights:
        return "Every objective has the weight 0"
    return "The only weights given are 0, and beside given weights an objective without one counts as 0"


class ParetoRequest(SeveralObjectives, OptimizationRequest):
    """Everything of an optimization request, and the objectives that are sought at once.

    `objective` plays no part: it is there because data and limits of the two requests are the same.
    """

    objective: AnyObjective = MinVolatility()
