"""How good must the portfolio's average ESG score be?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from engine.constraints import CONSTRAINTS, Constraint, Repeats, Side, missing_figures_problems, unknown_figures
from engine.kernel.errors import Problem
from engine.kernel.forms import Box, LimitParts, Row, Universe
from engine.kernel.units import listing


@CONSTRAINTS.register("esg_floor")
class EsgFloor(Constraint):
    """Σ s_i w_i / Σ w_i ≥ min_score where higher scores are better, ≤ min_score where lower ones are.

    The average is over what is invested; cash has no score. An asset without a score is refused by name, or, with
    ``unknown`` set to ``"exclude"``, left out of the portfolio, which the notes say.
    """

    label: ClassVar[str] = "ESG floor"
    side_fields: ClassVar[Mapping[Side, str]] = {"lower": "min_score", "upper": "min_score"}
    repeats: ClassVar[Repeats] = "once_hard_once_soft"
    is_average: ClassVar[bool] = True
    kind: Literal["esg_floor"] = "esg_floor"
    min_score: Annotated[float, Field(ge=-1e6, le=1e6)]
    unknown: Literal["refuse", "exclude"] = "refuse"

    def explain(self) -> str:
        """Return one sentence that says what the limit demands."""
        left_out = "; assets without a score are left out" if self.unknown == "exclude" else ""
        return f"The average ESG score of what is invested is {self.min_score:g} or better{left_out}."

    def fact_problems(self, universe: Universe) -> list[Problem]:
        """Return a problem when scores are missing and such assets may not simply be left out."""
        missing = len(unknown_figures(universe.esg_scores, universe))
        if self.unknown == "exclude" and missing < universe.count:
            return []
        return missing_figures_problems(
            universe.esg_scores,
            universe,
            path="min_score",
            what="an ESG score",
            fact="esg_scores",
            otherwise="remove the limit" if missing == universe.count else 'set `unknown` to "exclude"',
        )

    def compile(self, universe: Universe) -> LimitParts:
        """Return one row in units of the score, and a box of zero for assets without one.

        The row is for weights that sum to 1; `engine.optimize.compile` measures it from its side, for any budget.
        """
        missing = unknown_figures(universe.esg_scores, universe)
        scores = universe.esg_scores
        if scores is None or (missing and self.fact_problems(universe)):
            raise self.refusal(universe)
        is_up = universe.is_esg_higher_better
        name = f"Average ESG score, {'higher' if is_up else 'lower'} is better"
        lower, upper = (self.min_score, np.inf) if is_up else (-np.inf, self.min_score)
        row = Row(name, "esg_floor", "portfolio", np.where(np.isnan(scores), 0.0, scores), lower, upper)
        if not missing:
            return LimitParts(rows=(row,))
        note = f"{listing(missing)} {'has' if len(missing) == 1 else 'have'} no ESG score: left out of the portfolio."
        return LimitParts(rows=(row,), boxes=(Box(np.isnan(scores), 0.0, 0.0, 0.0),), notes=(note,))
