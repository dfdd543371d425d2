"""Which rows keep what a rule waits for from coming true?"""

from __future__ import annotations

from engine.compliance.bounds import Vector
from engine.compliance.gated import NOT_GATE
from engine.compliance.linear import GUARD, LinearRow, LinearRule
from engine.compliance.linear_of import linear_of
from engine.compliance.program import MEASURE
from engine.compliance.rule import Rule
from engine.compliance.state import ComplianceState
from engine.compliance.syntax import Binary, read


def closing(rule: Rule, state: ComplianceState, signs: Vector) -> tuple[LinearRow, ...]:
    """Return rows that keep what a rule waits for from coming true, so that it does not count; empty for none.

    They are enough and may be more than is needed: the rule could be kept in another way, too.
    """
    if not rule.keep.strip() or MEASURE in rule.keep:
        return ()
    tree = read(rule.keep, "keep")
    if not isinstance(tree, Binary) or tree.operator not in NOT_GATE:
        return ()
    left, right = rule.keep.split(tree.operator, 1)
    named = {one.name: one.expression for one in rule.definitions}
    waiting = rule.model_copy(
        update={
            "universe": "",
            "group_by": None,
            "keep": "",
            "over": "each",
            "warn_at": "",
            "measure": named.get(left.strip(), left.strip()),
            "operator": NOT_GATE[tree.operator],
            "limit": right.strip(),
        }
    )
    kept = linear_of(waiting, state, signs)
    if not isinstance(kept, LinearRule) or bool(kept.nothing.any() or kept.still.any()):
        return ()
    return tuple(LinearRow(GUARD, r.part, r.whole, r.add, r.sign, r.limit) for r in kept.rows)
