"""Can a set of limits hold together, and how little must give way until it can?

Linear limits are judged by one linear program, ceilings on risk and tails by a cone program, "zero or at least" and the
number of holdings by a search over whole numbers; both of the last two together by outer approximation (Duran and
Grossmann 1986, Mathematical Programming 36): the search proposes which positions are held, the cone program answers for
those, and each answer leaves a cut behind. A set is called impossible only when a program proves it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from engine.doctor.curved import Curves
from engine.doctor.demands import Knob, Mandate
from engine.doctor.nearest import nearest_box
from engine.doctor.program import Program, level_of
from engine.doctor.session import Answer, LinearSession
from engine.kernel.forms import Vector

LINEAR_TOLERANCE = 1e-9
CURVED_TOLERANCE = 1e-7
DUAL_MIN = 1e-9
CUT_ROUNDS_MAX_COUNT = 4
LEVEL_ROOM = 1e-9
SLACK_MIN = 1e-7
BISECTION_UNITS = 0.1
INFLATIONS = (1.01, 1.03, 1.1, 1.3, 2.0, 4.0)

Set = frozenset[int]


class Judge:
    """Answers questions about one mandate; limits are named by their places in `mandate.limits`.

    Attributes
    ----------
    is_unsure
        Whether a search ended at its limit without an answer, so that a set counts as possible without proof.

    """

    def __init__(self, mandate: Mandate) -> None:
        self.mandate = mandate
        self.everyone: Set = frozenset(range(len(mandate.limits)))
        self.curves = Curves(mandate)
        self.is_unsure = False
        self._programs: dict[tuple[bool, bool], tuple[Program, LinearSession]] = {}
        self._relaxed: LinearSession | None = None
        self._known: dict[Set, bool] = {}
        self._slacks: dict[tuple[Set, tuple[int, ...]], dict[int, float] | None] = {}
        self._point = np.zeros(mandate.universe.count)

    def program(self, *, has_whole: bool = False, has_knobs: bool = False) -> tuple[Program, LinearSession]:
        """Return the program, built when first asked for, with its solver."""
        if not has_knobs and (False, True) in self._programs and (has_whole, False) not in self._programs:
            has_knobs = True  # Knobs that are not asked to move do no harm, and one program is built less.
        key = (has_whole, has_knobs)
        if key not in self._programs:
            program = Program(self.mandate, has_whole=has_whole, has_knobs=has_knobs)
            self._programs[key] = (program, LinearSession(program))
        return self._programs[key]

    @property
    def knobs(self) -> list[tuple[int, Knob]]:
        """Every field that can give way, with the place of its limit."""
        return self.program(has_knobs=True)[0].knobs

    def curved_of(self, kept: Collection[int]) -> list[int]:
        """Return the limits with a ceiling on risk or tails."""
        limits = self.mandate.limits
        has_history = self.curves.history is not None
        return [j for j in sorted(kept) if limits[j].demands.risks or (limits[j].demands.tails and has_history)]

    def whole_of(self, kept: Collection[int]) -> list[int]:
        """Return the limits that are all or nothing."""
        return [j for j in sorted(kept) if self.mandate.limits[j].demands.is_whole]

    def violation(self, kept: Set) -> tuple[float, Set]:
        """Return how far the convex limits are from holding together, and limits that alone are as far; 0 is possible.

        The second is the support of the multipliers (Farkas): a set that cannot hold, though not yet a smallest one.
        """
        program, session = self.program()
        lower, upper = program.bounds(kept, free=kept)
        cost = np.zeros(program.width)
        cost[program.gone_columns[sorted(kept)]] = 1.0
        answer = session.solve(cost, lower, upper)
        if answer.outcome == "solved" and answer.value > LINEAR_TOLERANCE:
            return answer.value, self._support(program, answer, kept)
        self._point = answer.x[: program.count]
        curved = self.curved_of(kept)
        if not curved or answer.outcome != "solved":
            self.is_unsure |= answer.outcome != "solved"
            return 0.0, frozenset()
        if self._is_kept(program, curved, answer.x, 0.0):
            return 0.0, frozenset()
        lower, upper = program.bounds(kept, free=curved)
        cost = np.zeros(program.width)
        cost[program.gone_columns[curved]] = 1.0
        answer, support = self.curves.solve(program, cost, lower, upper, curved)
        self.is_unsure |= answer.outcome != "solved"
        if answer.outcome != "solved" or answer.value <= CURVED_TOLERANCE:
            self._point = answer.x[: program.count]
            return 0.0, frozenset()
        return answer.value, support & kept

    def _support(self, program: Program, answer: Answer, kept: Set) -> Set:
        owners = program.owners[np.abs(answer.row_duals) > DUAL_MIN]
        nets = {j for j in kept if self.mandate.limits[j].demands.net is not None}
        return (frozenset(owners.tolist()) | frozenset(nets)) & kept

    def holds(self, kept: Set) -> bool:
        """Return whether some portfolio meets all these limits."""
        known = self._known.get(kept)
        if known is None:
            known = self.violation(kept)[0] == 0.0 and self.holds_whole(kept)
            self._known[kept] = known
        return known

    def holds_whole(self, kept: Set) -> bool:
        """Return whether limits that are possible without their whole numbers are possible with them."""
        if not self.whole_of(kept):
            return True
        if self._near(kept, {}):
            return True
        program, session = self.program(has_whole=True)
        lower, upper = program.bounds(kept)
        relaxed = self._relaxed_session(program).solve(np.zeros(program.width), lower, upper)
        if relaxed.outcome == "infeasible":
            return False
        if relaxed.outcome == "solved" and not self.curved_of(kept):
            self._point = relaxed.x[: program.count]
            if self._near(kept, {}):
                return True
        answer = self._search(program, session, np.zeros(program.width), lower, upper, kept)
        self.is_unsure |= answer.outcome == "unknown"
        return answer.outcome != "infeasible"

    def _relaxed_session(self, program: Program) -> LinearSession:
        if self._relaxed is None or self._relaxed.program is not program:
            self._relaxed = LinearSession(program, is_relaxed=True)
        return self._relaxed

    def _near(self, kept: Set, slacks: Mapping[int, float]) -> bool:
        """Return whether the choice of positions nearest to the last convex answer is possible."""
        given: dict[int, dict[str, float]] = {}
        for k, slack in slacks.items():
            given.setdefault(self.knobs[k][0], {})[self.knobs[k][1].name] = slack
        box = nearest_box(self.mandate, kept, self._point, given)
        if box is None:
            return False
        program, session = self.program(has_knobs=bool(slacks))
        lower, upper = self._given(program, kept, slacks)
        lower[: program.count] = np.maximum(lower[: program.count], box[0])
        upper[: program.count] = np.minimum(upper[: program.count], box[1])
        return self._possible(program, session, lower, upper, kept) is not None

    def _given(self, program: Program, kept: Set, slacks: Mapping[int, float]) -> tuple[Vector, Vector]:
        """Return bounds on the columns with knobs that have given way by given amounts."""
        lower, upper = program.bounds(kept)
        for k, slack in slacks.items():
            lower[program.knob_columns[k]] = upper[program.knob_columns[k]] = slack
        return lower, upper

    def _possible(
        self, program: Program, session: LinearSession, lower: Vector, upper: Vector, kept: Set
    ) -> Vector | None:
        """Return a point within bounds that meets the convex limits, or None."""
        answer = session.solve(np.zeros(program.width), lower, upper)
        if answer.outcome != "solved":
            return None
        curved = self.curved_of(kept)
        if not curved or self._is_kept(program, curved, answer.x, 0.0):
            return answer.x
        cost, free = np.zeros(program.width), upper.copy()
        cost[program.gone_columns[curved]] = 1.0
        free[program.gone_columns[curved]] = np.inf
        answer, _ = self.curves.solve(program, cost, lower, free, curved)
        return answer.x if answer.outcome == "solved" and answer.value <= CURVED_TOLERANCE else None

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
        is_curved = bool(self.curved_of(kept))
        enlarged = self._inflated(kept, hull) if is_curved else None
        if enlarged is not None:
            return enlarged
        wide = [k for k in loose if self._moves_bounds(k)]
        if len({self.knobs[k][0] for k in loose}) == 1 and (wide or is_curved):
            return self._bisected(kept, loose, hull)
        levels = {k: level_of(self.mandate.limits[self.knobs[k][0]]) for k in loose}
        highest = max((levels[k] for k in loose if k not in wide), default=None)
        fixed = {k: hull.get(k, 0.0) for k in wide if highest is not None and levels[k] <= highest}
        if members is not None:
            fixed |= {k: hull.get(k, 0.0) for k in loose if self.knobs[k][0] not in members}
        found = self._lexicographic(kept, [k for k in loose if k not in fixed], fixed, has_whole=True)
        return found if found is not None or not fixed else self._lexicographic(kept, loose, {}, has_whole=True)

    def _moves_bounds(self, k: int) -> bool:
        knob = self.knobs[k][1]
        return bool(knob.lower.any() or knob.upper.any())

    def _lexicographic(
        self, kept: Set, loose: Collection[int], fixed: Mapping[int, float], *, has_whole: bool
    ) -> dict[int, float] | None:
        """Minimize what gives way level by level; `fixed` knobs have given way already."""
        is_whole = has_whole and bool(self.whole_of(kept))
        program, session = self.program(has_whole=is_whole, has_knobs=True)
        lower, upper = program.bounds(kept, loose)
        for k, slack in fixed.items():
            lower[program.knob_columns[k]] = upper[program.knob_columns[k]] = slack
        answer: Answer | None = None
        levels = sorted({level_of(self.mandate.limits[self.knobs[k][0]]) for k in loose})
        for level, column in zip(program.levels, program.level_columns, strict=True):
            if level not in levels:
                continue
            cost = np.zeros(program.width)
            cost[column] = 1.0
            answer = self._minimize(program, session, cost, lower, upper, kept)
            if answer.outcome != "solved":
                self.is_unsure |= answer.outcome == "unknown"
                return None
            room = CURVED_TOLERANCE if self.curved_of(kept) else LEVEL_ROOM
            upper[column] = max(0.0, answer.value) * (1.0 + room) + room
        found = {k: slack for k, slack in fixed.items() if slack > 0.0}
        for k in loose if answer is not None else ():
            slack = float(answer.x[program.knob_columns[k]]) if answer is not None else 0.0
            if slack > SLACK_MIN * program.knobs[k][1].unit:
                found[k] = slack
        return found

    def _holds_at(self, kept: Set, slacks: Mapping[int, float]) -> bool:
        """Return whether limits can hold, whole numbers included, with knobs that have given way by given amounts."""
        program, session = self.program(has_knobs=True)
        point = self._possible(program, session, *self._given(program, kept, slacks), kept)
        if point is None:
            return False
        self._point = point[: program.count]
        if self._near(kept, slacks):
            return True
        if self.curved_of(kept):
            return False
        program, session = self.program(has_whole=True, has_knobs=True)
        bounds = self._given(program, kept, slacks)
        if self._relaxed_session(program).solve(np.zeros(program.width), *bounds).outcome == "infeasible":
            return False
        return self._search(program, session, np.zeros(program.width), *bounds, kept).outcome == "solved"

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

    def _search(
        self, program: Program, session: LinearSession, cost: Vector, lower: Vector, upper: Vector, kept: Set
    ) -> Answer:
        """Return the least cost with whole numbers; cuts stand in for the curved limits."""
        curved = self.curved_of(kept)
        nothing = np.zeros(0)
        best: Answer | None = None
        for _ in range(CUT_ROUNDS_MAX_COUNT):
            answer = session.solve(cost, lower, upper)
            if answer.outcome != "solved":
                return best if best is not None and answer.outcome == "infeasible" else answer
            if not curved or self._is_kept(program, curved, answer.x):
                return answer
            if best is not None and answer.value >= best.value - CURVED_TOLERANCE * max(1.0, abs(best.value)):
                return best
            self._cut(program, session, curved, answer.x)
            held_lower, held_upper = lower.copy(), upper.copy()
            chosen = np.clip(np.round(answer.x[program.whole]), lower[program.whole], upper[program.whole])
            held_lower[program.whole] = held_upper[program.whole] = chosen
            near, _ = self.curves.solve(program, cost, held_lower, held_upper, curved)
            if near.outcome == "solved" and self._is_kept(program, curved, near.x):
                if best is None or near.value < best.value:
                    best = near
                if not cost.any():
                    return best
            else:
                miss = np.zeros(program.width)
                miss[program.gone_columns[curved]] = 1.0
                held_upper[program.gone_columns[curved]] = np.inf
                near, _ = self.curves.solve(program, miss, held_lower, held_upper, curved)
            if near.outcome == "solved":
                self._cut(program, session, curved, near.x)
        return best if best is not None else Answer("unknown", nothing, np.nan, nothing)

    def _is_kept(self, program: Program, curved: list[int], x: Vector, tolerance: float = CURVED_TOLERANCE) -> bool:
        return all(miss[0] <= tolerance for j in curved for miss in self.curves.overshoot(program, j, x))

    def _cut(self, program: Program, session: LinearSession, curved: list[int], x: Vector) -> None:
        for j in curved:
            for _, slope, side, moves in self.curves.overshoot(program, j, x):
                columns = np.concatenate([np.arange(program.count), program.knob_columns, [program.gone_columns[j]]])
                session.cut(columns, np.concatenate([slope, -moves, [-1.0]]), side)
