"""Can any portfolio meet a request, and what would help?

The doctor looks at limits on weights in milliseconds; limits on risk and on losses need estimates and take longer the
more assets there are, so while somebody waits they are looked at only for few, and conflicts are taken apart with less
work. A run looks at everything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.diagnosis import Conflict as LimitConflict
from engine.diagnosis import Diagnosis
from engine.doctor.diagnose import FEASIBLE, NO_FIGURES, can_hold, diagnose_limits
from engine.doctor.effort import STANDARD_S
from engine.doctor.repairs import apply
from engine.kernel.risk_free import RiskFree
from engine.optimize.compile import compile_limits
from engine.optimize.feasibility import Obstacle, find_obstacle
from engine.optimize.inputs import Given, read_inputs
from engine.optimize.inputs import Inputs as EngineInputs
from services.errors import Conflict, FieldProblem, InvalidRequest
from services.messages.optimize import Apply, OptimizationRequest
from services.optimize_inputs import Inputs

if TYPE_CHECKING:
    from engine.compliance.clash import Aims

TAIL_KINDS = frozenset({"cvar_ceiling", "cdar_ceiling", "drawdown_ceiling"})
RISK_KINDS = frozenset({"tracking_error", "volatility_ceiling"})
RETURN_GOALS = frozenset({"target_return", "max_return"})
TOO_MANY = (
    "Limits on risk, on losses and on returns were not looked at: with so many assets that takes longer than anybody "
    "waits for. The optimization itself looks at them."
)


MANY_LIMITS = (
    "With so many limits it was only looked at whether those on weights can hold together, not which of them clash."
)
TOGETHER = "No portfolio meets every limit."
TOGETHER_ADVICE = "Leave limits out one by one to see which clash."


@dataclass(frozen=True)
class Patience:
    """For how many assets the costlier limits are looked at, and up to where conflicts are taken apart.

    `effort_s` are nominal seconds of work, see `engine.doctor.effort`; beyond `limits_max_count` limits it is only said
    whether those on weights can hold.
    """

    tail_assets_max_count: int
    risk_assets_max_count: int
    return_assets_max_count: int
    limits_max_count: int = 500
    effort_s: float = STANDARD_S


AT_EVERY_CHANGE = Patience(
    tail_assets_max_count=10, risk_assets_max_count=50, return_assets_max_count=100, limits_max_count=150, effort_s=0.4
)
ON_REQUEST = Patience(tail_assets_max_count=60, risk_assets_max_count=300, return_assets_max_count=500)


def diagnosis_of(request: OptimizationRequest, inputs: Inputs, patience: Patience) -> Diagnosis:
    """Return whether any portfolio meets the limits, and if not, why and what would help.

    Raises
    ------
    engine.kernel.errors.InputRefused
        When the limits cannot be used on these assets, or when the history cannot be estimated from.

    """
    if len(request.constraints) > patience.limits_max_count:
        return _in_short(request, inputs)
    wants_figures = _needs_figures(request)
    if not wants_figures or not _is_quick(request, len(inputs.assets), patience):
        universe = inputs.universe(request)
        found = diagnose_limits(request.constraints, universe, request.objective, effort_s=patience.effort_s)
        return (
            found.model_copy(update={"notes": (TOO_MANY, *(note for note in found.notes if note != NO_FIGURES))})
            if wants_figures
            else found
        )
    read = _read(request, inputs)
    return diagnose_limits(
        request.constraints,
        read.universe,
        request.objective,
        read.estimates,
        read.risk_free_annual_frac,
        effort_s=patience.effort_s,
    )


def aims_of(request: OptimizationRequest, inputs: Inputs, patience: Patience) -> Aims | None:
    """Return goal and figures of a request that wants something of returns, risk or losses, and is quickly judged."""
    if not _needs_figures(request) or not _is_quick(request, len(inputs.assets), patience):
        return None
    from engine.compliance.clash import Aims  # loaded where rules are held against limits

    read = _read(request, inputs)
    return Aims(request.objective, read.estimates, read.risk_free_annual_frac)


def _read(request: OptimizationRequest, inputs: Inputs) -> EngineInputs:
    given = Given(inputs.panel, inputs.sectors, inputs.current_weights_frac, inputs.facts, RiskFree.not_set())
    return read_inputs(request, given)


def beside_rules(own: Diagnosis, ruled: Diagnosis | None) -> Diagnosis:
    """Return what is said of limits that can hold by themselves and of them beside rules; `ruled` None for no rules."""
    if ruled is None:
        return own
    if not ruled.is_feasible:
        return ruled
    return own.model_copy(update={"notes": (*own.notes, *ruled.notes)})


def repaired(request: OptimizationRequest, diagnosis: Diagnosis, wish: Apply) -> OptimizationRequest:
    """Return the request with the chosen repair.

    Raises
    ------
    Conflict
        When nothing needs repair, or nothing was found that is enough.
    InvalidRequest
        When there is no single repair of that number, or it is not enough.

    """
    if diagnosis.is_feasible:
        raise Conflict(
            "The limits can hold together: there is nothing to repair.",
            "Run the optimization as it is.",
            code="nothing_to_repair",
        )
    if wish == "joint":
        if diagnosis.joint_repair is None:
            raise Conflict(
                "No joint change of the limits was found that makes a portfolio possible.",
                "Remove one of the limits that the diagnosis names.",
                code="no_repair",
            )
        return apply(request, diagnosis.joint_repair)
    singles = diagnosis.single_repairs
    if wish.single >= len(singles):
        raise _refused(f"There is no single repair number {wish.single}; there are {len(singles)}, counted from 0.")
    chosen = singles[wish.single]
    if not chosen.is_enough:
        raise _refused(f"{chosen.limit.label}: {chosen.sentence}")
    return apply(request, chosen)


def _in_short(request: OptimizationRequest, inputs: Inputs) -> Diagnosis:
    """Return whether the hard limits on weights can hold, in the words of arithmetic where that sees why not."""
    universe = inputs.universe(request)
    hard = tuple(item for item in request.all_constraints() if not item.is_soft)
    found = find_obstacle(compile_limits(hard, universe))
    if found is None and can_hold([item for item in request.constraints if not item.is_soft], universe):
        return Diagnosis(is_feasible=True, sentence=FEASIBLE, notes=(MANY_LIMITS,))
    found = found or Obstacle(TOGETHER, TOGETHER_ADVICE)
    conflict = LimitConflict(limits=(), sentence=found.message, advice=found.advice)
    return Diagnosis(is_feasible=False, sentence=found.message, conflicts=(conflict,), notes=(MANY_LIMITS,))


def _needs_figures(request: OptimizationRequest) -> bool:
    kinds = {str(getattr(item, "kind", "")) for item in request.constraints}
    goal = request.objective
    has_floor = getattr(goal, "return_min_annual_frac", None) is not None
    return bool(kinds & (TAIL_KINDS | RISK_KINDS)) or has_floor or getattr(goal, "kind", "") in RETURN_GOALS


def _is_quick(request: OptimizationRequest, assets_count: int, patience: Patience) -> bool:
    kinds = {str(getattr(item, "kind", "")) for item in request.constraints}
    if kinds & TAIL_KINDS:
        return assets_count <= patience.tail_assets_max_count
    if kinds & RISK_KINDS or getattr(request.objective, "kind", "") == "max_return":
        return assets_count <= patience.risk_assets_max_count
    return assets_count <= patience.return_assets_max_count


def _refused(message: str) -> InvalidRequest:
    advice = "Choose one whose `is_enough` is true, by its place in `single_repairs`, or apply the joint repair."
    return InvalidRequest(message, advice, fields=(FieldProblem("apply.single", message, advice),))
