"""What is not known of the positions that a rule keeps out of a portfolio, so that nothing of them may be held?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.compliance.bounds import open_rows
from engine.compliance.fields import POSITION_FIELDS
from engine.compliance.linear import Kept, LinearRule
from engine.compliance.program import program_of
from engine.compliance.rule import Rule
from engine.compliance.state import ComplianceState
from engine.kernel.units import agree, listing

SHOWN_COUNT = 3


@dataclass(frozen=True, slots=True)
class Unknown:
    """Why positions may not be held of which something is not known, and the way out; sentences."""

    why: str
    advice: str


def unknown_of(rule: Rule, kept: Kept, state: ComplianceState) -> Unknown | None:
    """Return what is not known of what a rule allows none of; None where all is known, or it is no such rule."""
    if not isinstance(kept, LinearRule) or not bool(kept.nothing.any()):
        return None
    said, names = [], []
    for name in program_of(rule).fields:
        if name not in POSITION_FIELDS:
            continue
        rows = np.flatnonzero(open_rows(state.column(name)) & kept.nothing).tolist()
        if not rows:
            continue
        shown = [state.symbols[row] for row in rows[:SHOWN_COUNT]]
        more = [f"{len(rows) - SHOWN_COUNT} more"] if len(rows) > SHOWN_COUNT else []
        label = POSITION_FIELDS[name].label
        known = f"whether they {label}" if POSITION_FIELDS[name].kind == "truth" else f"the {label}"
        said.append(f"Of {listing([*shown, *more])} it is not known {known}, and the rule {rule.title} allows none.")
        names.append(name)
    if not said:
        return None
    fields = f"the {agree(names, 'field', 'fields')} {listing(names)}"
    marked = "or state that what is not marked is none where that may be stated"
    return Unknown(" ".join(said), f"Bring {fields}, {marked}.")
