"""Where is the exact surface of a risk and linear objectives, as critical lines under levels of all but one of them?

For every level of the other objectives, min ½ wᵀPw + cᵀw - λ reward(w) over all λ is one walk along corners. A point
where a level does not bind also lies on the line without that level, and is left to that one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.frontier.path import Path, Traced, risk_of, trace_from
from engine.frontier.pieces import Pieces, pieces_of
from engine.kernel.forms import AbsoluteRow, Estimates, Matrix, Row, TradingCosts, Vector
from engine.optimize.compile import LimitSet
from engine.optimize.convex import ConvexCore
from engine.optimize.lift import LiftedRows
from engine.optimize.linear import solve_linear
from engine.pareto.certify import Certified, certified, residual_at
from engine.pareto.measures import Measure
from engine.pareto.ties import Ties

OPEN = 100.0  # of an absolute row, in its own scale: more than any portfolio moves
PROVEN = 1e-8
SLACK = 1e-9  # of the scale of a row: a level that is passed by more does not bind
PARTS_COUNT = 8  # of each stretch of a line, to measure how long it is
FLAT = 1e-12
LEVELS_MIN_COUNT = 4
DENSER = 1.5  # lines lie as close as the points on them, which levels at equal distances do not give by themselves
KNOWN_COUNT = 8  # of the portfolios found last, that a line may start from
EACH_MIN_COUNT = 6  # points on a line, before those at idle levels are left to other lines


def has_surface(measures: Sequence[Measure], limits: LimitSet) -> bool:
    """Return whether critical lines give the surface: one quadratic risk, the rest linear or absolute, one linear."""
    forms = [one.form for one in measures]
    return (
        limits.is_polyhedral
        and forms.count("quadratic") == 1
        and "linear" in forms
        and all(form in ("quadratic", "linear", "absolute") for form in forms)
    )


@dataclass(frozen=True, eq=False)
class Found:
    """Exact portfolios: weights, shape (k, n); residuals, shape (k,); programs and lines solved.

    `lost` names the lines that were not found: their levels, and the first objective whose levels were to come next.
    """

    weights: Matrix
    residuals: Vector
    solves_count: int
    lost: tuple[tuple[tuple[float, ...], int], ...] = ()
    why_not: str = ""


class Surface:
    """Traces lines under levels.

    Parameters
    ----------
    measures
        One quadratic, at least one linear, the others linear or absolute.
    estimates, limits, risk_free_annual_frac
        The figures and the convex hull of the limits.
    costs
        What the return is counted after, or None.

    """

    def __init__(
        self,
        measures: Sequence[Measure],
        estimates: Estimates,
        limits: LimitSet,
        risk_free_annual_frac: float,
        costs: TradingCosts | None,
    ) -> None:
        self.measures = tuple(measures)
        self.risk = next(one for one in measures if one.form == "quadratic")
        linear = [one for one in measures if one.form == "linear"]
        self.reward = _reward_of(linear)
        self.others = [one for one in measures if one is not self.risk and one is not self.reward]
        rows = [one for one in self.others if one.form == "linear"]
        absolute = [one for one in self.others if one.form == "absolute"]
        self.levelled_count = sum(one.form == "absolute" or _is_moving(one) for one in self.others)
        self.scales = {id(one): _scale_of(one) for one in self.others}
        levelled = replace(
            limits,
            rows=(*limits.rows, *(self._row(one) for one in rows)),
            absolute_rows=(*limits.absolute_rows, *(self._absolute(one) for one in absolute)),
        )
        is_return = self.reward.kind == "return"
        self.core = ConvexCore(estimates, levelled, risk_free_annual_frac, costs if is_return else None)
        first = LiftedRows.FIRST_ROW + len(limits.rows)
        self.row_of = {id(one): first + at for at, one in enumerate(rows)}
        first += len(rows) + len(limits.absolute_rows)
        self.row_of |= {id(one): first + at for at, one in enumerate(absolute)}
        assert self.reward.coefficients is not None
        plain = None if is_return else -self.reward.sign * self.reward.coefficients / _scale_of(self.reward)
        self.pieces = pieces_of(self.core, plain)
        self.quadratic = risk_of(self.core)
        count = limits.universe.count
        center = self.risk.center
        self.linear: Vector = np.zeros(count) if center is None else -self.quadratic @ center
        self.ties = Ties(measures, estimates, limits, self.core.costs)
        self.solves_count = 0
        self._calm = np.zeros(len(self.core.direction))
        self._calm[:count] = estimates.variances_annual / self.core.variance_scale
        self._starts: list[Vector] = []

    def trace(self, levels: tuple[float, ...]) -> tuple[Pieces, Traced]:
        """Return the line under levels of the other objectives, in their costs; infinite where open."""
        lower, upper = self.pieces.row_lower, self.pieces.row_upper.copy()
        for one, level in zip(self.others, levels, strict=True):
            upper[self.row_of[id(one)]] = self._side(one, level)
        pieces = replace(self.pieces, row_lower=lower, row_upper=upper)
        start = self._start(levels)
        self.solves_count += 1
        if start is None:
            return pieces, Traced(None, pieces, "no portfolio meets every limit", is_infeasible=True)
        return pieces, trace_from(self.quadratic, self.linear, pieces, start)

    def best_of(self, one: Measure, levels: tuple[float, ...]) -> float | None:
        """Return the least cost of one of the other objectives under levels of the rest; None where none was found."""
        found = self._program(self.core.lifted.matrix[self.row_of[id(one)]], self._lifted_upper(levels))
        if found is None:
            return None
        weights = found[: len(self.linear)]
        self._starts.append(weights)
        return float(one.costs(weights[None])[0])

    def sampled(self, points_count: int, on_line: Callable[[float], None]) -> Found:
        """Return portfolios spread over the surface, about twice as many as wanted, every one proven.

        Parameters
        ----------
        points_count
            How many are wanted.
        on_line
            Called with the share done.

        """
        steps_count = self.steps_count(points_count)
        lines_count = (steps_count + 1) ** self.levelled_count
        lost = []
        each_count = max(EACH_MIN_COUNT, -(-2 * points_count // lines_count))
        weights, residuals, why_not = [np.zeros((0, len(self.linear)))], [np.zeros(0)], ""
        lines = self._lines((np.inf,) * len(self.others), 0, steps_count)
        for done, (levels, first, pieces, traced) in enumerate(lines):
            why_not = why_not or traced.why_not
            if traced.path is None and not traced.is_infeasible:
                lost.append((levels, first))
            if traced.path is not None:
                points, worst = self._on_line(pieces, traced.path, levels, each_count)
                weights.append(points)
                residuals.append(worst)
            on_line(min((done + 1) / lines_count, 1.0))
        made, worst = np.concatenate(weights), np.concatenate(residuals)
        is_good = worst <= PROVEN
        return Found(made[is_good], worst[is_good], self.solves_count, tuple(lost), why_not)

    def _lines(
        self, levels: tuple[float, ...], first: int, steps_count: int
    ) -> Iterator[tuple[tuple[float, ...], int, Pieces, Traced]]:
        """Yield the line under levels, then those under levels of the objectives from `first` on besides."""
        pieces, traced = self.trace(levels)
        yield levels, first, pieces, traced
        if traced.path is None:
            return
        for at in range(first, len(self.others)):
            one = self.others[at]
            best, worst = self.best_of(one, levels), float(one.costs(traced.path.points).max())
            if best is None or worst - best <= FLAT * max(1.0, abs(best), abs(worst)):
                continue
            for level in np.linspace(best, worst, steps_count + 1)[:-1].tolist():
                yield from self._lines((*levels[:at], level, *levels[at + 1 :]), at + 1, steps_count)

    def steps_count(self, points_count: int) -> int:
        """Return how many levels of each other objective are laid, beside the open one."""
        count = self.levelled_count
        wanted = int(np.rint((DENSER if count == 1 else 1.0) * points_count ** (1.0 / (count + 1))))
        return max(LEVELS_MIN_COUNT, wanted)

    def at(self, levels: tuple[float, ...], reward_cost: float) -> tuple[Vector, float] | None:
        """Return the least risk at levels of all other objectives, the reward among them, and its residual.

        None where nothing meets them.
        """
        pieces, traced = self.trace(levels)
        if traced.path is None:
            return None
        path = traced.path
        wanted = self._reward_of(reward_cost)
        if wanted > path.rewards[-1] + SLACK * max(1.0, abs(float(path.rewards[-1]))):
            return None
        segment, share = path.place_of(np.array([max(wanted, float(path.rewards[0]))]))
        found = certified(self.quadratic, self.linear, pieces, path, segment, share)
        weights, residuals = self._untied(pieces, found, np.ones(1, dtype=bool), levels)
        return weights[0], float(residuals[0])

    def _reward_of(self, cost: float) -> float:
        """Return a cost of the reward's objective in the units of the path."""
        if not np.isfinite(cost):
            return -np.inf
        scale = self.core.excess_scale if self.reward.kind == "return" else _scale_of(self.reward)
        return float((self.reward.sign * self.reward.constant - cost) / scale)

    def _on_line(self, pieces: Pieces, path: Path, levels: tuple[float, ...], count: int) -> tuple[Matrix, Vector]:
        """Return proven points evenly along a line, without those where a level does not bind."""
        segment, share = _evenly(path, count)
        found = certified(self.quadratic, self.linear, pieces, path, segment, share)
        is_here = np.ones(len(found.weights), dtype=bool)
        activity = pieces.activity(found.weights)
        for one, level in zip(self.others, levels, strict=True):
            if np.isfinite(level):
                row = self.row_of[id(one)]
                is_here &= activity[:, row] >= pieces.row_upper[row] - SLACK
        return self._untied(pieces, found, is_here, levels)

    def _untied(
        self, pieces: Pieces, found: Certified, is_here: NDArray[np.bool_], levels: tuple[float, ...]
    ) -> tuple[Matrix, Vector]:
        """Return some of the portfolios with their residuals, each the best of those with its risk."""
        weights, residuals = found.weights[is_here], found.residuals[is_here]
        if not self.ties.is_open:
            return weights, residuals
        held = {id(one): level for one, level in zip(self.others, levels, strict=True)} | {id(self.reward): -np.inf}
        tilts, is_free = found.tilts[is_here], found.is_free[is_here]
        for at, one in enumerate(weights.copy()):
            if not self.ties.may_move(is_free[at]):
                continue
            moved = self.ties.broken(one, held)
            self.solves_count += 1
            if moved is not one:
                weights[at] = moved
                residuals[at] = residual_at(self.quadratic, self.linear, pieces, moved, float(tilts[at]))
        return weights, residuals

    def _start(self, levels: tuple[float, ...]) -> Vector | None:
        """Return a portfolio within the levels: the last one known, else by a linear program."""
        for known in self._starts[: -KNOWN_COUNT - 1 : -1]:
            costs = [float(one.costs(known[None])[0]) for one in self.others]
            if all(cost <= level for cost, level in zip(costs, levels, strict=True)):
                return known
        found = self._program(self._calm, self._lifted_upper(levels))
        return None if found is None else found[: len(self.linear)]

    def _lifted_upper(self, levels: tuple[float, ...]) -> Vector:
        """Return the upper sides of the lifted rows under levels."""
        open_upper = self.core.lifted.row_upper
        upper = open_upper.copy()
        for one, level in zip(self.others, levels, strict=True):
            row = self.row_of[id(one)]
            if np.isfinite(level):
                constant = open_upper[row] - OPEN if one.form == "absolute" else 0.0
                upper[row] = self._side(one, level) + constant
        return upper

    def _program(self, cost: Vector, row_upper: Vector) -> Vector | None:
        rows = self.core.lifted
        found = solve_linear(cost, rows.matrix, rows.row_lower, row_upper, *self.core.box)
        self.solves_count += 1
        return found.x if found.outcome == "solved" else None

    def _side(self, one: Measure, level: float) -> float:
        """Return a level as the upper side of its row."""
        if not np.isfinite(level):
            return OPEN if one.form == "absolute" else np.inf
        return float((level - one.sign * one.constant) / self.scales[id(one)])

    def _row(self, one: Measure) -> Row:
        assert one.coefficients is not None
        slopes = one.sign * one.coefficients / self.scales[id(one)]
        return Row(one.label, "pareto_level", "portfolio", slopes, -np.inf, np.inf)

    def _absolute(self, one: Measure) -> AbsoluteRow:
        assert one.coefficients is not None
        assert one.center is not None
        slopes = one.coefficients / self.scales[id(one)]
        return AbsoluteRow(one.label, "pareto_level", "portfolio", slopes, one.center, OPEN)


def _reward_of(linear: Sequence[Measure]) -> Measure:
    """Return which linear objective a line rises in: the return, unless it is the same for every asset."""
    moving = [one for one in linear if _is_moving(one)] or list(linear)
    return next((one for one in moving if one.kind == "return"), moving[0])


def _is_moving(one: Measure) -> bool:
    """Return whether a linear objective differs between assets."""
    assert one.coefficients is not None
    return one.has_costs or float(np.ptp(one.coefficients)) > FLAT * _scale_of(one)


def _scale_of(one: Measure) -> float:
    assert one.coefficients is not None
    return max(float(np.abs(one.coefficients).max(initial=0.0)), 1e-12)


def _evenly(path: Path, count: int) -> tuple[NDArray[np.intp], Vector]:
    """Return corners and shares of points evenly along a line, as it looks in risk and reward; ends included."""
    if path.count == 1:
        return np.zeros(1, dtype=np.intp), np.zeros(1)
    segment = np.append(np.repeat(np.arange(path.count - 1), PARTS_COUNT), path.count - 2)
    share = np.append(np.tile(np.arange(PARTS_COUNT) / PARTS_COUNT, path.count - 1), 1.0)
    rest = 1.0 - share
    variance = (
        rest**2 * path.variances[segment]
        + 2.0 * rest * share * path.crosses[segment]
        + share**2 * path.variances[segment + 1]
    )
    risk = np.sqrt(np.maximum(variance - min(0.0, float(variance.min())), 0.0))
    reward = rest * path.rewards[segment] + share * path.rewards[segment + 1]
    spans = [max(float(np.ptp(one)), 1e-300) for one in (risk, reward)]
    steps = np.hypot(np.diff(risk) / spans[0], np.diff(reward) / spans[1])
    along = np.append(0.0, np.cumsum(steps))
    wanted = np.linspace(0.0, along[-1], max(count, 2))
    place = np.clip(np.searchsorted(along, wanted, side="right") - 1, 0, len(steps) - 1)
    part = np.clip((wanted - along[place]) / np.maximum(steps[place], 1e-300), 0.0, 1.0)
    start, stop = share[place], np.where(segment[place + 1] == segment[place], share[place + 1], 1.0)
    found = start + part * (stop - start)
    return segment[place].astype(np.intp), np.where(wanted >= along[-1], 1.0, found)
