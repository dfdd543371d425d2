"""What does a second solver say where the first one for risk budgets within limits does not arrive?"""

from __future__ import annotations

import numpy as np

from engine.kernel.forms import Vector
from engine.optimize.budget_newton import ConeAnswer, ConeProgram, Reduced


def solve_conic(program: ConeProgram, start: Vector) -> ConeAnswer | None:
    """Return Clarabel's answer with one exponential cone for each logarithm, or None when it does not arrive.

    Chares (2009), Cones and interior-point algorithms for structured convex optimization; `start` only sets the scale.
    """
    import clarabel
    from scipy import sparse

    reduced = Reduced(program)
    size, logs = reduced.size, np.flatnonzero(reduced.has_log)
    weights = start[: reduced.count]
    scale = 1.0 / np.sqrt(max(float(weights @ program.covariance @ weights), 1e-300))
    typical = scale * max(float(np.abs(weights).mean()), 1e-12)  # V is solved for in units of this
    width = size + len(logs)
    edges = np.zeros((len(reduced.equalities), width))
    edges[:, :size] = reduced.equalities
    sides = np.zeros((len(reduced.sides) + len(reduced.caps) + len(reduced.floors), width))
    sides[:, :size] = reduced.side_matrix()
    cones = np.zeros((3 * len(logs), width))
    ones = np.zeros(3 * len(logs))
    ones[1::3] = 1.0
    cones[np.arange(0, len(cones), 3), size + np.arange(len(logs))] = -1.0
    cones[np.arange(2, len(cones), 3), logs] = -1.0
    quadratic = np.zeros((width, width))
    quadratic[:size, :size] = reduced.quadratic * typical**2
    linear = np.concatenate([np.zeros(size), -reduced.logs[logs]])
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = 1e-12
    kinds = [clarabel.ZeroConeT(len(edges)), clarabel.NonnegativeConeT(len(sides))]
    kinds += [clarabel.ExponentialConeT() for _ in logs]
    solver = clarabel.DefaultSolver(
        sparse.csc_matrix(np.triu(quadratic)),
        linear,
        sparse.csc_matrix(np.vstack([edges, sides, cones])),
        np.concatenate([np.zeros(len(edges) + len(sides)), ones]),
        kinds,
        settings,
    )
    solution = solver.solve()
    values, duals = np.array(solution.x)[:size] * typical, np.array(solution.z) / typical
    if not np.isfinite(values).all() or values[-1] <= 0.0 or (values[logs] <= 0.0).any():
        return None
    first = len(edges)
    return reduced.answer(values, duals[:first], duals[first : first + len(sides)], int(solution.iterations))
