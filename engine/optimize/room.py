"""Is there a portfolio under ceilings on risk that leave hardly any room, and how is it found?

The first question is exact: the least share of all ceilings that some portfolio keeps. For one ceiling it is the least
risk, a quadratic program; for two, the least of the larger share is the least risk from some point between their
centers, because a weighted sum of two squared distances is, up to a constant, the squared distance from a weighted
center (weak duality makes the answer a proof). More than 1 + `REACHED` is infeasible; what is within `SOLE` of 1 leaves
one portfolio. In between a solver that measures from the origin loses the little room in rounding; measured from that
portfolio x0, in units of the room δ² = u² - ‖R(x0 - c)‖², the same program is well scaled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from engine.kernel.forms import Vector
from engine.optimize.cone import Ball, ConeAnswer, ConeProgram, Power, solve_cone
from engine.optimize.convex_answer import REACHED, ConvexAnswer
from engine.optimize.factor_matrix import sizes_of
from engine.optimize.lift import LiftedRows
from engine.result import KktResiduals

if TYPE_CHECKING:
    from engine.optimize.convex import ConvexCore
    from engine.optimize.solvers import QpAnswer

SOLE = 1e-12
HALVINGS_COUNT = 80
FLAT = 1e-3

Ceiling = tuple[Vector, float]  # center and largest risk, annual


@dataclass(frozen=True, eq=False)
class Room:
    """The portfolio x = (w, t) with the least share of all ceilings.

    Attributes
    ----------
    share
        The least factor by which all ceilings can be multiplied; infinite where the other limits leave no portfolio.
    x
        That portfolio.
    center_frac
        The point from which it has the least risk, shape (n,).
    row_duals, bound_duals
        Multipliers of that least risk.

    """

    share: float
    x: Vector
    center_frac: Vector
    row_duals: Vector
    bound_duals: Vector

    @property
    def is_missed(self) -> bool:
        """Whether no portfolio keeps every ceiling."""
        return self.share > 1.0 + REACHED

    @property
    def is_sole(self) -> bool:
        """Whether this is the one portfolio that keeps them."""
        return not self.is_missed and self.share >= 1.0 - SOLE


@dataclass(frozen=True, eq=False)
class SoleAnswer(ConvexAnswer):
    """The one portfolio that keeps the ceilings, whatever the goal; the multipliers are those of the least risk."""

    center_frac: Vector | None = None


def least_room(
    core: ConvexCore, ceilings: Sequence[Ceiling], floor_excess_annual_frac: float | None, box: tuple[Vector, Vector]
) -> Room | None:
    """Return the portfolio with the least share of all ceilings under the linear limits; None where it is not found.

    Parameters
    ----------
    core
        Estimates and linear limits.
    ceilings
        Of those around one center the lowest counts; up to two centers.
    floor_excess_annual_frac
        What the excess return must at least be, None for no floor.
    box
        Bounds on x = (w, t).

    """
    lowest: dict[bytes, Ceiling] = {}
    for center, upper in ceilings:
        key = np.asarray(center + 0.0).tobytes()
        if key not in lowest or upper < lowest[key][1]:
            lowest[key] = (center, upper)
    kept = list(lowest.values())
    if not 1 <= len(kept) <= 2 or (floor_excess_annual_frac is not None and core.has_impact):
        return None
    search = _Search(core, kept, floor_excess_annual_frac, box)
    return search.room()


class _Search:
    def __init__(
        self, core: ConvexCore, ceilings: list[Ceiling], floor: float | None, box: tuple[Vector, Vector]
    ) -> None:
        self._core, self._ceilings, self._box = core, ceilings, box
        self._row_lower: Vector | None = None
        if floor is not None:
            self._row_lower = core.lifted.row_lower.copy()
            self._row_lower[LiftedRows.RETURN_FLOOR] = core.scaled_floor(floor)

    def room(self) -> Room | None:
        """Return the least share, or None."""
        first, last = self._ceilings[0][0], self._ceilings[-1][0]
        low, answer = 0.0, self._nearest(first)
        if answer.outcome == "infeasible":
            nothing = np.zeros(0)
            return Room(np.inf, nothing, first, nothing, nothing)
        if answer.outcome != "solved" or self._ahead(answer) >= 0.0:
            return self._made(answer, first)
        high, other = 1.0, self._nearest(last)
        if other.outcome != "solved" or self._ahead(other) <= 0.0:
            return self._made(other, last)
        before, after = self._ahead(answer), self._ahead(other)
        for turn in range(HALVINGS_COUNT):  # regula falsi and halving in turn: both sides close in
            middle = 0.5 * (low + high) if turn % 2 else low - before * (high - low) / (after - before)
            center = (1.0 - middle) * first + middle * last
            found = self._nearest(center)
            if found.outcome != "solved":
                return None
            ahead = self._ahead(found)
            if ahead == 0.0 or not low < middle < high:
                break
            if ahead < 0.0:
                low, before = middle, ahead
            else:
                high, after = middle, ahead
            if high - low <= 1e-15 or abs(ahead) <= 1e-15:
                break
        return self._made(found, center)

    def _nearest(self, center: Vector) -> QpAnswer:
        """Return the least risk measured from a center."""
        core = self._core
        linear = np.zeros(len(core.direction))
        linear[: len(center)] = -core.pull_of(center)
        lower, upper = self._box
        return core.session.solve(linear=linear, row_lower=self._row_lower, lower=lower, upper=upper)

    def _shares(self, answer: QpAnswer) -> list[float]:
        weights = answer.x[: self._core.limits.universe.count]
        return [self._core.volatility_annual_frac(weights - center) / upper for center, upper in self._ceilings]

    def _ahead(self, answer: QpAnswer) -> float:
        """Return by how much the first share is above the second; nothing is above a single one."""
        shares = self._shares(answer)
        return shares[0] - shares[1] if len(shares) > 1 else 0.0

    def _made(self, answer: QpAnswer, center: Vector) -> Room | None:
        if answer.outcome != "solved":
            return None
        return Room(max(self._shares(answer)), answer.x, center, answer.row_duals, answer.bound_duals)


def sole_answer(room: Room, count: int, chain: tuple[str, ...], objective: float) -> SoleAnswer:
    """Return the one portfolio as an answer."""
    return SoleAnswer(
        "solved",
        objective,
        room.x[:count],
        row_duals=room.row_duals,
        bound_duals=room.bound_duals,
        solver="daqp",
        chain=(*chain, "least risk"),
        notes=(
            "The ceilings on risk are the least that can be reached: this is the only portfolio that keeps them, "
            "whatever the goal.",
        ),
        center_frac=room.center_frac,
    )


def sole_residuals(
    core: ConvexCore, ceilings: Sequence[Ceiling], answer: SoleAnswer, weights: Vector, box: tuple[Vector, Vector]
) -> KktResiduals:
    """Return the residuals of the least risk from the center, with the ceilings as limits: that proves it the only one.

    Free of scale as those of any other answer.
    """
    assert answer.row_duals is not None
    assert answer.bound_duals is not None
    assert answer.center_frac is not None
    rows = core.lifted
    x = rows.lift(weights)
    lower, upper = rows.bounds(*box)
    gradient = core.curve @ x + answer.bound_duals + rows.matrix.T @ answer.row_duals
    gradient[: len(weights)] -= core.pull_of(answer.center_frac)
    scale = max(float(sizes_of(core.curve, x).max()), FLAT)
    activity = rows.matrix @ x
    above = np.concatenate([upper - x, rows.row_upper - activity])
    below = np.concatenate([x - lower, activity - rows.row_lower])
    duals = np.concatenate([answer.bound_duals, answer.row_duals]) / scale
    gaps = np.where(duals > 0.0, above, np.where(duals < 0.0, below, 0.0))
    gaps[len(x) + LiftedRows.RETURN_FLOOR] = 0.0  # judged with the goal's floor, of which the lifted rows know nothing
    has_side = np.isfinite(gaps)
    primal = max(0.0, -float(above.min()), -float(below.min()))
    for center, most in ceilings:
        primal = max(primal, core.volatility_annual_frac(weights - center) / most - 1.0)
    return KktResiduals(
        stationarity=float(np.abs(gradient).max()) / scale,
        primal=primal,
        dual=float(np.abs(np.where(has_side, 0.0, duals)).max(initial=0.0)),
        complementarity=float(np.abs(duals * np.where(has_side, gaps, 0.0)).max(initial=0.0)),
    )


def solve_beside(program: ConeProgram, room: Room) -> ConeAnswer:
    """Return the answer of a cone program whose ceilings leave little room, solved around the portfolio of least share.

    With v = v0 + δd and h(d) = ‖Md‖² + 2 qᵀd / δ - r² for a ceiling, where q = Mᵀ(Mv0 + offset) and r² is its own room
    in units of δ²; a multiplier y of h is 2 σ y / δ for the ceiling itself.
    """
    start = np.zeros(len(program.linear))
    start[: len(room.x)] = room.x
    is_ceiling = [not ball.radius_row.any() for ball in program.balls]
    rooms = [_square_room(b, start) if c else np.inf for b, c in zip(program.balls, is_ceiling, strict=True)]
    least = min(rooms)
    if not 0.0 < least < np.inf:
        return _failed(("clarabel",))
    for ball, is_fixed in zip(program.balls, is_ceiling, strict=True):
        own = np.flatnonzero(ball.radius_row)
        if not is_fixed and len(own) == 1:
            start[own[0]] = float(np.linalg.norm(ball.matrix @ start + ball.offset)) / ball.radius_row[own[0]]
    unit = float(np.sqrt(least))
    balls = [
        _around(ball, start, unit, square) if is_fixed else _moved(ball, start, unit)
        for ball, square, is_fixed in zip(program.balls, rooms, is_ceiling, strict=True)
    ]
    at_start = program.rows @ start
    moved = ConeProgram(
        unit * program.quadratic,
        program.linear + program.quadratic @ start,
        program.rows,
        (program.row_lower - at_start) / unit,
        (program.row_upper - at_start) / unit,
        tuple(balls),
        tuple(_shifted(power, start, unit) for power in program.powers),
    )
    answer = solve_cone(moved)
    chain = tuple(f"{name} around the least risk" for name in answer.chain)
    if answer.outcome != "solved":
        return _failed(chain)
    duals = answer.ball_duals.copy()
    v = start + unit * answer.v
    for at, (ball, square) in enumerate(zip(program.balls, rooms, strict=True)):
        if is_ceiling[at]:
            reach = float(np.sqrt(square)) / unit
            left = float(balls[at].radius_row @ answer.v) + 2.0 * reach
            size = float(np.linalg.norm(ball.matrix @ v + ball.offset))
            duals[at] = 2.0 * size / unit * (2.0 * duals[at] / left) if left > 0.0 else 0.0
    return replace(answer, v=v, ball_duals=duals, chain=chain)


def _failed(chain: tuple[str, ...]) -> ConeAnswer:
    nothing = np.zeros(0)
    return ConeAnswer("failed", nothing, nothing, nothing, "clarabel", chain, 0)


def _square_room(ball: Ball, start: Vector) -> float:
    size = float(np.linalg.norm(ball.matrix @ start + ball.offset))
    return (ball.radius - size) * (ball.radius + size)


def _around(ball: Ball, start: Vector, unit: float, square: float) -> Ball:
    """Return a ceiling around the start: ‖(2Md, t / r - r)‖ ≤ t / r + r with t = r² - 2 qᵀd / δ."""
    reach = float(np.sqrt(square)) / unit
    slope = -2.0 / (unit * reach) * (ball.matrix.T @ (ball.matrix @ start + ball.offset))
    matrix = np.vstack([2.0 * ball.matrix, slope])
    return Ball(matrix, np.zeros(len(matrix)), slope, 2.0 * reach)


def _moved(ball: Ball, start: Vector, unit: float) -> Ball:
    radius = ball.radius + float(ball.radius_row @ start)
    return Ball(ball.matrix, (ball.offset + ball.matrix @ start) / unit, ball.radius_row, radius / unit)


def _shifted(power: Power, start: Vector, unit: float) -> Power:
    """Return the cone of market impact around the start; what it costs there is in the first argument."""
    return Power(
        unit * power.p,
        unit * power.k,
        power.k0 + float(power.k @ start),
        unit * power.z,
        power.z0 + float(power.z @ start),
    )
