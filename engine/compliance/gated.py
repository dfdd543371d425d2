"""What is a rule that counts only while something else is true of the portfolio, such as while a fund is held at all?

Either what it waits for is not so, which is a row, or the rule itself holds, which is another: a choice of one unit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from engine.compliance.affine import Bent, Columns
from engine.compliance.linear import (
    UNTOUCHED,
    ChoiceRule,
    Kept,
    LinearRule,
    NotLinear,
    Unit,
)
from engine.compliance.meaning import ONE
from engine.compliance.program import MEASURE
from engine.compliance.reading import Reader
from engine.compliance.rows import Rows, row_of
from engine.compliance.rule import Rule
from engine.compliance.syntax import Binary, read

WAITS = "it counts only while something else is so"
NOT_GATE = {">": "<=", ">=": "<"}


def is_gated(rule: Rule) -> bool:
    """Return whether a rule on the portfolio as a whole counts only while something other than its figure is so."""
    return bool(rule.keep.strip()) and rule.group_by is None and MEASURE not in rule.keep


def gated(rule: Rule, columns: Columns, compiled: Callable[[Rule, Columns], Kept]) -> Kept:
    """Return what such a rule is; `compiled` says what it is without its condition.

    Raises
    ------
    Bent
        With the reason why it can only be checked.

    """
    kept = compiled(rule.model_copy(update={"keep": ""}), columns)
    tree, reader = read(rule.keep, "keep"), Reader(rule, columns)
    if not isinstance(tree, Binary) or tree.operator not in NOT_GATE:
        raise Bent(WAITS)
    form = reader.figure(tree.left, reader.plain).plus(reader.figure(tree.right, reader.plain).negated())
    if form.shape != ONE:
        raise Bent(WAITS)
    if form.is_constant:
        is_never = bool(form.add_most[0] <= 0.0) if tree.operator == ">" else bool(form.add_most[0] < 0.0)
        return NotLinear(rule, UNTOUCHED, "untouched") if is_never else replace(kept, rule=rule)
    if type(kept) is NotLinear:
        return replace(kept, rule=rule)
    if not isinstance(kept, LinearRule) or len(kept.rows) != 1 or bool(kept.nothing.any() or kept.still.any()):
        raise Bent(WAITS)
    (row,) = kept.rows
    guard = row_of(form, 0, "", NOT_GATE[tree.operator], 0.0, columns.signs, "frac", Rows())
    if row.sign < 0.0 or bool(np.isnan(guard.part).any()):
        raise Bent(WAITS)
    return ChoiceRule(
        rule,
        WAITS,
        units=(Unit("", row.part, row.add, ((guard,),)),),
        fixed=np.zeros(columns.count),
        whole=row.whole,
        sign=row.sign,
        limit=row.limit,
    )
