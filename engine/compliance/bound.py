"""What does a rule that binds ask of the weights, as far as a search has come?"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from engine.compliance.bounds import Vector
from engine.compliance.kept import KeptHow
from engine.compliance.limit import Asked, RuleLimit
from engine.compliance.linear import ChoiceRule, CountRule, Kept, LeastRule, LinearRow, LinearRule
from engine.compliance.program import program_of
from engine.compliance.rule import Rule
from engine.compliance.unknown import Unknown


@dataclass(eq=False)
class Bound:
    """One rule that binds: what it is, and the rows that are added to it as the search goes on.

    `how` and `note` say where it is not kept as it is written, and why; None and empty where it is. `is_tried` says
    whether it was tried to keep what it waits for from coming true; `unknown` what is not known of what it allows none
    of; `in_the_way` which limits left no portfolio that is no farther from the benchmark than today.
    """

    rule: Rule
    kept: Kept
    cuts: list[LinearRow] = field(default_factory=list)
    choice: tuple[LinearRow, ...] = ()
    how: KeptHow | None = None
    note: str = ""
    is_tried: bool = False
    unknown: Unknown | None = None
    in_the_way: tuple[str, ...] = ()

    def limit(self, places: np.ndarray, weights: Vector) -> RuleLimit | None:
        """Return the rule as a limit of the problem; None while it has none."""
        upper, kept = np.full(len(places), np.inf), self.kept
        rows, single, unit = tuple(self.cuts), None, program_of(self.rule).unit
        least, counts = None, {}
        if isinstance(kept, LinearRule):
            upper = np.where(kept.nothing[places], 0.0, upper)
            upper = np.where(kept.still[places], np.minimum(upper, np.maximum(weights, 0.0)), upper)
            rows = kept.rows
            single = rows[0].limit if rows and len({row.limit for row in rows}) == 1 else None
        elif isinstance(kept, LeastRule):
            least = kept.mask[places]
        elif isinstance(kept, CountRule):
            counts = {"min_count": kept.min_count, "max_count": kept.max_count}
        elif isinstance(kept, ChoiceRule):
            rows = self.choice
            single = rows[0].limit if rows else None
        if not rows and least is None and not counts and not bool(np.isfinite(upper).any()):
            return None
        least_frac = kept.least_frac if isinstance(kept, LeastRule) else 0.0
        return RuleLimit.of(self.rule, Asked(rows, places, upper, least, least_frac, **counts), unit, single)
