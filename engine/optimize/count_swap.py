"""Which choice of held assets is good, found quickly by exchanging one asset for another?

Which asset comes in is ordered by the gradient, which goes out by its size. Candidates are counted and never judged
twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from engine.kernel.forms import Goal, Vector
from engine.optimize.convex import PART_RIDGE, RIDGE
from engine.optimize.core import Core
from engine.optimize.count_bound import Bounded
from engine.optimize.count_pieces import Numbers, Pieces
from engine.optimize.count_program import ChoiceProgram
from engine.optimize.solvers import LOOSENING, OPEN, QpSession, QuadraticProgram

INSIDE_TOLERANCE = 5e-9
ENTRANTS_COUNT = 8


@dataclass(frozen=True, eq=False)
class Judged:
    """What a choice of one piece an asset is worth: value (less is better), weights, and what more of each costs."""

    value: float
    weights_frac: Vector
    gradient: Vector | None


class Judge(Protocol):
    """Solves for the best weights within one piece an asset."""

    def judge(self, numbers: Numbers, *, is_thorough: bool = False) -> Judged | None:
        """Return what a choice is worth, or None where it has no portfolio; thoroughly, that is confirmed."""
        ...


class ProgramJudge:
    """Judges by a quadratic program on the held assets alone: tens of microseconds each.

    Parameters
    ----------
    program
        Its value is the measure.

    """

    def __init__(self, program: ChoiceProgram) -> None:
        self.program = program

    def judge(self, numbers: Numbers, *, is_thorough: bool = False) -> Judged | None:
        """Return what a choice is worth, or None where it has no portfolio or the solver finds none."""
        program, count = self.program, len(numbers)
        held, places = np.flatnonzero(numbers != program.pieces.zero), np.arange(count)
        columns = np.concatenate([held, np.arange(count, len(program.linear))])
        row_lower, row_upper = program.sides(numbers, numbers)
        used = np.flatnonzero(np.isfinite(row_lower) | np.isfinite(row_upper))
        quadratic = program.quadratic[np.ix_(columns, columns)]
        steady = np.where(columns < count, RIDGE, PART_RIDGE)
        if program.is_ratio:
            steady[-1] = RIDGE
        quadratic[np.arange(len(columns)), np.arange(len(columns))] += steady
        small = QuadraticProgram(
            quadratic,
            program.linear[columns],
            np.ascontiguousarray(program.rows[np.ix_(used, columns)]),
            row_lower[used],
            row_upper[used],
            np.concatenate([program.starts[places, numbers][held], program.rest_lower]),
            np.concatenate([program.ends[places, numbers][held], program.rest_upper]),
        )
        found = _bare(small)
        if found is None and is_thorough:
            answer = QpSession(small).solve()
            found = (answer.x, answer.row_duals) if answer.outcome == "solved" else None
        if found is None:
            return None
        inner = np.clip(found[0], small.lower, small.upper)
        activity = small.rows @ inner
        broken = np.maximum(small.row_lower - activity, activity - small.row_upper)
        if broken.max(initial=0.0) > (2.0 * INSIDE_TOLERANCE if is_thorough else INSIDE_TOLERANCE):
            return None
        x = np.zeros(len(program.linear))
        x[columns] = inner
        gradient = program.quadratic @ x + program.linear + program.rows[used].T @ found[1]
        return Judged(program.value(x), program.weights(x), gradient[:count])


def _bare(program: QuadraticProgram) -> tuple[Vector, Vector] | None:
    """Return DAQP's point and row multipliers, unchecked; a single feasible point is empty to it at first."""
    import daqp

    low = np.maximum(np.concatenate([program.lower, program.row_lower]), -OPEN)
    high = np.minimum(np.concatenate([program.upper, program.row_upper]), OPEN)
    sense = np.zeros(len(low), dtype=np.int32)
    sense[len(program.lower) :][program.row_lower == program.row_upper] = 5
    for loosening in (0.0, LOOSENING):
        x, _, flag, info = daqp.solve(
            program.quadratic, program.linear, program.rows, high + loosening, low - loosening, sense,
            primal_tol=1e-10, dual_tol=1e-12,
        )  # fmt: skip
        if flag == 1 and np.isfinite(x).all():
            return np.array(x), np.array(info["lam"])[len(program.lower) :]
    return None


class CoreJudge:
    """Judges by the core that answers the request.

    Parameters
    ----------
    core, goal
        Its objective is the measure.
    pieces
        Pieces of the weights.

    """

    def __init__(self, core: Core, goal: Goal, pieces: Pieces) -> None:
        self.core, self.goal, self.pieces = core, goal, pieces

    def judge(self, numbers: Numbers, *, is_thorough: bool = False) -> Judged | None:
        """Return what a choice is worth, or None where it has no portfolio; a core is always thorough."""
        lower, upper = self.pieces.hull(numbers, numbers)
        net = self.core.limits.net_frac
        if lower.sum() > net + 1e-9 or upper.sum() < net - 1e-9:
            return None
        answer = self.core.solve(self.goal, self.core.lifted.bounds(lower, upper))
        if answer.outcome != "solved" or answer.weights_frac is None:
            return None
        return Judged(answer.objective, answer.weights_frac, None)


class Swaps:
    """The best choice so far, and the ways to a better one.

    Parameters
    ----------
    pieces
        Pieces of the weights.
    judge
        Judges choices.
    on_better
        Called with the weights of every choice that is better than those before it.

    """

    def __init__(self, pieces: Pieces, judge: Judge, on_better: Callable[[Vector], None] | None = None) -> None:
        self.pieces, self.judge, self.on_better = pieces, judge, on_better
        self.best: Numbers | None = None
        self.found: Judged | None = None
        self.hint = np.zeros(len(pieces.final))
        self.tried_count = 0
        self._known: set[bytes] = set()
        self._empty: set[bytes] = set()

    @property
    def value(self) -> float:
        """Objective of the best choice so far."""
        return self.found.value if self.found is not None else np.inf

    def offer(self, numbers: Numbers, *, is_thorough: bool = False) -> bool:
        """Judge a choice of one piece an asset; return whether it is the best so far.

        Thoroughly, a choice is judged again that has no portfolio at first sight.
        """
        key = numbers.astype(np.int16).tobytes()
        held = int(np.count_nonzero(numbers != self.pieces.zero))
        if (
            key in self._known and not (is_thorough and key in self._empty)
        ) or not self.pieces.min_count <= held <= self.pieces.max_count:
            return False
        self._known.add(key)
        self.tried_count += 1
        judged = self.judge.judge(numbers, is_thorough=is_thorough)
        if judged is None:
            self._empty.add(key)
        if judged is None or judged.value >= self.value:
            return False
        self.best, self.found = numbers.copy(), judged
        if self.on_better is not None:
            self.on_better(judged.weights_frac)
        return True

    def round(self, relaxed: Bounded, first: Numbers, last: Numbers) -> None:
        """Judge the choices a relaxation points to: every asset it holds as far as the number allows, and the nearest.

        An asset that is held but is nearest to zero goes to the piece beside zero on its side.
        """
        pieces, zero, weights = self.pieces, self.pieces.zero, relaxed.weights_frac
        number = np.argmin(pieces.away(weights, first, last), axis=1).astype(np.intp)
        free = pieces.is_free(first, last)
        room = pieces.max_count - int(pieces.is_held(first, last).sum())
        places = np.flatnonzero(free & (relaxed.shares > 1e-6))
        order = places[np.lexsort((-np.abs(weights[places]), -relaxed.shares[places].round(6)))][: max(room, 0)]
        held = np.where(free, zero, number)
        for place in order:
            step = 1 if weights[place] >= 0.0 else -1
            beside = zero[place] + (step if first[place] <= zero[place] + step <= last[place] else -step)
            held[place] = number[place] if number[place] != zero[place] else beside
        self.offer(held)
        if int(np.count_nonzero(number != zero)) < len(order) or not pieces.is_counted:
            self.offer(number)

    def improve(self, tries_max_count: int) -> None:
        """Exchange, add and drop one asset as long as that helps and tries are left."""
        limit = self.tried_count + tries_max_count
        while self.tried_count < limit and self._step(limit):
            pass

    def _step(self, limit: int) -> bool:
        if self.best is None or self.found is None:
            return False
        best, weights, zero, pieces = self.best, self.found.weights_frac, self.pieces.zero, self.pieces
        gradient = self.hint if self.found.gradient is None else self.found.gradient
        held = np.flatnonzero((best != zero) & (zero >= 0))
        up = np.where((best == zero) & (zero < pieces.final), gradient, np.inf)
        down = np.where((best == zero) & (zero > 0), -gradient, np.inf)
        slope = np.minimum(up, down)
        entrants = np.argsort(slope, kind="stable")[:ENTRANTS_COUNT]
        entrants = entrants[np.isfinite(slope[entrants])]
        leavers = held[np.argsort(np.abs(weights[held]), kind="stable")]
        total = int(np.count_nonzero(best != zero))
        candidates: list[tuple[int, int]] = []
        if total < pieces.max_count:
            candidates += [(-1, int(entrant)) for entrant in entrants]
        else:
            candidates += [(int(leaver), int(entrant)) for leaver in leavers for entrant in entrants]
        if total > pieces.min_count:
            candidates += [(int(leaver), -1) for leaver in leavers]
        for leaver, entrant in candidates:
            if self.tried_count >= limit:
                return False
            numbers = best.copy()
            if entrant >= 0:
                numbers[entrant] = zero[entrant] + (1 if up[entrant] <= down[entrant] else -1)
            if leaver >= 0:
                numbers[leaver] = zero[leaver]
            if self.offer(numbers):
                return True
        return False
