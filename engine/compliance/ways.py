"""In which other ways can a rule be kept that is no limit by itself, each enough and perhaps more than is needed?

What it waits for does not come true; or it holds whether that comes true or not; or it holds for everything that it
could come to count; or there is nothing that it counts. Each of them is a rule that is a limit.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from engine.compliance.bounds import Vector
from engine.compliance.closing import closing
from engine.compliance.linear import GUARD, CountRule, Kept, LinearRow, LinearRule, NotLinear
from engine.compliance.linear_of import linear_of
from engine.compliance.program import MEASURE
from engine.compliance.rule import Rule
from engine.compliance.state import ComplianceState

UPPER = ("<=", "<")
LEAST_HELD_FRAC = 1e-3
"""Weight of a position that is there to be counted."""


def ways_of(rule: Rule, state: ComplianceState, signs: Vector, x: Vector) -> tuple[Kept, ...]:
    """Return the ways that are limits; empty where there is none.

    Parameters
    ----------
    rule
        One that can only be checked.
    state, signs
        As for `engine.compliance.linear.linear_of`.
    x
        Shape (n,), what an answer that breaks the rule holds over net assets: what is to be held is looked for near it.

    """
    nothing = np.zeros(len(x), dtype=bool)
    rows = closing(rule, state, signs)
    found: list[Kept] = [LinearRule(rule, rows, nothing, nothing)] if rows else []
    for other in _stricter(rule):
        kept = linear_of(other, state, signs)
        if isinstance(kept, CountRule) and kept.min_count is not None:
            found += _held_enough(rule, kept, x)
        elif type(kept) is not NotLinear:
            found.append(replace(kept, rule=rule))
    return tuple(found)


def _stricter(rule: Rule) -> Iterator[Rule]:
    """Return rules of which each is kept only by what keeps this one."""
    is_upper = rule.operator in UPPER
    if rule.keep.strip() and (is_upper or MEASURE not in rule.keep):
        yield rule.model_copy(update={"keep": ""})
    if not is_upper or not rule.universe.strip():
        return
    lasting = _lasting(rule)
    if lasting != rule.universe:
        yield rule.model_copy(update={"universe": lasting, "keep": ""})
    none = {"group_by": None, "measure": "count()", "keep": "", "over": "each", "operator": "<=", "limit": "0",
            "warn_at": "", "further": "", "ladder": ()}  # fmt: skip
    yield rule.model_copy(update=none)


def _lasting(rule: Rule) -> str:
    """Return the universe without those of its conditions that speak of what is held together with others."""
    text = rule.universe.strip()
    tree = ast.parse(text, mode="eval").body
    parts = tree.values if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And) else [tree]
    named = {one.name for one in rule.definitions}
    lasting = [part for part in parts if not any(_is_moving(node, named) for node in ast.walk(part))]
    return " and ".join(f"({ast.unparse(part)})" for part in lasting) if len(lasting) < len(parts) else rule.universe


def _is_moving(node: ast.AST, named: set[str]) -> bool:
    return isinstance(node, ast.Call) or (isinstance(node, ast.Name) and node.id in named)


def _held_enough(rule: Rule, kept: CountRule, x: Vector) -> list[Kept]:
    """Return that so many of the positions are held, those that weigh most first; nothing where there are too few."""
    able = np.flatnonzero(kept.mask)
    least = kept.min_count or 0
    if not 0 < least <= len(able):
        return []
    parts = np.eye(len(x))[able[np.argsort(-x[able], kind="stable")][:least]]
    nothing = np.zeros(len(x), dtype=bool)
    rows = tuple(LinearRow(GUARD, part, None, 0.0, -1.0, LEAST_HELD_FRAC) for part in parts)
    return [LinearRule(rule, rows, nothing, nothing)]
