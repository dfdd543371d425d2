"""How strongly may the portfolio follow its benchmark?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from engine.constraints import CONSTRAINTS, Constraint, Repeats, Side, missing_figures_problems
from engine.kernel.errors import Problem
from engine.kernel.forms import LimitParts, Row, Universe

Exposure = Annotated[float, Field(ge=-1000.0, le=1000.0)]


def check_range(what: str, low: float | None, high: float | None) -> None:
    """Refuse a limit on an exposure that has no side, or a minimum above its maximum."""
    if low is None and high is None:
        raise PydanticCustomError(
            "no_limit", "The limit on {what} has neither a minimum nor a maximum.", {"what": what}
        )
    if low is not None and high is not None and low > high:
        least, most = (f"{low:g}", f"{high:g}") if f"{low:g}" != f"{high:g}" else (repr(low), repr(high))
        raise PydanticCustomError(
            "bounds_cross",
            "The minimum {low} of {what} is above its maximum {high}.",
            {"low": least, "high": most, "what": what},
        )


def range_words(low: float | None, high: float | None) -> str:
    """Return a range as words: ``"from 0.8 to 1.2"``, ``"at most 1.2"``."""
    if low is None:
        return f"at most {high:g}"
    return f"at least {low:g}" if high is None else f"from {low:g} to {high:g}"


@CONSTRAINTS.register("beta")
class Beta(Constraint):
    """min_beta ≤ Σ β_i w_i ≤ max_beta with the assets' betas; cash has none."""

    label: ClassVar[str] = "Beta"
    side_fields: ClassVar[Mapping[Side, str]] = {"lower": "min_beta", "upper": "max_beta"}
    repeats: ClassVar[Repeats] = "once_hard_once_soft"
    kind: Literal["beta"] = "beta"
    min_beta: Exposure | None = None
    max_beta: Exposure | None = None

    @model_validator(mode="after")
    def _has_a_limit(self) -> Beta:
        check_range("beta", self.min_beta, self.max_beta)
        return self

    def explain(self) -> str:
        """Return one sentence that says what the limit demands."""
        return f"The beta of the portfolio is {range_words(self.min_beta, self.max_beta)}."

    def fact_problems(self, universe: Universe) -> list[Problem]:
        """Return a problem when an asset's beta is not known."""
        path = "min_beta" if self.max_beta is None else "max_beta"
        return missing_figures_problems(
            universe.betas, universe, path=path, what="a beta", fact="betas", otherwise="remove the limit"
        )

    def compile(self, universe: Universe) -> LimitParts:
        """Return one row in units of beta."""
        betas = universe.betas
        if betas is None or np.isnan(betas).any():
            raise self.refusal(universe)
        low = -np.inf if self.min_beta is None else self.min_beta
        high = np.inf if self.max_beta is None else self.max_beta
        return LimitParts(rows=(Row("Beta", "beta", "portfolio", betas, low, high),))
