"""Can a set of limits hold together?

Linear limits are judged by one linear program, ceilings on risk and tails by a cone program, "zero or at least" and the
number of holdings by a search over whole numbers; both of the last two together by outer approximation (Duran and
Grossmann 1986, Mathematical Programming 36): the search proposes which positions are held, the cone program answers for
those, and each answer leaves a cut behind. A set is called impossible only when a program proves it. What is known of a
set answers for others: limits among possible ones are possible, limits that contain impossible ones are impossible.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from engine.doctor.curved import Curves
from engine.doctor.demands import Knob, Mandate
from engine.doctor.effort import Effort
from engine.doctor.implied import implied_box, sides_of
from engine.doctor.nearest import nearest_box
from engine.doctor.pieces import proofs_of
from engine.doctor.program import Program
from engine.doctor.session import Answer, LinearSession
from engine.kernel.forms import Vector

LINEAR_TOLERANCE = 1e-9
CURVED_TOLERANCE = 1e-7
DUAL_MIN = 1e-9
UNBROKEN_MAX = 1e-13
PROOF_MIN = 1e-7
CUT_ROUNDS_MAX_COUNT = 4

Set = frozenset[int]


class Verdict:
    """Answers questions about one mandate; limits are named by their places in `mandate.limits`.

    Attributes
    ----------
    everyone, hard
        All limits, and those that must be kept: what is soft gives way, so it makes no request impossible.
    movable
        Limits whose fields are looked at as what may give way; None is all.
    is_unsure
        Whether a search ended at its limit without an answer, so that a set counts as possible without proof.
    effort
        The budget of work, and what was left out for it; shared with a judge that this one comes from.
    portfolios
        Portfolios that met some of the limits, or changed ones, the newest last.

    """

    def __init__(self, mandate: Mandate, before: Verdict | None = None, effort: Effort | None = None) -> None:
        self.mandate = mandate
        self.effort: Effort = effort or (Effort() if before is None else before.effort)
        self.everyone: Set = frozenset(range(len(mandate.limits)))
        self.hard: Set = frozenset(j for j, limit in enumerate(mandate.limits) if not limit.is_soft)
        self.curves: Curves = Curves(mandate, None if before is None else before.curves, self.effort)
        self.movable: Set | None = None
        self.is_unsure = False
        self.point = np.zeros(mandate.universe.count)
        self.portfolios: list[Vector] = []
        self._programs: dict[tuple[bool, bool], tuple[Program, LinearSession]] = {}
        self._relaxed: LinearSession | None = None
        self._known: dict[Set, bool] = {}
        self._possible_sets: list[tuple[Set, Vector]] = []
        self._impossible_sets: list[tuple[Set, float]] = []

    def program(self, *, has_whole: bool = False, has_knobs: bool = False) -> tuple[Program, LinearSession]:
        """Return the program, built when first asked for, with its solver."""
        if not has_knobs and (False, True) in self._programs and (has_whole, False) not in self._programs:
            has_knobs = True  # Knobs that are not asked to move do no harm, and one program is built less.
        key = (has_whole, has_knobs)
        if key not in self._programs:
            program = Program(self.mandate, has_whole=has_whole, has_knobs=has_knobs, among=self.movable)
            self._programs[key] = (program, LinearSession(program, effort=self.effort))
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
        for known, point in reversed(self._possible_sets):
            if kept <= known:
                self.point = point
                return 0.0, frozenset()
        for known, value in self._impossible_sets:
            if known <= kept:
                return value, known
        value, support = self._violation(kept)
        if value > 0.0:
            self._impossible_sets.append((kept, value))
        else:
            self._possible_sets.append((kept, self.point))
        return value, support

    def impossible_within(self, kept: Set) -> list[Set]:
        """Return the sets among these limits that are known to be impossible, none of them within another one."""
        found: list[Set] = []
        for known in sorted({known for known, _ in self._impossible_sets if known <= kept}, key=_by_size):
            if not any(smaller <= known for smaller in found):
                found.append(known)
        return found

    def _violation(self, kept: Set) -> tuple[float, Set]:
        program, session = self.program()
        lower, upper = program.bounds(kept, free=kept)
        cost = np.zeros(program.width)
        cost[program.gone_columns[sorted(kept)]] = 1.0
        answer = session.solve(cost, lower, upper)
        if answer.outcome == "solved" and answer.value > LINEAR_TOLERANCE:
            return answer.value, self._learn(program, answer, kept)
        self.point = answer.x[: program.count]
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
            self.point = answer.x[: program.count]
            return 0.0, frozenset()
        return answer.value, support & kept

    def _learn(self, program: Program, answer: Answer, kept: Set) -> Set:
        """Keep what the least violation proves beside its size; return limits that alone cannot hold.

        The limits that its point breaks by nothing can hold together, and every part of its multipliers that shares no
        asset with the others is a proof of its own.
        """
        curved = set(self.curved_of(kept))
        broken = answer.x[program.gone_columns] > UNBROKEN_MAX
        met = frozenset(j for j in kept if not broken[j])
        met -= {j for j in curved & met if not self._is_kept(program, [j], answer.x, 0.0)}
        self._possible_sets.append((met, answer.x[: program.count]))
        parts = proofs_of(program, answer)
        nets = frozenset(j for j in kept if self.mandate.limits[j].demands.net is not None)
        for part in parts:
            members = (part.limits | nets if part.has_budget else part.limits) & kept
            if part.value > PROOF_MIN and members < kept:
                self._impossible_sets.append((members, part.value))
        strong = np.abs(answer.row_duals) > DUAL_MIN
        support = (frozenset(program.owners[strong].tolist()) | nets) & kept
        return next(iter(self.impossible_within(support)), support)

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
        if self._is_barred(kept, {}):
            return False
        program, session = self.program(has_whole=True)
        lower, upper = program.bounds(kept)
        relaxed = self._relaxed_session(program).solve(np.zeros(program.width), lower, upper)
        if relaxed.outcome == "infeasible":
            return False
        if relaxed.outcome == "solved" and not self.curved_of(kept):
            self.point = relaxed.x[: program.count]
            if self._near(kept, {}):
                return True
        answer = self._search(program, session, np.zeros(program.width), lower, upper, kept)
        self.is_unsure |= answer.outcome == "unknown"
        return answer.outcome != "infeasible"

    def _relaxed_session(self, program: Program) -> LinearSession:
        if self._relaxed is None or self._relaxed.program is not program:
            self._relaxed = LinearSession(program, np.zeros(program.width, dtype=bool), self.effort)
        return self._relaxed

    def _near(self, kept: Set, slacks: Mapping[int, float]) -> bool:
        """Return whether the choice of positions nearest to the last convex answer is possible."""
        box = nearest_box(self.mandate, kept, self.point, self._by_field(slacks))
        if box is None:
            return False
        program, session = self.program(has_knobs=bool(slacks))
        lower, upper = self._given(program, kept, slacks)
        lower[: program.count] = np.maximum(lower[: program.count], box[0])
        upper[: program.count] = np.minimum(upper[: program.count], box[1])
        point = self._possible(program, session, lower, upper, kept)
        if point is not None:
            self.portfolios.append(point[: program.count])
        return point is not None

    def _by_field(self, slacks: Mapping[int, float]) -> dict[int, dict[str, float]]:
        """Return what has given way as limit to field to amount."""
        given: dict[int, dict[str, float]] = {}
        for k, slack in slacks.items():
            given.setdefault(self.knobs[k][0], {})[self.knobs[k][1].name] = slack
        return given

    def _is_barred(self, kept: Set, slacks: Mapping[int, float]) -> bool:
        """Return whether arithmetic on whole numbers, with the linear limits, already leaves no portfolio."""
        box = implied_box(sides_of(self.mandate, kept, self._by_field(slacks)))
        if box is None:
            return True
        program, session = self.program(has_knobs=bool(slacks))
        lower, upper = self._given(program, kept, slacks)
        lower[: program.count] = np.maximum(lower[: program.count], box[0])
        upper[: program.count] = np.minimum(upper[: program.count], box[1])
        return session.solve(np.zeros(program.width), lower, upper).outcome == "infeasible"

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
                self.portfolios.append(answer.x[: program.count])
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


def _by_size(places: Set) -> tuple[int, list[int]]:
    return len(places), sorted(places)
