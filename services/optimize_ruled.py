"""Can a draft hold beside the rules of its portfolio, and would the changes that are proposed for it?

Limits that clash among themselves are taken apart without the rules: those are nobody's to change here. Whether the
proposed changes are enough beside the rules is looked at before anybody makes them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.diagnosis import Diagnosis
from engine.doctor.repairs import apply
from services.compliance.run_rules import RunRules, clash_with
from services.messages.optimize import OptimizationRequest
from services.optimize_diagnose import ON_REQUEST, Patience, aims_of, beside_rules

if TYPE_CHECKING:
    from services.optimize_inputs import Inputs

HOLDS_TOO: Final = (
    "With these changes the limits can hold beside the rules of the portfolio too, as far as that is seen before it is "
    "solved."
)
STILL_CLASHES: Final = "These changes are not enough beside the rules of the portfolio."


def with_rules(
    own: Diagnosis, request: OptimizationRequest, rules: RunRules | None, inputs: Inputs, patience: Patience
) -> Diagnosis:
    """Return what is said of a draft: of its limits by themselves while these clash, else of them beside the rules.

    Parameters
    ----------
    own : Diagnosis
        Of the request's limits without the rules.
    request, inputs
        What was asked for, and its assets with their figures.
    rules : RunRules or None
        Those of the portfolio, without figures of risk; None where none bind.
    patience : Patience
        How much work goes into taking conflicts apart. Only who asks once is told also what was not looked at.
    """
    if rules is None:
        return own
    if own.is_feasible:
        aims = aims_of(request, inputs, patience)
        clash = clash_with(rules, request, inputs.universe(request), effort_s=patience.effort_s, aims=aims)
        return clash if not clash.is_feasible else beside_rules(own, clash) if patience is ON_REQUEST else own
    if own.joint_repair is None or not own.joint_repair.changes:
        return own
    changed = apply(request, own.joint_repair)
    aims = aims_of(changed, inputs, patience)
    after = clash_with(rules, changed, inputs.universe(changed), effort_s=patience.effort_s, aims=aims)
    told = (HOLDS_TOO,) if after.is_feasible else (f"{STILL_CLASHES} {after.sentence}", *after.notes)
    return own.model_copy(update={"notes": (*own.notes, *told)})
