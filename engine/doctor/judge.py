"""How little must give way until limits can hold together?

Lexicographic: what the limits to be kept longest give way is least first, then fixed, then the next level. Where whole
numbers are needed, what the linear hull of the limits needs is the least that can be enough, and is tried first.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from engine.doctor.curved import scale_of
from engine.doctor.demands import Mandate
from engine.doctor.effort import Effort
from engine.doctor.program import Program, level_of
from engine.doctor.session import Answer, LinearSession
from engine.doctor.verdict import CURVED_TOLERANCE, DUAL_MIN, Set, Verdict
from engine.kernel.forms import Vector

LEVEL_ROOM = 1e-9
WIDER_ROOMS = (1e-5, 1e-3, 1e-2)  # in units of a knob, up to the smallest step that can be written down
SLACK_MIN = 1e-7
BISECTION_UNITS = 0.1
INFLATIONS = (1.01, 1.03, 1.1, 1.3, 2.0, 4.0)


class Judge(Verdict):
    """Answers questions about one mandate; limits are named by their places in `mandate.limits`."""

    def __init__(self, mandate: Mandate, before: Verdict | None = None, effort: Effort | None = None) -> None:
        super().__init__(mandate, before, effort)
        self._slacks: dict[tuple[Set, tuple[int, ...]], dict[int, float] | None] = {}
        self._priced: set[int] = set()

    def narrow(self, kept: Set, members: Set) -> None:
        """Look only at fields of limits of known conflicts as what may give way; where that may not do, at all."""
        if not self.curved_of(kept) and (False, True) not in self._programs:
            nets = {j for j in self.everyone if self.mandate.limits[j].demands.net is not None}
            self.movable = members | nets

    def widen(self, *, is_found: bool) -> bool:
        """Look at the fields of all limits again, where that may make a difference to what was found; return whether.

        They make none where all rows that they move have no multiplier: the fields' reduced costs are then what they
        cost, and nothing is gained by them.
        """
        movable, limits = self.movable, self.mandate.limits
        if movable is None or (is_found and all({j, *limits[j].later} <= movable for j in self._priced)):
            return False
        self.movable = None
        self._programs = {key: made for key, made in self._programs.items() if not key[1]}
        self._slacks.clear()
        self._relaxed = None
        return True

    def least_slacks(self, kept: Set, loose: Collection[int], members: Set | None = None) -> dict[int, float] | None:
        """Return by how much each loose knob must give way at least, the least important limits first.

        Where whole numbers are in play, bounds on positions give way for them only if their priority says so or nothing
        else is enough: a search that may widen every position at once is out of proportion.

        Parameters
        ----------
        kept
            Limits that count.
        loose
            Knobs (places in `knobs`) that may give way.
        members
            Limits of known conflicts: for whole numbers only these give way beyond what the hull needs.

        Returns
        -------
        dict or None
            Knob to change in the unit of its field; None when no change within the fields' ranges is enough.

        """
        key = (kept, tuple(loose))
        if key not in self._slacks:
            self._slacks[key] = self._least_slacks(kept, loose, members)
        return self._slacks[key]

    def _least_slacks(self, kept: Set, loose: Collection[int], members: Set | None) -> dict[int, float] | None:
        hull = self._lexicographic(kept, loose, {}, has_whole=False)
        if hull is None or not self.whole_of(kept):
            return hull
        # Nothing to change in the hull means that whole numbers alone are to blame.
        if (hull or self._known.get(kept) is not False) and self._holds_at(kept, hull):
            return hull
        if self.effort.is_over():
            return None
        is_curved = bool(self.curved_of(kept))
        enlarged = self._inflated(kept, hull) if is_curved else None
        if enlarged is not None:
            return enlarged
        wide = [k for k in loose if self.knobs[k][1].has_bounds]
        if len({self.knobs[k][0] for k in loose}) == 1 and (wide or is_curved):
            return self._bisected(kept, loose, hull)
        levels = {k: level_of(self.mandate.limits[self.knobs[k][0]]) for k in loose}
        highest = max((levels[k] for k in loose if k not in wide), default=None)
        fixed = {k: hull.get(k, 0.0) for k in wide if highest is not None and levels[k] <= highest}
        if members is not None:
            fixed |= {k: hull.get(k, 0.0) for k in loose if self.knobs[k][0] not in members}
        few = [k for k in loose if k not in fixed]
        if members is not None and not is_curved:
            # Outside the conflicts nothing gives way, so mostly their limits alone need the search.
            found = self._lexicographic(kept & members, few, fixed, has_whole=True, among=members)
            if found is not None and self._holds_at(kept, found):
                return found
        found = self._lexicographic(kept, few, fixed, has_whole=True)
        return found if found is not None or not fixed else self._lexicographic(kept, loose, {}, has_whole=True)

    def price_of(self, slacks: Mapping[int, float]) -> tuple[float, ...]:
        """Return what changes cost, the levels that are kept longest first; rounded, so that equal means equal."""
        levels = self.program(has_knobs=True)[0].levels
        sums = dict.fromkeys(levels, 0.0)
        for k, slack in slacks.items():
            place, knob = self.knobs[k]
            sums[level_of(self.mandate.limits[place])] += slack / knob.unit
        return tuple(round(sums[level], 3) for level in levels)

    def _lexicographic(
        self,
        kept: Set,
        loose: Collection[int],
        fixed: Mapping[int, float],
        *,
        has_whole: bool,
        among: Set = frozenset(),
    ) -> dict[int, float] | None:
        """Minimize what gives way level by level; `fixed` knobs have given way already.

        With `among`, only assets that narrow ones of these limits touch must be whole.
        """
        is_whole = has_whole and bool(self.whole_of(kept))
        if not is_whole and not fixed:
            eased = self._eased(kept, loose)
            if eased is not None:
                return eased
        program, session = self.program(has_whole=is_whole, has_knobs=True)
        if is_whole and among:
            session = self._narrowed(program, among) or session
        lower, upper = program.bounds(kept, loose)
        for k, slack in fixed.items():
            lower[program.knob_columns[k]] = upper[program.knob_columns[k]] = slack
        answer: Answer | None = None
        level_at = {k: level_of(self.mandate.limits[self.knobs[k][0]]) for k in loose}
        is_curved = bool(self.curved_of(kept))
        room = CURVED_TOLERANCE if is_curved else LEVEL_ROOM
        least: list[tuple[int, float]] = []  # column of a level and what it gives way at least
        unmoved: list[int] = []  # knobs of levels that need not give way
        for level, column in zip(program.levels, program.level_columns.tolist(), strict=True):
            if level not in level_at.values():
                continue
            cost = np.zeros(program.width)
            cost[column] = 1.0
            answer = self._minimize(program, session, cost, lower, upper, kept)
            for wider in WIDER_ROOMS if least and not is_whole else ():
                if answer.outcome == "solved":
                    break
                # What better levels leave may be a single point, too little for a solver to find.
                upper[program.knob_columns[unmoved]] = [program.knobs[k][1].most for k in unmoved]
                unmoved = []
                for earlier, value in least:
                    upper[earlier] = value + wider
                answer = self._minimize(program, session, cost, lower, upper, kept)
            if answer.outcome != "solved":
                self.is_unsure |= answer.outcome == "unknown"
                return None
            if not is_whole:
                owners = program.owners[np.abs(answer.row_duals) > DUAL_MIN] if len(answer.row_duals) else ()
                self._priced.update({int(j) for j in owners if j >= 0})
            value = max(0.0, answer.value)
            least.append((column, value))
            upper[column] = value * (1.0 + room) + room
            if is_curved and value <= SLACK_MIN:
                idle = [k for k in loose if level_at[k] == level and k not in fixed]
                upper[program.knob_columns[idle]] = 0.0
                unmoved += idle
        if answer is not None:
            self.portfolios.append(answer.x[: program.count])
        found = {k: slack for k, slack in fixed.items() if slack > 0.0}
        for k in loose if answer is not None else ():
            slack = float(answer.x[program.knob_columns[k]]) if answer is not None else 0.0
            if slack > SLACK_MIN * program.knobs[k][1].unit:
                found[k] = slack
        return found

    def _narrowed(self, program: Program, members: Set) -> LinearSession | None:
        """Return a search with whole numbers only where narrow limits of a conflict lie; None where all are wide."""
        count = program.count
        touched = np.zeros(count, dtype=bool)
        for j in members:
            demands = self.mandate.limits[j].demands
            assets = demands.touched
            if not demands.is_whole and not demands.is_curved and 2 * int(assets.sum()) <= count:
                touched |= assets
        if not touched.any():
            return None
        whole = program.whole.copy()
        for inside, switches in program.switches:
            whole[switches] = touched[inside]
        return LinearSession(program, whole, self.effort)

    def _eased(self, kept: Set, loose: Collection[int]) -> dict[int, float] | None:
        """Return the least change of one ceiling on risk that alone may give way: how much it is missed by."""
        k = next(iter(loose), -1)
        if len(loose) != 1 or self.curved_of(kept) != [self.knobs[k][0]]:
            return None
        place, knob = self.knobs[k]
        demands = self.mandate.limits[place].demands
        if len(demands.risks) != 1 or demands.tails or demands.lines or knob.risks[0] <= 0.0:
            return None
        missing, _ = self.violation(kept)
        if missing <= 0.0 or self.violation(kept - {place})[0] > 0.0:
            return None
        slack = missing * scale_of(demands.risks[0][1]) / float(knob.risks[0])
        return {k: slack} if slack <= knob.most else None

    def _holds_at(self, kept: Set, slacks: Mapping[int, float]) -> bool:
        """Return whether limits can hold, whole numbers included, with knobs that have given way by given amounts."""
        is_shown = self.is_shown_at(kept, slacks)
        if is_shown is not None:
            return is_shown
        if self.curved_of(kept) or self._is_barred(kept, slacks):
            return False
        program, session = self.program(has_whole=True, has_knobs=True)
        bounds = self._given(program, kept, slacks)
        if self._relaxed_session(program).solve(np.zeros(program.width), *bounds).outcome == "infeasible":
            return False
        return self._search(program, session, np.zeros(program.width), *bounds, kept).outcome == "solved"

    def is_shown_at(self, kept: Set, slacks: Mapping[int, float]) -> bool | None:
        """Return whether limits can hold with knobs that have given way; None where only a search could tell."""
        program, session = self.program(has_knobs=True)
        point = self._possible(program, session, *self._given(program, kept, slacks), kept)
        if point is None:
            return False
        self.point = point[: program.count]
        if not self.whole_of(kept):
            self.portfolios.append(self.point)
            return True
        return True if self._near(kept, slacks) else None

    def _inflated(self, kept: Set, hull: Mapping[int, float]) -> dict[int, float] | None:
        """Return what the hull of the limits needs, enlarged in steps until whole positions fit as well."""
        for factor in INFLATIONS if hull else ():
            slacks = {k: min(factor * slack, self.knobs[k][1].most) for k, slack in hull.items()}
            if self._holds_at(kept, slacks):
                return slacks
        return None

    def _bisected(self, kept: Set, loose: Collection[int], hull: Mapping[int, float]) -> dict[int, float] | None:
        """Return the least change of one limit's field by halving, starting from what the hull of the limits needs."""
        found: list[tuple[float, dict[int, float]]] = []
        for k in loose:
            knob = self.knobs[k][1]
            low, high = hull.get(k, 0.0), knob.most
            if not np.isfinite(high) or not self._holds_at(kept, {**hull, k: high}):
                continue
            step = 1.0 if knob.is_whole else BISECTION_UNITS * knob.unit
            while high - low > step * (1.0 + 1e-9):
                # Doubling first, then halving, on a grid of steps that can be written down.
                reach = 2.0 * low if low >= step else step
                middle = reach if high == knob.most and reach < high else 0.5 * (low + high)
                middle = min(max(round(middle / step) * step, low + step), high)
                if middle >= high:
                    break
                if self._holds_at(kept, {**hull, k: middle}):
                    high = middle
                else:
                    low = middle
            found.append((high / knob.unit, {**hull, k: high}))
        return min(found, key=lambda item: item[0])[1] if found else None

    def _minimize(
        self, program: Program, session: LinearSession, cost: Vector, lower: Vector, upper: Vector, kept: Set
    ) -> Answer:
        if program.has_whole:
            return self._search(program, session, cost, lower, upper, kept)
        answer = session.solve(cost, lower, upper)
        curved = self.curved_of(kept)
        if answer.outcome != "solved" or not curved or self._is_kept(program, curved, answer.x, 0.0):
            return answer
        # What the linear limits need may leave room for the ceilings as well, at another portfolio.
        low, high = lower.copy(), upper.copy()
        low[program.knob_columns] = high[program.knob_columns] = answer.x[program.knob_columns]
        high[program.level_columns] = np.inf
        point = self._possible(program, session, low, high, kept)
        if point is not None:
            return Answer("solved", point, answer.value, answer.row_duals)
        return self.curves.solve(program, cost, lower, upper, curved)[0]
