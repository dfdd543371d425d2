"""How fast is the bare solver call for the task, its arrays ready and nothing checked?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import daqp
import numpy as np
import piqp
from scipy import sparse

from bench.engine_peers import CAP_FRAC, SECTOR_CAP_FRAC, SECTORS_COUNT, Contender, Task
from engine.kernel.forms import FactorForm, Matrix, Vector

OPEN = 1e30
Arrays = tuple[Matrix, Matrix, Vector, Vector, Vector, Vector]


def ways(task: Task) -> list[Contender]:
    """Return DAQP and dense PIQP on the whole problem; a Sharpe ratio in its homogenized form, then scaled to one."""
    arrays = _ratio(task) if task.objective == "max_sharpe" else _least(task)
    return [
        Contender("bare DAQP", "figures", _scaled(_daqp(*arrays))),
        Contender("bare PIQP", "figures", _scaled(_piqp(*arrays))),
    ]


def factor_way(form: FactorForm, means: Vector, target_frac: float | None) -> Callable[[], Vector]:
    """Return sparse PIQP on (w, y) with y = B\u1d40w, for the least variance or a target return."""
    count, width = form.loadings.shape
    scale = float(form.variances_annual.mean())
    curve = sparse.block_diag(
        [sparse.diags(form.specific_variances_annual / scale), form.factor_covariance_annual / scale]
    ).tocsc()
    budget = np.concatenate([np.ones(count), np.zeros(width)])[None, :]
    ties = sparse.hstack([sparse.csc_matrix(form.loadings.T), -sparse.identity(width)])
    equal = sparse.vstack([budget, ties]).tocsc()
    groups = np.array([np.arange(count) % SECTORS_COUNT == k for k in range(SECTORS_COUNT)], dtype=np.float64)
    low, high = np.full(SECTORS_COUNT, -np.inf), np.full(SECTORS_COUNT, SECTOR_CAP_FRAC)
    if target_frac is not None:
        groups = np.vstack([groups, means])
        low, high = np.append(low, target_frac), np.append(high, np.inf)
    sided = sparse.csc_matrix(np.hstack([groups, np.zeros((len(groups), width))]))
    lower = np.concatenate([np.zeros(count), np.full(width, -np.inf)])
    upper = np.concatenate([np.full(count, CAP_FRAC), np.full(width, np.inf)])
    one, nothing = np.append(1.0, np.zeros(width)), np.zeros(count + width)

    def solve() -> Vector:
        solver = piqp.SparseSolver()
        solver.settings.verbose = False
        solver.setup(curve, nothing, equal, one, sided, low, high, lower, upper)
        solver.solve()
        return np.asarray(solver.result.x)[:count]

    return solve


def _least(task: Task) -> Arrays:
    covariance = task.covariance / float(np.mean(np.diag(task.covariance)))
    rows = np.vstack([np.ones(task.count), task.sector_rows])
    low, high = np.append(1.0, np.full(SECTORS_COUNT, -np.inf)), np.append(1.0, np.full(SECTORS_COUNT, SECTOR_CAP_FRAC))
    if task.objective == "target_return":
        rows = np.vstack([rows, task.means])
        low, high = np.append(low, task.target_frac), np.append(high, np.inf)
    return covariance, rows, low, high, np.zeros(task.count), np.full(task.count, CAP_FRAC)


def _ratio(task: Task) -> Arrays:
    """Return min y\u1d40\u03a3y with \u03bc\u1d40y = 1, every side times \u03a3y: Charnes and Cooper (1962)."""
    covariance = task.covariance / float(np.mean(np.diag(task.covariance)))
    rows = np.vstack([task.means, np.eye(task.count) - CAP_FRAC, task.sector_rows - SECTOR_CAP_FRAC])
    low = np.append(1.0, np.full(len(rows) - 1, -np.inf))
    high = np.append(1.0, np.zeros(len(rows) - 1))
    return covariance, rows, low, high, np.zeros(task.count), np.full(task.count, np.inf)


def _daqp(curve: Matrix, rows: Matrix, low: Vector, high: Vector, lower: Vector, upper: Vector) -> Callable[[], Any]:
    above = np.minimum(np.concatenate([upper, high]), OPEN)
    below = np.maximum(np.concatenate([lower, low]), -OPEN)
    sense = np.zeros(len(above), dtype=np.int32)
    sense[len(upper) :][low == high] = 5
    nothing = np.zeros(len(upper))
    return lambda: daqp.solve(curve, nothing, rows, above, below, sense)[0]


def _piqp(curve: Matrix, rows: Matrix, low: Vector, high: Vector, lower: Vector, upper: Vector) -> Callable[[], Any]:
    equal = low == high
    curve, tied, free = (np.asfortranarray(one) for one in (curve, rows[equal], rows[~equal]))
    nothing = np.zeros(len(upper))

    def solve() -> Any:
        solver = piqp.DenseSolver()
        solver.settings.verbose = False
        solver.setup(curve, nothing, tied, low[equal], free, low[~equal], high[~equal], lower, upper)
        solver.solve()
        return solver.result.x

    return solve


def _scaled(solve: Callable[[], Any]) -> Callable[[], Vector]:
    def scaled() -> Vector:
        x = np.asarray(solve())
        return x / x.sum()

    return scaled
