"""Where is a reverse scenario sought, and which of its moves that lose so much are the nearest?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.kernel.errors import InputRefused, Problem
from engine.kernel.estimates import Matrix, Vector
from engine.kernel.units import percent
from engine.optimize.qp import QuadraticProgram
from engine.optimize.solvers import QpSession


@dataclass(frozen=True, eq=False)
class Space:
    """Where the scenario is sought: m moves with reactions of the portfolio (m,), a covariance and bounds."""

    names: tuple[str, ...]
    units: tuple[str, ...]
    tilt: Vector
    covariance: Matrix
    lower: Vector
    upper: Vector

    @property
    def sigmas(self) -> Vector:
        """Standard deviations, shape (m,)."""
        return np.sqrt(np.diag(self.covariance))


def most_plausible(space: Space, loss_frac: float) -> tuple[str, Vector]:
    """Return "found" and the moves (m,), or "impossible" and the worst moves within the bounds.

    Raises
    ------
    InputRefused
        A loss that is not positive, bounds that leave no room, or a program that no solver answers.

    """
    if not loss_frac > 0.0:
        raise InputRefused(
            [Problem("loss_frac", f"A loss of {percent(loss_frac)} is none.", "Give a positive loss: 0.2 is 20%.")]
        )
    empty = [
        name
        for name, low, high in zip(space.names, space.lower, space.upper, strict=True)
        if low > high or high < 0.0 < low
    ]
    if empty:
        raise InputRefused(
            [Problem(f"bounds.{name}", "The lower bound is above the upper one.", "Exchange them.") for name in empty]
        )
    variance = float(space.tilt @ space.covariance @ space.tilt)
    if variance <= 0.0:
        return "impossible", np.clip(np.zeros(len(space.names)), space.lower, space.upper)
    free = -loss_frac / variance * (space.covariance @ space.tilt)
    if bool((free >= space.lower).all() and (free <= space.upper).all()):
        return "found", free
    worst = np.where(space.tilt > 0.0, space.lower, np.where(space.tilt < 0.0, space.upper, 0.0))
    worst = np.clip(worst, space.lower, space.upper)
    if float(-(space.tilt @ worst)) < loss_frac:
        return "impossible", worst
    sigmas = space.sigmas
    scale = np.where(sigmas > 0.0, sigmas, 1.0)
    correlation = space.covariance / np.outer(scale, scale)
    inverse = np.linalg.inv(correlation + 1e-12 * np.eye(len(sigmas)))
    size = float(np.abs(space.tilt * scale).max())
    program = QuadraticProgram(
        0.5 * (inverse + inverse.T),
        np.zeros(len(sigmas)),
        (space.tilt * scale / size)[None, :],
        np.array([-np.inf]),
        np.array([-loss_frac / size]),
        space.lower / scale,
        space.upper / scale,
    )
    answer = QpSession(program, is_sparse_in_steps=False).solve()
    if answer.outcome != "solved":
        raise InputRefused(
            [Problem("bounds", "No solver found the scenario within these bounds.", "Widen the bounds a little.")]
        )
    return "found", np.clip(answer.x * scale, space.lower, space.upper)


def regular(covariance: Matrix) -> Matrix:
    """Return a covariance that can be inverted, also for what does not move at all."""
    size = float(np.trace(covariance)) / max(1, len(covariance))
    return covariance + max(1e-14 * size, 1e-300) * np.eye(len(covariance))
