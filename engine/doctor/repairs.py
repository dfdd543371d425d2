"""Which changes of limits make a portfolio possible, and how is one applied to a request?"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import numpy as np
from pydantic import ValidationError

from engine.constraints import Constraint
from engine.diagnosis import Change, Repair, SingleRepair
from engine.doctor.demands import Knob, Mandate, UserLimit
from engine.doctor.judge import Judge
from engine.doctor.knobs import fields_of
from engine.doctor.program import level_of
from engine.doctor.read import read
from engine.doctor.verdict import Set
from engine.doctor.witness import any_meets
from engine.doctor.words import changed, name_of
from engine.kernel.forms import ActiveRiskGoal, Goal, RatioGoal, ReturnGoal, TailGoal, VarianceGoal
from engine.result import OptimizationResult
from engine.spec import OptimizationRequest

WIDENINGS_MAX_COUNT = 4
COARSE_FROM_STEPS = 5.0
SMALL_UNITS = 0.02  # changes of up to two of the smallest steps may be what a solver left behind
NO_JOINT = "The search for changes that together are enough ended at its limit of work before it found any."
NOT_CHEAPEST = (
    "The search for the cheapest changes together ended at its limit of work: removing the limits proposed is enough, "
    "smaller changes may be as well."
)
NO_SINGLES = "For some limits it was not looked at whether a change of one of them alone is enough."

Solver = Callable[[OptimizationRequest], OptimizationResult]
Edit = tuple[UserLimit, Change, Knob | None]


def apply(request: OptimizationRequest, repair: Repair | SingleRepair | Sequence[Change]) -> OptimizationRequest:
    """Return the request with a repair's changes; the given one stays as it is.

    Raises
    ------
    ValueError
        When a change names a limit or a field that the request does not have.

    """
    changes = repair if isinstance(repair, Sequence) else repair.changes
    constraints, objective = _changed(tuple(request.constraints), request.objective, changes)
    return request.model_copy(update={"constraints": constraints, "objective": objective})


def _changed(constraints: tuple[Constraint, ...], objective: Any, changes: Sequence[Change]) -> tuple[Any, Any]:
    items: list[Constraint | None] = list(constraints)
    for change in changes:
        index = change.constraint_index
        if index is not None and not 0 <= index < len(items):
            raise ValueError(f"The request has no limit number {index}.")
        spec = objective if index is None else items[index]
        if change.field is None:
            if index is None:
                raise ValueError("A goal cannot be removed.")
            items[index] = None
            continue
        if spec is None or change.field not in type(spec).model_fields:
            raise ValueError(f"The limit number {index} has no field `{change.field}`.")
        new = with_field(spec, change.field, change.to_value)
        if index is None:
            objective = new
        else:
            items[index] = new
    return tuple(item for item in items if item is not None), objective


def with_field(spec: Any, field: str, value: float | None) -> Any:
    """Return a limit or goal with one field at another value, checked as a request is."""
    old = getattr(spec, field)
    typed = int(value) if isinstance(old, int) and value is not None else value
    # Lists of a request are tuples here, which a strict model takes from Python as they are.
    return type(spec).model_validate({**dict(spec), field: typed})


def outward(knob: Knob, slack: float, extra: int = 0) -> float:
    """Return the field's new value, rounded away from the old one to a step that can be written down."""
    if knob.is_whole:
        return knob.value + knob.sign * (float(np.ceil(slack - 1e-6)) + extra)
    coarse = 0.1 * 10.0 ** float(np.floor(np.log10(knob.unit)))
    step = coarse if slack >= COARSE_FROM_STEPS * coarse else 0.1 * coarse
    places = (knob.value + knob.sign * slack) / step
    whole = np.ceil(places - 1e-6) if knob.sign > 0 else np.floor(places + 1e-6)
    value = round(float(whole + knob.sign * extra) * step, 10)
    return float(np.clip(value, *knob.span))


class Repairer:
    """Finds repairs for one mandate and verifies each on the changed limits.

    Parameters
    ----------
    judge
        Who judges the mandate.
    request
        Whole request, for solving it again; None where there are only limits.
    solver
        Solves a changed request, for what is gained; None leaves the gain out.

    """

    def __init__(self, judge: Judge, request: OptimizationRequest | None = None, solver: Solver | None = None) -> None:
        self.judge, self.request, self.solver = judge, request, solver
        self.kept = judge.hard
        self.conflicts: Sequence[Set] = ()
        self._edits: dict[tuple[int, float, int], Edit | None] = {}

    def _changes(self, slacks: Mapping[int, float], extras: Mapping[int, int]) -> list[Edit]:
        """Return changes rounded outward, by so many steps more; a field out of its range takes the limit with it."""
        edits = [self._edit(k, slack, extras[k]) for k, slack in sorted(slacks.items())]
        removed = {limit.index for limit, _, knob in filter(None, edits) if knob is None}
        found: dict[tuple[int | None, str | None], Edit] = {}
        for edit in filter(None, edits):
            if edit[2] is None or edit[0].index not in removed:
                found.setdefault((edit[1].constraint_index, edit[1].field), edit)
        return list(found.values())

    def _edit(self, k: int, slack: float, extra: int) -> Edit | None:
        """Return one change, or the removal of the limit; None where a trace of a solver would be all."""
        key = (k, slack, extra)
        if key not in self._edits:
            place, knob = self.judge.knobs[k]
            limit = self.judge.mandate.limits[place]
            value = outward(knob, slack, extra)
            change = Change(constraint_index=limit.index, field=knob.name, from_value=knob.value, to_value=value)
            try:
                with_field(limit.spec, knob.name, value)
                self._edits[key] = (limit, change, knob)
            except ValidationError:
                is_kept = limit.index is None or slack <= SMALL_UNITS * knob.unit
                gone = Change(constraint_index=limit.index, field=None)
                self._edits[key] = None if is_kept else (limit, gone, None)
        return self._edits[key]

    def joint(self, conflicts: Sequence[Set]) -> Repair | None:
        """Return the cheapest changes that together are enough, the larger priority numbers first."""
        judge = self.judge
        self.conflicts = conflicts
        if judge.effort.is_over():
            return self._shortened(conflicts)
        ways = [self._least(conflicts)]
        if judge.widen(is_found=bool(ways[0])):
            ways = [self._least(conflicts)]
        # A search over whole numbers ends before every way is tried: one limit alone may do for less.
        if judge.whole_of(self.kept):
            ways += [self._alone(j) for j in sorted(frozenset.intersection(*conflicts))]
        found = None
        for slacks in sorted((way for way in ways if way), key=judge.price_of):
            found = self._verified(slacks)
            if found is not None:
                break
        if found is None and judge.effort.is_over():
            return self._shortened(conflicts)
        return self._told(self._by_removal(conflicts) if found is None else found)

    def _least(self, conflicts: Sequence[Set]) -> dict[int, float] | None:
        every = [k for k, (place, _) in enumerate(self.judge.knobs) if place in self.kept]
        return self.judge.least_slacks(self.kept, every, frozenset().union(*conflicts))

    def _shortened(self, conflicts: Sequence[Set]) -> Repair | None:
        """Return the removal of limits where the budget ended before the cheapest changes were found."""
        found = self._by_removal(conflicts)
        self.judge.effort.skip(NO_JOINT if found is None else NOT_CHEAPEST)
        return self._told(found)

    def _told(self, found: list[Edit] | None) -> Repair | None:
        if found is None:
            return None
        words = [changed(*item) for item in found]
        return Repair(changes=tuple(item[1] for item in found), sentence=f"{capital('; '.join(words))}.")

    def _by_removal(self, conflicts: Sequence[Set]) -> list[Edit] | None:
        """Return the removal of limits, one of each conflict, where no field can move far enough."""
        limits = self.judge.mandate.limits
        places = {
            max((j for j in conflict if limits[j].index is not None), key=lambda j: (limits[j].priority, j), default=-1)
            for conflict in conflicts
        } - {-1}
        for j in sorted(places, key=lambda j: level_of(limits[j])):
            if not self.judge.effort.is_over() and self.judge.holds(self.kept - (places - {j})):
                places -= {j}
        found: list[Edit] = [
            (limits[j], Change(constraint_index=limits[j].index, field=None), None) for j in sorted(places)
        ]
        return found if self._holds([change for _, change, _ in found]) else None

    def singles(self, conflicts: Sequence[Set]) -> tuple[SingleRepair, ...]:
        """Return for every limit the change of it alone that is enough, best first, or that there is none."""
        judge = self.judge
        # Only a limit that is in every conflict can mend them all: leaving out another one leaves some conflict whole.
        shared = frozenset.intersection(*conflicts)
        enough: list[SingleRepair] = []
        rest: list[SingleRepair] = []
        for j, limit in enumerate(judge.mandate.limits):
            if j not in self.kept:
                continue
            if j in shared and judge.effort.is_over():
                judge.effort.skip(NO_SINGLES)
                continue
            found = self._single(j) if j in shared else None
            if found is None and j in shared and judge.effort.is_over():
                judge.effort.skip(NO_SINGLES)
                continue
            if found is None:
                if not fields_of(limit.spec) and j not in shared:
                    continue
                rest.append(
                    SingleRepair(limit=name_of(limit), is_enough=False, sentence="No change of this limit alone helps.")
                )
                continue
            gain, value = self._gain([change for _, change, _ in found])
            words = "; ".join(changed(*item) for item in found)
            enough.append(
                SingleRepair(
                    limit=name_of(limit),
                    is_enough=True,
                    changes=tuple(change for _, change, _ in found),
                    sentence=f"{capital(words)}: that alone is enough.",
                    figure=gain,
                    figure_value=value,
                )
            )
        return (*sorted(enough, key=_rank), *rest)

    def _single(self, place: int) -> list[Edit] | None:
        judge = self.judge
        limit = judge.mandate.limits[place]
        found = self._verified(self._alone(place))
        if found is not None or limit.index is None:
            return found
        removal: list[Edit] = [(limit, Change(constraint_index=limit.index, field=None), None)]
        return removal if self._holds([removal[0][1]]) else None

    def _alone(self, place: int) -> dict[int, float] | None:
        """Return the least change of one limit that is enough with all others kept."""
        loose = [k for k, (owner, _) in enumerate(self.judge.knobs) if owner == place]
        return self.judge.least_slacks(self.kept, loose) if loose else None

    def _verified(self, slacks: Mapping[int, float] | None) -> list[Edit] | None:
        """Return the changes once the changed limits are shown to hold, widened step by step where they do not."""
        if not slacks:
            return None
        for extra in range(WIDENINGS_MAX_COUNT):
            extras = dict.fromkeys(slacks, extra)
            for needed, steps in (self._needed(slacks, extras), (slacks, extras)):
                found = self._changes(needed, steps)
                if self._holds([change for _, change, _ in found]):
                    return found
                if len(needed) == len(slacks):
                    break
        return None

    def _needed(
        self, slacks: Mapping[int, float], extras: Mapping[int, int]
    ) -> tuple[Mapping[int, float], Mapping[int, int]]:
        """Return the changes without those that the others, rounded, do without; what is kept longest is tried first.

        Solvers of curved programs leave a trace of every knob that may move, and rounding one change outward can make
        another one needless. To spare a change of about a step, those of worse priority are rounded by one step more.
        """
        knobs = [knob for _, knob in self.judge.knobs]
        level = {k: level_of(self.judge.mandate.limits[self.judge.knobs[k][0]]) for k in slacks}
        size = {k: slack / knobs[k].unit for k, slack in slacks.items()}
        kept, steps = dict(slacks), dict(extras)
        for k in sorted(slacks, key=lambda k: (level[k], size[k])):
            others = {other: slack for other, slack in kept.items() if other != k}
            is_small = size[k] <= SMALL_UNITS
            # What is left of the best level, with all that is worse free to move, was minimized alone.
            is_least = not is_small and all(level[other] > level[k] for other in others)
            if not others or is_least or self._is_proven(k, kept) or self.judge.effort.is_over():
                continue
            worse = [other for other in others if level[other] > level[k] and not knobs[other].is_whole]
            wider = {**steps, **{other: steps[other] + 1 for other in worse}}
            for way in (steps, wider) if is_small and worse else (steps,):
                if self._is_enough(others, way):
                    kept, steps = others, way
                    break
        return kept, steps

    def _is_proven(self, k: int, slacks: Collection[int]) -> bool:
        """Return whether a conflict is touched by this change alone, so that the others can never be enough."""
        limits, knobs = self.judge.mandate.limits, self.judge.knobs
        places = [knobs[other][0] for other in slacks]
        place = knobs[k][0]
        if places.count(place) > 1 or any(limits[other].demands.net is not None for other in places):
            return False
        movers = [frozenset(conflict).union(*(limits[j].later for j in conflict)) for conflict in self.conflicts]
        return any(place in one and one.isdisjoint(set(places) - {place}) for one in movers)

    def _is_enough(self, slacks: Mapping[int, float], extras: Mapping[int, int]) -> bool:
        """Return whether rounded changes are shown to be enough by the program at hand, without a search."""
        judge = self.judge
        found = {
            (change.constraint_index, change.field): change.to_value for _, change, _ in self._changes(slacks, extras)
        }
        kept = frozenset(j for j in self.kept if (judge.mandate.limits[j].index, None) not in found)
        knobs = judge.knobs
        places = {k: (judge.mandate.limits[knobs[k][0]].index, knobs[k][1]) for k in slacks}
        moved = {k: (knob.value, found.get((index, knob.name))) for k, (index, knob) in places.items()}
        given = {k: abs(after - before) for k, (before, after) in moved.items() if after is not None}
        return judge.is_shown_at(kept, given) is True

    def _holds(self, changes: Collection[Change]) -> bool:
        mandate = self.judge.mandate
        try:
            constraints, objective = _changed(constraints_of(mandate), _objective(mandate), list(changes))
        except ValidationError:
            return False
        rate = mandate.risk_free_annual_frac
        self.judge.effort.reading(len(mandate.limits))
        after = read(constraints, mandate.universe, objective, mandate.estimates, rate, before=mandate)
        judge = Judge(after, self.judge)
        if any_meets(after, self.judge.portfolios, judge.hard):
            return True
        return judge.holds(judge.hard) and not judge.is_unsure

    def _gain(self, changes: Sequence[Change]) -> tuple[str | None, float | None]:
        if self.solver is None or self.request is None:
            return None, None
        result = self.solver(apply(self.request, changes).model_copy(update={"frontier_points_count": 0}))
        if result.metrics is None:
            return None, None
        name = _figure_of(self.request.objective.compile())
        value = getattr(result.metrics, name)
        return (name, float(value)) if value is not None else (None, None)


def _figure_of(goal: Goal) -> str:
    if isinstance(goal, ReturnGoal):
        return "return_annual_frac"
    if isinstance(goal, VarianceGoal | ActiveRiskGoal | TailGoal):
        return "volatility_annual_frac"
    return "sharpe" if isinstance(goal, RatioGoal) else "volatility_annual_frac"


def _rank(repair: SingleRepair) -> tuple[bool, float, float]:
    """Return how good a repair is, best smallest: by what is gained, then by how little changes."""
    size = sum(abs((c.to_value or 0.0) - (c.from_value or 0.0)) for c in repair.changes)
    if repair.figure_value is None:
        return True, 0.0, size
    is_less_better = repair.figure == "volatility_annual_frac"
    return False, repair.figure_value if is_less_better else -repair.figure_value, size


def capital(words: str) -> str:
    """Return words as the beginning of a sentence."""
    return words[:1].upper() + words[1:]


def constraints_of(mandate: Mandate) -> tuple[Any, ...]:
    """Return the limits as the request has them, without the goal's own."""
    return tuple(limit.spec for limit in mandate.limits if limit.index is not None)


def _objective(mandate: Mandate) -> Any:
    return next((limit.spec for limit in mandate.limits if limit.index is None), None)
