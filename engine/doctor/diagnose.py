"""Is any portfolio possible under a request, and if not: why, and what would help?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.constraints import Constraint
from engine.diagnosis import Diagnosis, GivenWay
from engine.doctor.conflicts import find_conflicts, find_more
from engine.doctor.effort import STANDARD_S, Effort
from engine.doctor.judge import Judge
from engine.doctor.read import read
from engine.doctor.repairs import Repairer, Solver
from engine.doctor.soften import soften as soften_judged
from engine.doctor.words import summary, told
from engine.doors import PanelLike, RateLike, given_of
from engine.kernel.facts import Facts
from engine.kernel.figures import Figures
from engine.kernel.forms import Estimates, Universe
from engine.objectives import Objective
from engine.result import OptimizationResult
from engine.spec import OptimizationRequest

FEASIBLE = "The limits can hold together: portfolios that meet them all exist."
UNPROVEN = (
    "A search for positions of allowed size ended at its limit: such limits count as possible, though none was found."
)
NO_FIGURES = "Limits on risk, on losses and on returns were not looked at: they need the assets' history."
SOFT = "Soft limits are in no conflict and no change proposed: they give way on their own."
CURVED = ("tracking_error", "volatility_ceiling", "cvar_ceiling", "cdar_ceiling", "drawdown_ceiling")


def diagnose_limits(
    constraints: Sequence[Constraint],
    universe: Universe,
    objective: Objective | None = None,
    estimates: Estimates | None = None,
    risk_free_annual_frac: float = 0.0,
    *,
    request: OptimizationRequest | None = None,
    solver: Solver | None = None,
    effort_s: float = STANDARD_S,
) -> Diagnosis:
    """Return the diagnosis of limits on known assets; without estimates it is for every change of a limit on screen.

    Parameters
    ----------
    constraints
        The limits in the order of the request, without the default budget.
    universe
        The assets with what is known of each; names and facts must be known good (`engine.checks`).
    objective
        Its own floor or ceiling counts as a limit.
    estimates
        Annual figures and the history; without them limits on risk, tails and returns are left out, which a note says.
    risk_free_annual_frac
        What cash earns.
    request, solver
        With both, single repairs are ranked by the goal's figure at the repaired request; else by their size.
    effort_s
        Nominal seconds of work (`engine.doctor.effort`). Whether the limits can hold is answered, and one conflict is
        found, whatever that takes; when the work is done, notes say what was not looked at.

    Returns
    -------
    Diagnosis
        Nothing in it depends on the clock: the same input gives the same diagnosis.

    """
    mandate = read(constraints, universe, objective, estimates, risk_free_annual_frac)
    judge = Judge(mandate, effort=Effort(effort_s))
    if judge.holds(judge.everyone):
        return Diagnosis(is_feasible=True, sentence=FEASIBLE, notes=_notes(judge, constraints))
    # A soft limit gives way: it makes nothing impossible, and where hard ones clash it is in no set and no repair.
    is_feasible = judge.holds(judge.hard)
    counted = judge.everyone if is_feasible else judge.hard
    sets = find_conflicts(judge, counted)
    sets += find_more(judge, sets, counted)
    if not is_feasible:
        judge.narrow(counted, frozenset().union(*sets))
    conflicts = tuple(told(judge, found) for found in sets)
    softened = soften_judged(judge) if is_feasible else None
    if softened is not None:
        return Diagnosis(
            is_feasible=True,
            sentence=f"Every hard limit can hold; soft ones gave way. {' '.join(w.sentence for w in softened[1])}",
            conflicts=conflicts,
            given_way=softened[1],
            notes=_notes(judge, constraints),
        )
    repairer = Repairer(judge, request, solver)
    beside = () if counted == judge.everyone else (SOFT,)
    return Diagnosis(
        is_feasible=False,
        sentence=summary(conflicts),
        conflicts=conflicts,
        joint_repair=repairer.joint(sets),
        single_repairs=repairer.singles(sets),
        notes=(*_notes(judge, constraints), *beside),
    )


def can_hold(constraints: Sequence[Constraint], universe: Universe) -> bool:
    """Return whether some portfolio meets the limits on weights; limits on risk, losses and returns are not looked at.

    Conflicts are not taken apart, so that this answers for very many limits too. Parameters are those of
    `diagnose_limits`.
    """
    judge = Judge(read(constraints, universe))
    return judge.holds(judge.everyone)


def _notes(judge: Judge, constraints: Sequence[Constraint]) -> tuple[str, ...]:
    notes = [UNPROVEN] if judge.is_unsure else []
    notes += judge.effort.left_out
    if judge.mandate.estimates is None and any(getattr(item, "kind", "") in CURVED for item in constraints):
        notes.append(NO_FIGURES)
    return tuple(notes)


def soften(
    constraints: Sequence[Constraint],
    universe: Universe,
    objective: Objective | None = None,
    estimates: Estimates | None = None,
    risk_free_annual_frac: float = 0.0,
    widening: float = 1.0,
) -> tuple[tuple[Constraint, ...], tuple[GivenWay, ...]] | None:
    """Return the limits with the soft ones loosened as little as needed, and by how much; None when hard ones clash.

    Parameters are those of `diagnose_limits`. Of several soft limits those with the larger priority number give way
    first; within one number the sum of what is given is least, in each field's own unit. `widening` is how many times
    the least room is left beside ceilings.
    """
    judge = Judge(read(constraints, universe, objective, estimates, risk_free_annual_frac))
    return soften_judged(judge, widening)


def diagnose(
    request: OptimizationRequest,
    panel: PanelLike | None = None,
    sectors: Mapping[str, str] | None = None,
    current_weights_frac: Mapping[str, float] | None = None,
    facts: Facts | None = None,
    risk_free: RateLike | None = None,
    figures: Figures | None = None,
    *,
    is_ranked: bool = True,
) -> Diagnosis:
    """Return whether any portfolio meets a request, and if not, why and what would help.

    Parameters
    ----------
    request, panel, sectors, current_weights_frac, facts, risk_free, figures
        As for `engine.optimize`.
    is_ranked
        Whether single repairs are ranked by solving each repaired request for its goal.

    Raises
    ------
    InputRefused
        When figures, names or limits cannot be used at all; carries every problem.

    """
    from engine.optimize.inputs import notes_before, read_inputs
    from engine.optimize.solve import optimize

    inputs = read_inputs(request, given_of(request, panel, sectors, current_weights_frac, facts, risk_free, figures))

    def solve(changed: OptimizationRequest) -> OptimizationResult:
        return optimize(
            changed, panel, sectors, current_weights_frac, facts=facts, risk_free=risk_free, figures=figures
        )

    found = diagnose_limits(
        request.constraints,
        inputs.universe,
        request.objective,
        inputs.estimates,
        inputs.risk_free_annual_frac,
        request=request,
        solver=solve if is_ranked else None,
    )
    return found.model_copy(update={"notes": (*found.notes, *notes_before(request, inputs.universe))})
