"""How are CVaR, CDaR and maximum drawdown minimized without writing down every scenario?

min a + Σ_i u_i / (t (1 - level)) with u_i ≥ loss_i(w) - a and u_i ≥ 0: Rockafellar and Uryasev (2000), Journal of Risk
2(3), for one-period losses; Chekhlov, Uryasev and Zabarankin (2005) for drawdowns. The program is solved by HiGHS over
few scenarios and grows until none is missing:

* a scenario that is left out counts as 0, one deep in the tail as its plain loss minus a, in the cost, without a
  variable or a row. Both are at most max(0, loss - a), so each answer is a lower bound; it is the optimum when every
  left-out loss is at most a and every deep one at least a.
* a drawdown is the largest of c_s - c_k over the peaks s before k, so rows for the peaks that are highest at the
  current weights bound it from below, and the rows of a drawdown share its u.

Each round keeps the basis: a new row enters with its slack in the basis, and a scenario that was deep with its u in the
basis and its row tight, which is the same vertex. So every round is a dual simplex from a dual feasible basis.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from engine.kernel.forms import Matrix, TailKind, Vector
from engine.optimize.lift import LiftedRows
from engine.optimize.tail_measures import Places, Scenarios, losses_of, path_of, tail_count

TOLERANCE = 1e-9
MISSING = 2e-9  # above the solver's own tolerance, so that a row in the program is never asked for again
DEEP_SHARE = 0.5
ROOM = {"cvar": 1.5, "cdar": 1.0}  # of the tail's count; neighbours in a fall are much alike, so fewer serve
BATCH_FACTOR = {"cvar": 2, "cdar": 1, "max_drawdown": 2}  # rows added in a round, of the number of assets
BATCH_LEAST_COUNT = 40
ROUNDS_MAX_COUNT = 2000

ProgramOutcome = Literal["solved", "infeasible", "unbounded", "failed"]

_NONE = np.zeros(0)
_NO_PLACES = np.zeros(0, dtype=np.int32)


class ScenarioProgram:
    """The linear program of one tail measure over given rows; stays hot from solve to solve.

    Parameters
    ----------
    lifted
        Limits as rows on x = (w, parts).
    box
        Bounds on x.
    returns
        Shape (t, n).
    tail, level
        ``"cvar"``, ``"cdar"`` or ``"max_drawdown"``.
    start
        Weights, shape (n,), whose tail says with which scenarios to begin; they need not keep the limits.

    Attributes
    ----------
    x, row_duals, bound_duals, scenarios
        After a solve with the outcome ``"solved"``: the answer in the measure's own units, with slope of the measure +
        Aᵀ row_duals + bound_duals = 0.
    chain
        Methods tried in the last solve.
    iterations_count, rounds_count
        Simplex steps and rounds so far.

    """

    def __init__(
        self,
        lifted: LiftedRows,
        box: tuple[Vector, Vector],
        returns: Matrix,
        tail: TailKind,
        level: float,
        start: Vector,
    ) -> None:
        self.tail, self.returns = tail, returns
        self._lifted = lifted
        self._count = returns.shape[1]
        self._width = lifted.matrix.shape[1]
        self._periods = len(returns)
        self._has_tail = tail != "max_drawdown"
        self._tau = tail_count(level, self._periods) if self._has_tail else 1.0
        figures = returns if tail == "cvar" else path_of(returns)
        size = float(np.sqrt(np.mean(figures**2)))
        self._scale = 1.0 / size if size > 0.0 else 1.0
        self._path = None if tail == "cvar" else figures
        self._column = np.full(self._periods, -1)
        self._deep_peak = np.full(self._periods, -1)
        self._row_peaks: Places = np.zeros(0, dtype=np.intp)
        self._row_troughs: Places = np.zeros(0, dtype=np.intp)
        self._columns_count = self._width + 1
        self._box = box
        self.x, self.row_duals, self.bound_duals = _NONE, _NONE, _NONE
        self.scenarios = Scenarios(self._row_peaks, self._row_troughs, _NONE)
        self.chain: tuple[str, ...] = ()
        self.iterations_count = self.rounds_count = 0
        self._tilt: Vector = np.zeros(self._width)
        self._solver = self._fresh(start)

    def solve(self, floor: float, lower: Vector, upper: Vector) -> ProgramOutcome:
        """Minimize the measure with the return floor row at least ``floor`` (-inf is none) and x in the box."""
        solver = self._solver
        solver.changeRowBounds(LiftedRows.RETURN_FLOOR, floor, np.inf)
        if lower is not self._box[0] or upper is not self._box[1]:
            solver.changeColsBounds(self._width, np.arange(self._width, dtype=np.int32), lower, upper)
            self._box = (lower, upper)
        self.chain = ()
        for _ in range(ROUNDS_MAX_COUNT):
            self.rounds_count += 1
            outcome = self._run()
            if outcome == "unbounded" and self._add_missing(np.zeros(self._width), -np.inf):
                continue
            if outcome != "solved":
                return outcome
            solution = solver.getSolution()
            values = np.array(solution.col_value)
            if not self._add_missing(values, float(values[self._width])):
                self._keep(solution, values)
                return "solved"
        return "failed"

    def lean(self, tilt: Vector) -> None:
        """Take a linear reward on x, shape (width,), off the measure in all solves from now on; zeros for none.

        The reward is in units of the measure; the multipliers are then those of the difference.
        """
        self._tilt = tilt * (self._tau * self._scale)
        width = self._width + 1
        self._solver.changeColsCost(width, np.arange(width, dtype=np.int32), self._cost())

    def _fresh(self, start: Vector) -> Any:
        """Return HiGHS with the limits and the first scenarios."""
        import highspy

        solver = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in (
            ("output_flag", False),
            ("threads", 1),
            ("presolve", "off"),
            ("random_seed", 0),
            ("primal_feasibility_tolerance", TOLERANCE),
            ("dual_feasibility_tolerance", TOLERANCE),
        ):
            solver.setOptionValue(option, value)
        losses, peaks = self._losses(start)
        order = np.argsort(-losses, kind="stable")
        deep, inside = np.zeros(0, dtype=np.intp), order[:0]
        if self._has_tail:
            cut = int(DEEP_SHARE * self._tau)
            deep, inside = order[:cut], order[cut : int(np.ceil(ROOM[self.tail] * self._tau)) + 1]
        self._deep_peak[deep] = peaks[deep]
        lower, upper = self._box
        least = -np.inf if self._has_tail else 0.0
        solver.addCols(
            self._width + 1,
            self._cost(),
            np.append(lower, least),
            np.append(upper, np.inf),
            0,
            _NO_PLACES,
            _NO_PLACES,
            _NONE,
        )
        rows = self._lifted
        where = rows.matrix != 0.0
        starts = np.concatenate([[0], np.cumsum(where.sum(axis=1))]).astype(np.int32)
        solver.addRows(
            len(rows.matrix),
            rows.row_lower,
            rows.row_upper,
            int(starts[-1]),
            starts[:-1],
            np.nonzero(where)[1].astype(np.int32),
            rows.matrix[where],
        )
        self._solver = solver
        if not self._has_tail:
            inside = self._deepest_of_each_fall(order, peaks)[: self._batch]
        self._add(inside, peaks[inside])
        return solver

    @property
    def _batch(self) -> int:
        return max(BATCH_FACTOR[self.tail] * int(self._count), BATCH_LEAST_COUNT)

    def _losses(self, weights: Vector) -> tuple[Vector, Places]:
        losses, peaks = losses_of(self.tail, self.returns, weights)
        return losses * self._scale, peaks

    def _slopes(self, peaks: Places, periods: Places) -> Matrix:
        if self._path is None:
            return np.asarray(self.returns[periods] * -self._scale)
        return np.asarray((self._path[peaks] - self._path[periods + 1]) * self._scale)

    def _cost(self) -> Vector:
        """Return the cost of x and a: the tail's a, and the deep scenarios' losses minus a."""
        cost = np.zeros(self._width + 1)
        cost[self._width] = self._tau
        deep = np.flatnonzero(self._deep_peak >= 0)
        if len(deep):
            cost[: self._count] = self._slopes(self._deep_peak[deep], deep).sum(axis=0)
            cost[self._width] -= len(deep)
        cost[: self._width] -= self._tilt
        return cost

    def _deepest_of_each_fall(self, order: Places, peaks: Places) -> Places:
        """Return the first period of each peak in an order, in that order."""
        _, first = np.unique(peaks[order], return_index=True)
        return order[np.sort(first)]

    def _add(self, periods: Places, peaks: Places) -> None:
        """Add the rows u + a - loss ≥ 0 of periods, with their u where there is none yet."""
        fresh = periods[self._column[periods] < 0] if self._has_tail else periods[:0]
        height = len(periods)
        if len(fresh):
            self._column[fresh] = self._columns_count + np.arange(len(fresh))
            self._columns_count += len(fresh)
            zeros = np.zeros(len(fresh))
            self._solver.addCols(len(fresh), zeros + 1.0, zeros, zeros + np.inf, 0, _NO_PLACES, _NO_PLACES, _NONE)
        each = self._count + 1 + int(self._has_tail)
        values = np.ones((height, each))
        places = np.empty((height, each), dtype=np.int32)
        values[:, : self._count] = -self._slopes(peaks, periods)
        places[:, : self._count] = np.arange(self._count)
        places[:, self._count] = self._width
        if self._has_tail:
            places[:, self._count + 1] = self._column[periods]
        starts = (np.arange(height) * each).astype(np.int32)
        zeros = np.zeros(height)
        self._solver.addRows(height, zeros, zeros + np.inf, values.size, starts, places.ravel(), values.ravel())
        self._row_peaks = np.concatenate([self._row_peaks, peaks])
        self._row_troughs = np.concatenate([self._row_troughs, periods + 1])

    def _add_missing(self, values: Vector, level: float) -> bool:
        """Add the scenarios that the program misjudges at its answer; return whether there were any."""
        losses, peaks = self._losses(values[: self._count])
        counted = np.zeros(self._periods)
        has_column = self._column >= 0
        if np.isfinite(level):
            counted[has_column] = values[self._column[has_column]]
        deep = np.flatnonzero(self._deep_peak >= 0)
        plain = np.zeros(self._periods)
        if len(deep) and np.isfinite(level):
            own = losses[deep]
            moved = self._deep_peak[deep] != peaks[deep]
            if moved.any():
                slopes = self._slopes(self._deep_peak[deep[moved]], deep[moved])
                own = own.copy()
                own[moved] = slopes @ values[: self._count]
            counted[deep] = plain[deep] = own - level
        if np.isfinite(level):
            missing = np.maximum(losses - level, 0.0 if self._has_tail else -np.inf) - counted
        else:
            missing = np.where(self._deep_peak < 0, 1.0, 0.0)
        candidates = np.flatnonzero(missing > MISSING)
        candidates = self._unknown(candidates, peaks)
        if not len(candidates):
            return False
        candidates = candidates[np.argsort(-missing[candidates], kind="stable")]
        if not self._has_tail:
            candidates = self._deepest_of_each_fall(candidates, peaks)
        candidates = candidates[: self._batch] if np.isfinite(level) else candidates
        surfaced = candidates[self._deep_peak[candidates] >= 0]
        if len(surfaced):
            self._surface(surfaced)
            candidates = self._unknown(candidates, peaks)
        if len(candidates):
            self._add(candidates, peaks[candidates])
        return True

    def _unknown(self, periods: Places, peaks: Places) -> Places:
        """Return those of the periods whose fall from its peak is no row yet."""
        if not len(periods):
            return periods
        if self._path is None:
            return periods[self._column[periods] < 0]
        codes = self._row_peaks * (self._periods + 1) + self._row_troughs
        return periods[~np.isin(peaks[periods] * (self._periods + 1) + periods + 1, codes)]

    def _surface(self, periods: Places) -> None:
        """Give deep scenarios a variable and a row of their own, at the same vertex."""
        import highspy

        kinds = highspy.HighsBasisStatus
        basis = self._solver.getBasis()
        peaks = self._deep_peak[periods]
        self._deep_peak[periods] = -1
        width = self._width + 1
        self._solver.changeColsCost(width, np.arange(width, dtype=np.int32), self._cost())
        self._add(periods, peaks)
        if not basis.valid:
            return
        basis.col_status = [*basis.col_status, *([kinds.kBasic] * len(periods))]
        basis.row_status = [*basis.row_status, *([kinds.kLower] * len(periods))]
        self._solver.setBasis(basis)

    def _run(self) -> ProgramOutcome:
        """Run HiGHS, by the next method when one fails."""
        import highspy

        solver, status = self._solver, highspy.HighsModelStatus
        for method, options in _METHODS:
            if method not in self.chain:
                self.chain = (*self.chain, method)
            for option, value in options:
                solver.setOptionValue(option, value)
            if method != "highs":
                solver.clearSolver()
            solver.run()
            self.iterations_count += max(int(solver.getInfo().simplex_iteration_count), 0)
            verdict = solver.getModelStatus()
            for option, value in _METHODS[0][1]:
                solver.setOptionValue(option, value)
            if verdict == status.kOptimal:
                return "solved"
            if verdict == status.kInfeasible:
                return "infeasible"
            if verdict in (status.kUnbounded, status.kUnboundedOrInfeasible):
                return "unbounded"
        return "failed"

    def _keep(self, solution: Any, values: Vector) -> None:
        """Keep the answer in the measure's own units."""
        unit = 1.0 / (self._tau * self._scale)
        lower, upper = self._box
        height = len(self._lifted.matrix)
        duals = np.array(solution.row_dual)
        self.x = np.clip(values[: self._width], lower, upper)
        self.row_duals = -duals[:height] * unit
        self.bound_duals = -np.array(solution.col_dual)[: self._width] * unit
        shares = np.maximum(duals[height:], 0.0) / self._tau
        held = np.flatnonzero(shares)
        deep = np.flatnonzero(self._deep_peak >= 0)
        self.scenarios = Scenarios(
            np.concatenate([self._row_peaks[held], self._deep_peak[deep]]),
            np.concatenate([self._row_troughs[held], deep + 1]),
            np.concatenate([shares[held], np.full(len(deep), 1.0 / self._tau)]),
        )


_METHODS: tuple[tuple[str, tuple[tuple[str, Any], ...]], ...] = (
    ("highs", (("solver", "choose"), ("simplex_strategy", 1))),
    ("highs primal simplex", (("simplex_strategy", 4),)),
    ("highs interior point", (("solver", "ipm"),)),
)
