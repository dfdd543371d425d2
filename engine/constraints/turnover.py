"""How much may be traded away from what is held now?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import numpy as np

from engine.constraints import CONSTRAINTS, Constraint, Repeats, Side, current_weights_problems
from engine.kernel.errors import Problem
from engine.kernel.facts import KnownUniverse
from engine.kernel.forms import AbsoluteRow, LimitParts, Universe
from engine.kernel.grid import NOTE, TIGHT_FRAC
from engine.kernel.units import fraction, percent


@CONSTRAINTS.register("turnover")
class Turnover(Constraint):
    """Σ|w_i - c_i| / 2 ≤ max_frac with current weights c: one-way turnover, half of all that is bought and sold.

    What is held in assets beside the universe is sold whatever the weights are; it counts, and leaves less for the
    others. Cash does not count.
    """

    label: ClassVar[str] = "Turnover"
    side_fields: ClassVar[Mapping[Side, str]] = {"upper": "max_frac"}
    repeats: ClassVar[Repeats] = "once_hard_once_soft"
    kind: Literal["turnover"] = "turnover"
    max_frac: Annotated[float, *fraction(0.0, 2.0)]

    def explain(self) -> str:
        """Return one sentence that says what the limit demands."""
        return (
            f"One-way turnover from the current holdings is at most {percent(self.max_frac)} of the capital: "
            "half of all that is bought and sold."
        )

    def fact_problems(self, universe: Universe) -> list[Problem]:
        """Return a problem without current holdings, or when selling what lies outside already trades too much.

        A soft limit gives way to that.
        """
        problems = current_weights_problems(universe, "max_frac")
        outside = _outside_frac(universe)
        if problems or outside <= self.max_frac or self.is_soft:
            return problems
        return [
            Problem(
                "max_frac",
                f"{percent(2.0 * outside)} of the capital is held in assets beside these, and selling it is a turnover "
                f"of {percent(outside)}: more than the {percent(self.max_frac)} allowed.",
                f"Allow at least {percent(outside)}, or add these holdings to the assets.",
            )
        ]

    def compile(self, universe: Universe) -> LimitParts:
        """Return one row on the distances from the current weights."""
        current = universe.current_weights_frac
        if current is None:
            raise self.refusal(universe)
        outside = _outside_frac(universe)
        notes: tuple[str, ...] = ()
        if outside > 0.0:
            notes = (
                f"Selling what is held beside these assets is a turnover of {percent(outside)}; "
                f"{percent(self.max_frac - outside)} is left for the others.",
            )
        if self.max_frac <= TIGHT_FRAC:
            notes = (*notes, NOTE)
        half = np.full(universe.count, 0.5)
        row = AbsoluteRow("Turnover", "turnover", "portfolio", half, current, self.max_frac - outside)
        return LimitParts(absolute_rows=(row,), notes=notes)


def _outside_frac(universe: Universe) -> float:
    """Return the turnover of selling what is held beside the assets."""
    return 0.5 * universe.current_outside_frac if isinstance(universe, KnownUniverse) else 0.0
