"""How are ceilings on risk and tail measures judged together with everything else?

As second-order cones around the program's rows, solved by Clarabel; tail measures through their worst scenarios, of
which more are added until none that matters is missing.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from engine.doctor.demands import Mandate, Tail
from engine.doctor.effort import Effort
from engine.doctor.program import Program
from engine.doctor.reduced import reduce_rows
from engine.doctor.rows import Places
from engine.doctor.session import Answer
from engine.kernel.forms import Matrix, Vector
from engine.optimize.cone import Ball, ConeProgram, solve_cone
from engine.optimize.solvers import QpSession, QuadraticProgram
from engine.optimize.tail_measures import active_scenarios, tail_cut, tail_value

ROUNDS_MAX_COUNT = 60
MISSING = 1e-8
LEAST_SCALE = 1e-3
DUAL_MIN = 1e-6
QUADRATIC_DUAL_MIN = 1e-7
RIDGE = 1e-10


def scale_of(upper: float) -> float:
    """Return what a miss of a ceiling is measured against: the ceiling itself."""
    return max(abs(upper), LEAST_SCALE)


def root_of(covariance: Matrix) -> Matrix:
    """Return R with RᵀR equal to the covariance, negative eigenvalues taken as zero; shape (k, n)."""
    values, vectors = np.linalg.eigh(covariance)
    keep = values > max(float(values[-1]), 0.0) * 1e-14
    root: Matrix = np.sqrt(values[keep])[:, None] * vectors[:, keep].T
    return root


class Curves:
    """The curved limits of one mandate: their sizes, their slopes, and their cone programs."""

    def __init__(self, mandate: Mandate, before: Curves | None = None, effort: Effort | None = None) -> None:
        self.mandate = mandate
        self.effort = effort or Effort()
        self._root: Matrix | None = None if before is None else before._root

    @property
    def root(self) -> Matrix:
        """R with RᵀR = Σ."""
        if self._root is None:
            assert self.mandate.estimates is not None
            self._root = root_of(self.mandate.estimates.covariance_annual)
        return self._root

    @property
    def history(self) -> Matrix | None:
        """Returns per period, None where figures were given directly; limits on tails are then left out."""
        return None if self.mandate.estimates is None else self.mandate.estimates.history_frac

    def overshoot(self, program: Program, place: int, x: Vector) -> list[tuple[float, Vector, float, Vector]]:
        """Return for each ceiling of a limit how far x exceeds it in its own scale, with the cut that says so.

        The cut is (slope on w, side, moves of the limit's knobs), scaled: slope @ w ≤ side + moves @ slacks + gone.
        """
        demands = self.mandate.limits[place].demands
        weights = x[: program.count]
        slacks = x[program.knob_columns]
        found = []
        for at, (center, upper) in enumerate(demands.risks):
            away = self.root @ (weights - center)
            size = float(np.linalg.norm(away))
            slope = self.root.T @ away / max(size, 1e-12)
            moves = np.array([knob.risks[at] if owner == place else 0.0 for owner, knob in program.knobs])
            scale = scale_of(upper)
            miss = (size - upper - float(moves @ slacks)) / scale
            found.append((miss, slope / scale, (upper + float(slope @ center)) / scale, moves / scale))
        history = self.history
        for at, tail in enumerate(demands.tails if history is not None else ()):
            assert history is not None
            size, slope = tail_cut(tail.tail, tail.level, history, weights)
            moves = np.array([knob.tails[at] if owner == place else 0.0 for owner, knob in program.knobs])
            scale = scale_of(tail.upper)
            miss = (size - tail.upper - float(moves @ slacks)) / scale
            found.append((miss, slope / scale, tail.upper / scale, moves / scale))
        return found

    def solve(
        self, program: Program, cost: Vector, lower: Vector, upper: Vector, places: Collection[int]
    ) -> tuple[Answer, frozenset[int]]:
        """Return the least cost within bounds on the columns and under the curved limits at `places`.

        Also the limits whose multipliers are not zero: they alone would give the same answer.
        """
        task = _Task(self, program, cost, lower, upper, sorted(places))
        answer, support = task.run_quadratic() or task.run()
        return answer, support


class _Task:
    """One cone program without fixed columns and rows that a left-out limit has emptied, grown scenario by scenario."""

    def __init__(
        self, curves: Curves, program: Program, cost: Vector, lower: Vector, upper: Vector, places: list[int]
    ) -> None:
        self.curves, self.program, self.places = curves, program, places
        self.cost, self.lower, self.upper = cost, lower, upper
        gone = np.zeros(program.width, dtype=bool)
        gone[program.gone_columns] = (upper[program.gone_columns] == np.inf) & (cost[program.gone_columns] == 0.0)
        is_left = np.ones(len(program.row_lower), dtype=bool)
        is_left[program.row_at[gone[program.column_at]]] = False
        self.rows = np.flatnonzero(is_left)
        self.fixed = (lower == upper) | gone
        used = np.zeros(program.width, dtype=bool)
        used[: program.count] = True
        used[program.column_at[is_left[program.row_at]]] = True
        used[program.gone_columns] = True
        self.columns = np.flatnonzero(~self.fixed & used)
        self.base = np.where(self.fixed & ~gone, lower, 0.0)
        self._extra_width = 0
        self._extra_rows: list[tuple[Places, Vector, float, int]] = []
        self._extra_ceilings: dict[tuple[int, int], int] = {}
        self._seen: dict[tuple[int, int], dict[int, int]] = {}
        self._tail_counts: dict[tuple[int, int], float] = {}
        self._cuts: set[tuple[int, int, int, int]] = set()

    def run_quadratic(self) -> tuple[Answer, frozenset[int]] | None:
        """Return the answer where one risk ceiling alone may be broken at a price: a quadratic program in the weights.

        None where the task is another one, or where no solver's answer passes its check.
        """
        program = self.program
        if len(self.places) != 1 or np.count_nonzero(self.cost) != 1:
            return None
        place = self.places[0]
        demands = self.curves.mandate.limits[place].demands
        gone = int(program.gone_columns[place])
        if self.cost[gone] <= 0.0 or self.upper[gone] != np.inf or demands.tails or len(demands.risks) != 1:
            return None
        if any(knob.risks[0] and not self.fixed[column] for column, knob in program.knobs_of(place)):
            return None
        is_weight = self.columns < program.count
        if not is_weight[self.columns != gone].all():
            # Without turnover and its like the program is much smaller, and often its answer keeps them too.
            touched = np.zeros(len(program.row_lower), dtype=bool)
            others = np.zeros(program.width, dtype=bool)
            others[self.columns[~is_weight & (self.columns != gone)]] = True
            touched[program.row_at[others[program.column_at]]] = True
            found = self._quadratic(place, self.columns[is_weight], self.rows[~touched[self.rows]])
            if found is not None and self._is_met(found[0].x, gone):
                return found
        return self._quadratic(place, self.columns[self.columns != gone], self.rows)

    def _is_met(self, x: Vector, gone: int) -> bool:
        """Return whether every remaining row holds at x, whose parts are set to what the weights ask for."""
        program = self.program
        self.program.fill_parts(x)
        others = np.setdiff1d(self.columns[self.columns >= program.count], np.concatenate(program.part_columns()))
        if np.any(others != gone):
            return False
        activity = np.bincount(program.row_at, program.value_at * x[program.column_at], len(program.row_lower))
        low, high = program.row_lower[self.rows], program.row_upper[self.rows]
        return bool(((activity[self.rows] >= low - MISSING) & (activity[self.rows] <= high + MISSING)).all())

    def _quadratic(self, place: int, kept: Places, rows: Places) -> tuple[Answer, frozenset[int]] | None:
        program = self.program
        demands = self.curves.mandate.limits[place].demands
        gone = int(program.gone_columns[place])
        place_of = np.full(program.width, -1)
        place_of[kept] = np.arange(len(kept))
        bounds = (self.lower[kept], self.upper[kept])
        left = reduce_rows(program, rows, self.base, kept, bounds, len(kept))
        center, asked = demands.risks[0]
        ceiling = asked + sum(float(knob.risks[0]) * float(self.base[at]) for at, knob in program.knobs_of(place))
        root = self.curves.root
        weights = place_of[: program.count]
        is_open = weights >= 0
        offset = root @ (np.where(is_open, 0.0, self.base[: program.count]) - center)
        inside = np.zeros((len(root), len(kept)))
        inside[:, weights[is_open]] = root[:, is_open]
        scale = max(float(np.sum(inside**2)) / max(int(is_open.sum()), 1), 1e-12)
        quadratic = inside.T @ inside / scale
        idle = np.setdiff1d(np.arange(len(kept)), weights[is_open])
        quadratic[idle, idle] += RIDGE
        task = QuadraticProgram(
            quadratic, inside.T @ offset / scale, left.matrix, left.low, left.high, left.lower, left.upper
        )
        answer = QpSession(task).solve()
        self.curves.effort.curved(len(kept), len(left.matrix), is_cone=False)
        if answer.outcome != "solved":
            return None
        x = self.base.copy()
        x[kept] = answer.x
        size = float(np.linalg.norm(root @ (x[: program.count] - center)))
        x[gone] = max(0.0, (size - ceiling) / scale_of(asked))
        value = float(self.cost[gone]) * float(x[gone])
        support = {
            place,
            *left.owners[np.abs(answer.row_duals) > QUADRATIC_DUAL_MIN].tolist(),
            *left.upper_owners[answer.bound_duals > QUADRATIC_DUAL_MIN].tolist(),
            *left.lower_owners[answer.bound_duals < -QUADRATIC_DUAL_MIN].tolist(),
        }
        return Answer("solved", x, value, np.zeros(0)), frozenset(support - {-1})

    def run(self) -> tuple[Answer, frozenset[int]]:
        """Solve, and add scenarios until none that matters is missing."""
        program, history = self.program, self.curves.history
        nothing = np.zeros(0)
        wanted = [
            (place, at, tail)
            for place in self.places
            for at, tail in enumerate(self.curves.mandate.limits[place].demands.tails)
            if history is not None
        ]
        start = np.full(program.count, 1.0 / program.count)
        for place, at, tail in wanted:
            self._grow(place, at, tail, start)
        for _ in range(ROUNDS_MAX_COUNT):
            x, support, outcome = self._solve_once()
            if outcome != "solved":
                return Answer(outcome, nothing, np.nan, nothing), support
            misses = [item for item in wanted if self._is_missing(*item, x)]
            if not misses:
                break
            for place, at, tail in misses:
                self._grow(place, at, tail, x[: program.count])
        return Answer("solved", x, float(self.cost @ x), nothing), support

    def _radius(self, place: int, moves: list[float], upper: float, x: Vector) -> float:
        slacks = [x[column] for column, _ in self.program.knobs_of(place)]
        return upper + float(np.dot(moves, slacks)) + scale_of(upper) * float(x[self.program.gone_columns[place]])

    def _is_missing(self, place: int, at: int, tail: Tail, x: Vector) -> bool:
        history = self.curves.history
        assert history is not None
        value = tail_value(tail.tail, tail.level, history, x[: self.program.count])
        moves = [float(knob.tails[at]) for _, knob in self.program.knobs_of(place)]
        return value > self._radius(place, moves, tail.upper, x) + MISSING * scale_of(tail.upper)

    def _grow(self, place: int, at: int, tail: Tail, weights: Vector) -> None:
        """Add the worst scenarios at these weights, each a row on w and its share of the tail."""
        history = self.curves.history
        assert history is not None
        count = self.program.count
        everyone = np.arange(count)
        if tail.tail == "semi_deviation":
            _, slope = tail_cut(tail.tail, tail.level, history, weights)
            self._extra_rows.append((everyone, slope, tail.upper, place * 1000 + at))
            return
        block = active_scenarios(tail.tail, tail.level, history, weights)
        key = (place, at)
        if tail.tail == "max_drawdown":
            for peak, trough, slope in zip(block.peaks, block.troughs, block.slopes, strict=True):
                if (place, at, int(peak), int(trough)) not in self._cuts:
                    self._cuts.add((place, at, int(peak), int(trough)))
                    self._extra_rows.append((everyone, slope, tail.upper, place * 1000 + at))
            return
        seen = self._seen.setdefault(key, {})
        if key not in self._extra_ceilings:
            self._extra_ceilings[key] = self._extra_width
            self._extra_width += 1
        edge = self._extra_ceilings[key]
        for peak, trough, slope in zip(block.peaks, block.troughs, block.slopes, strict=True):
            if (place, at, int(peak), int(trough)) in self._cuts:
                continue
            self._cuts.add((place, at, int(peak), int(trough)))
            if int(trough) not in seen:
                seen[int(trough)] = self._extra_width
                self._extra_width += 1
            columns = np.concatenate([everyone, [-1 - edge, -1 - seen[int(trough)]]])
            self._extra_rows.append((columns, np.concatenate([slope, [-1.0, -1.0]]), 0.0, -1))
        self._tail_counts[key] = block.tail_count

    def _solve_once(self) -> tuple[Vector, frozenset[int], str]:
        program, kept = self.program, self.columns
        width = len(kept) + self._extra_width
        place_of = np.full(program.width, -1)
        place_of[kept] = np.arange(len(kept))
        left = reduce_rows(program, self.rows, self.base, kept, (self.lower[kept], self.upper[kept]), width)
        identity = np.eye(len(kept), width)
        blocks, owners = [left.matrix, identity, identity], [left.owners, left.lower_owners, left.upper_owners]
        lows = [left.low, left.lower, np.full(len(kept), -np.inf)]
        highs = [left.high, np.full(len(kept), np.inf), left.upper]
        extra, extra_high, extra_owner = self._extra_block(width, place_of)
        blocks.append(extra)
        lows.append(np.full(len(extra), -np.inf))
        highs.append(extra_high)
        owners.append(extra_owner)
        balls, ball_owners = self._balls(width, place_of)
        linear = np.concatenate([self.cost[kept], np.zeros(self._extra_width)])
        rows, low, high = np.vstack(blocks), np.concatenate(lows), np.concatenate(highs)
        useful = np.isfinite(low) | np.isfinite(high)
        answer = solve_cone(
            ConeProgram(np.zeros((width, width)), linear, rows[useful], low[useful], high[useful], tuple(balls))
        )
        self.curves.effort.curved(width, len(low) + sum(len(ball.matrix) for ball in balls), is_cone=True)
        x = self.base.copy()
        if answer.outcome != "solved":
            return x, frozenset(), answer.outcome
        x[kept] = answer.v[: len(kept)]
        owner = np.concatenate(owners)[useful]
        strong = np.abs(answer.row_duals) > DUAL_MIN
        support = set(owner[strong].tolist()) | {
            place for place, dual in zip(ball_owners, answer.ball_duals, strict=True) if dual > DUAL_MIN
        }
        return x, frozenset(support - {-1}), "solved"

    def _sides(
        self, place: int, moves: list[float], upper: float, width: int, place_of: Places
    ) -> tuple[Vector, float]:
        """Return the ceiling as a row on the open columns and a number."""
        row, side = np.zeros(width), upper
        entries = list(zip([column for column, _ in self.program.knobs_of(place)], moves, strict=True))
        entries.append((int(self.program.gone_columns[place]), scale_of(upper)))
        for column, move in entries:
            if place_of[column] >= 0:
                row[place_of[column]] += move
            else:
                side += move * self.base[column]
        return row, side

    def _balls(self, width: int, place_of: Places) -> tuple[list[Ball], list[int]]:
        root, count = self.curves.root, self.program.count
        balls, owners = [], []
        weights = place_of[:count]
        is_open = weights >= 0
        for place in self.places:
            for at, (center, upper) in enumerate(self.curves.mandate.limits[place].demands.risks):
                matrix = np.zeros((len(root), width))
                matrix[:, weights[is_open]] = root[:, is_open]
                offset = root @ (np.where(is_open, 0.0, self.base[:count]) - center)
                moves = [float(knob.risks[at]) for _, knob in self.program.knobs_of(place)]
                row, side = self._sides(place, moves, upper, width, place_of)
                scale = scale_of(upper)
                balls.append(Ball(matrix / scale, offset / scale, row / scale, side / scale))
                owners.append(place)
        return balls, owners

    def _extra_block(self, width: int, place_of: Places) -> tuple[Matrix, Vector, Places]:
        """Return the rows of scenarios and of the tails' ceilings on the open and the extra columns."""
        start = len(self.columns)
        rows, highs, owners = [], [], []
        for columns, values, high, owner in self._extra_rows:
            row = np.zeros(width)
            side = high
            ours = columns >= 0
            inside = place_of[columns[ours]]
            row[inside[inside >= 0]] = values[ours][inside >= 0]
            side -= float(values[ours][inside < 0] @ self.base[columns[ours][inside < 0]])
            row[start + (-1 - columns[~ours])] = values[~ours]
            if owner >= 0:
                place, at = divmod(owner, 1000)
                moves = [float(knob.tails[at]) for _, knob in self.program.knobs_of(place)]
                loosening, raised = self._sides(place, moves, high, width, place_of)
                row -= loosening
                side += raised - high
                owner = place
                row, side = row / scale_of(high), side / scale_of(high)
            rows.append(row)
            highs.append(side)
            owners.append(owner)
        for (place, at), edge in self._extra_ceilings.items():
            tail = self.curves.mandate.limits[place].demands.tails[at]
            row = np.zeros(width)
            row[start + edge] = 1.0
            for column in self._seen[(place, at)].values():
                row[start + column] = 1.0 / self._tail_counts[(place, at)]
                positive = np.zeros(width)
                positive[start + column] = -1.0
                rows.append(positive)
                highs.append(0.0)
                owners.append(-1)
            moves = [float(knob.tails[at]) for _, knob in self.program.knobs_of(place)]
            loosening, side = self._sides(place, moves, tail.upper, width, place_of)
            rows.append((row - loosening) / scale_of(tail.upper))
            highs.append(side / scale_of(tail.upper))
            owners.append(place)
        matrix = np.array(rows).reshape(len(rows), width)
        return matrix, np.array(highs), np.array(owners, dtype=np.intp)
