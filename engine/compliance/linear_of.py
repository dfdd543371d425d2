"""What is a rule as rows on what is held, for one state?"""

from __future__ import annotations

import numpy as np

from engine.compliance.affine import Bent, Columns
from engine.compliance.bounds import Vector
from engine.compliance.compile import compiled
from engine.compliance.linear import Kept, NotLinear
from engine.compliance.rule import Rule
from engine.compliance.state import ComplianceState


def linear_of(rule: Rule, state: ComplianceState, signs: Vector | None = None) -> Kept:
    """Return a rule as rows on what is held, or why it is none, with what it is instead where that is known.

    Parameters
    ----------
    rule
        One that `engine.compliance.program.program_of` accepts.
    state
        All positions that may be held, those of quantity 0 with their prices.
    signs
        Shape (n,): 1 for positions that will be long or nothing, -1 for short or nothing, 0 for either. Default: all 1.

    """
    way = np.ones(len(state.symbols)) if signs is None else signs
    key = ("linear", rule, way.tobytes())
    found: Kept | None = state.kept.get(key)  # asked again for every limit that somebody changes beside it
    if found is None:
        found = state.kept[key] = _read(rule, state, way)
    return found


def _read(rule: Rule, state: ComplianceState, signs: Vector) -> Kept:
    try:
        return compiled(rule, Columns(state, signs))
    except Bent as reason:
        return NotLinear(rule, str(reason))
