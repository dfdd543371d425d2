"""How good can any portfolio be when some assets are decided, and how is that bound proven?

The quadratic Q is split into R + D with D diagonal and R positive semidefinite. With z_i for "held", ½d_i a_i² becomes
½d_i a_i²/z_i (perspective; Frangioni and Gentile 2006, Günlük and Linderoth 2010), and the limit Σz ≤ K gets a price μ.
Minimizing over z leaves a convex function of each size: linear up to t = √(2μ/d), then quadratic (the reversed Huber
function), which is a quadratic program on |a| = p + v with 0 ≤ p ≤ t. A node changes only sides and linear terms.

No solver's word is taken for the bound. For any point x̂ and any row multipliers y of the right sign
    f(x) ≥ -½x̂ᵀRx̂ - yᵀ(active sides) + Σ min over each variable's own values of ((Rx̂ + q + Aᵀy)_i x_i + ½d_i x_i²),
where the minima may choose at most K held assets: sorting gives them exactly. Tolerances cost tightness only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from engine.kernel.forms import Matrix, Vector
from engine.optimize.convex import PART_RIDGE
from engine.optimize.count_pieces import Mask, Numbers
from engine.optimize.count_program import RATIO_BUDGET, ChoiceProgram
from engine.optimize.solvers import OPEN, QpSession, QuadraticProgram

SHARE_OF_DIAGONAL = 0.999
STEADY = 1e-9
WORTH_LEAVING = 0.9
SCALE_RIDGE = 1e-9
SETTINGS = {"primal_tol": 1e-10, "dual_tol": 1e-12, "iter_limit": 20_000}


@dataclass(frozen=True, eq=False)
class Bounded:
    """A node's bound with what it says about single decisions.

    Attributes
    ----------
    outcome
        ``"solved"``, ``"infeasible"`` (confirmed), or ``"failed"``.
    bound
        No portfolio of the node has a smaller objective.
    weights_frac
        Of the relaxation, shape (n,).
    shares
        How much of each asset counts as held, from 0 to 1, shape (n,).
    held_bound, out_bound
        The bound when the asset is held, or is not, shape (n,).
    doubt
        How much the relaxation saves by half holdings, shape (n,).

    """

    outcome: Literal["solved", "infeasible", "failed"]
    bound: float
    weights_frac: Vector
    shares: Vector
    held_bound: Vector
    out_bound: Vector
    doubt: Vector

    @classmethod
    def ended(cls, outcome: Literal["infeasible", "failed"], count: int) -> Bounded:
        """Return the answer of a node without one."""
        nothing = np.zeros(count)
        bound = np.inf if outcome == "infeasible" else -np.inf
        return cls(outcome, bound, nothing, nothing, nothing, nothing, nothing)


def diagonal_share(quadratic: Matrix) -> Vector:
    """Return d ≥ 0 such that quadratic - diag(d) is positive semidefinite, in proportion to 1 / diag(quadratic⁻¹).

    That is the variance of each asset that the others do not explain; zero for a singular quadratic, shape (n,).
    """
    scale = np.sqrt(np.maximum(np.diag(quadratic), 1e-300))
    normed = quadratic / np.outer(scale, scale)
    values, vectors = np.linalg.eigh(normed)
    if values[0] <= STEADY:
        return np.zeros(len(quadratic))
    root = np.sqrt(1.0 / np.einsum("ij,j,ij->i", vectors, 1.0 / values, vectors))
    least = float(np.linalg.eigvalsh(normed / np.outer(root, root))[0])
    return np.asarray(SHARE_OF_DIAGONAL * max(least, 0.0) * (root * scale) ** 2)


def _links(program: ChoiceProgram) -> tuple[Numbers, Numbers, Numbers]:
    """Return the rows w_i + t_j ≥ 0, the place of each t_j in the rest, and the assets i.

    There t_j is what is short of asset i, which the relaxation has as a leg already: neither row nor part is needed.
    Limits on sums of t_j have upper sides and positive coefficients only, so that the least t_j is as good as any.
    """
    count = len(program.pieces.final)
    rows, rest = program.rows, program.rows[:, count:]
    is_link = (program.row_lower == 0.0) & np.isinf(program.row_upper) & ((rows != 0.0).sum(axis=1) == 2)
    is_link &= ((rest == 1.0).sum(axis=1) == 1) & ((rows[:, :count] == 1.0).sum(axis=1) == 1)
    links = np.flatnonzero(is_link)
    if not len(links):
        return links, links, links
    linked = np.argmax(rest[links] == 1.0, axis=1)
    places = np.argmax(rows[links][:, :count] == 1.0, axis=1)
    others = rest[np.setdiff1d(np.arange(len(rows)), links)]
    capped = program.row_upper if not program.is_ratio else -program.row_lower
    sign = -1.0 if program.is_ratio else 1.0
    above = np.isfinite(capped[np.setdiff1d(np.arange(len(rows)), links)])[:, None]
    is_plain = ((sign * others >= 0.0) & (above | (others == 0.0))).all(axis=0)
    is_plain &= (program.linear[count:] >= 0.0) & (program.quadratic[count:] == 0.0).all(axis=1)
    is_kept = is_plain[linked] & (program.rest_lower[linked] <= 0.0)
    if program.is_ratio:
        is_kept &= linked < len(program.linear) - count - 1
    return links[is_kept], linked[is_kept], places[is_kept]


class Relaxation:
    """The perspective relaxation of a choice program, solved warm from node to node.

    Parameters
    ----------
    program
        What is bounded.

    """

    tolerance = 0.0

    def __init__(self, program: ChoiceProgram) -> None:
        self.program, pieces = program, program.pieces
        self.count = count = len(pieces.final)
        self.diagonal = diagonal_share(program.quadratic[:count, :count])
        self.remainder = program.quadratic.copy()
        self.remainder[np.arange(count), np.arange(count)] -= self.diagonal
        self.curve = np.diag(program.quadratic)[:count]
        self.solves_count = self.iterations_count = 0
        self.work = 0.0
        self.tax = program.count_row[:count]
        self.links, self.linked, self.link_places = _links(program)
        self.kept = np.setdiff1d(np.arange(len(program.rows)), self.links)
        self._build(np.ones(count, dtype=bool))
        # what rounding may have left R short of positive semidefinite, times the largest distance of two points
        shortage = max(0.0, -float(np.linalg.eigvalsh(self.remainder[:count, :count])[0]))
        reach = np.nanmax(np.maximum(np.abs(program.starts), np.abs(program.ends)), axis=1)
        self.allowance = 2.0 * (shortage + 1e-16) * float(reach @ reach)

    def shrink(self, first: Numbers, last: Numbers) -> None:
        """Leave out the assets that this run, within which all later ones lie, does not hold."""
        zero = self.program.pieces.zero
        active = (first != zero) | (last != zero)
        if int(active[self.legs].sum()) <= WORTH_LEAVING * len(self.legs):
            self._build(active)

    def _build(self, active: Mask) -> None:
        """Write the relaxation on the sizes of the active assets, p and v for either sign, and the rest."""
        program, count = self.program, self.count
        self.up = np.flatnonzero(active & (np.nanmax(program.ends, axis=1) > 0.0))
        self.down = np.flatnonzero(active & (np.nanmin(program.starts, axis=1) < 0.0))
        legs = np.concatenate([self.up, self.down])
        self.legs, height = legs, len(legs)
        self.free_rest = np.setdiff1d(np.arange(len(program.linear) - count), self.linked)
        rest = len(self.free_rest)
        to_sizes = np.zeros((count, height))
        to_sizes[legs, np.arange(height)] = np.repeat([1.0, -1.0], [len(self.up), len(self.down)])
        self.expand = np.zeros((len(program.linear), 2 * height + rest))
        self.expand[:count, :height] = self.expand[:count, height : 2 * height] = to_sizes
        self.expand[count + self.free_rest, 2 * height + np.arange(rest)] = 1.0
        below = np.full(count, -1)
        below[self.down] = len(self.up) + np.arange(len(self.down))
        parts, own = count + self.linked, below[self.link_places]
        has_leg = own >= 0
        self.expand[parts[has_leg], own[has_leg]] = self.expand[parts[has_leg], height + own[has_leg]] = 1.0
        hessian = self.expand.T @ self.remainder @ self.expand
        steady = np.full(len(hessian), STEADY)
        if len(self.down):
            steady[: 2 * height] = PART_RIDGE
        steady[2 * height :] = PART_RIDGE
        if program.is_ratio:
            steady[-1] = SCALE_RIDGE
        steady[height : 2 * height] += self.diagonal[legs]
        hessian[np.arange(len(hessian)), np.arange(len(hessian))] += steady
        self.hessian = hessian
        in_legs = np.concatenate([self.tax[legs], self.tax[legs], program.count_row[count:][self.free_rest]])
        self.rows = np.vstack([program.rows[self.kept] @ self.expand, in_legs])
        self.linear = self.expand.T @ program.linear
        self._model: Any = None
        self._latest = np.zeros(len(hessian)), np.zeros(len(self.rows))

    def solve(self, first: Numbers, last: Numbers, price: float) -> Bounded:
        """Return the bound of a run of pieces, from a relaxation with this price of a holding."""
        program, pieces, legs = self.program, self.program.pieces, self.legs
        free, held = pieces.is_free(first, last), pieces.is_held(first, last)
        least, most = self._sizes(first, last, free)
        own, is_free, height = self.diagonal[legs], free[legs], len(legs)
        with np.errstate(divide="ignore", invalid="ignore"):
            knee = np.where(own > 0.0, np.sqrt(2.0 * price / own), np.inf if price > 0.0 else 0.0)
        knee = np.where(is_free, np.minimum(np.maximum(knee, least), most), 0.0)
        slope = np.divide(price, knee, out=np.zeros(height), where=knee > 0.0) + 0.5 * own * knee
        linear = self.linear.copy()
        linear[:height] += np.where(is_free, slope, 0.0)
        linear[height : 2 * height] += np.where(is_free, own * knee, 0.0)
        rest = self.free_rest
        lower = np.concatenate([np.zeros(height), np.where(is_free, 0.0, least), program.rest_lower[rest]])
        upper = np.concatenate([knee, most - knee, program.rest_upper[rest]])
        row_lower, row_upper = program.sides(first, last)
        row_lower, row_upper = np.append(row_lower, -np.inf), np.append(row_upper, program.count_side)
        used = np.append(self.kept, len(row_lower) - 1)
        outcome, found, known = self._solve(linear, lower, upper, row_lower[used], row_upper[used])
        duals = np.zeros(len(row_lower))
        duals[used] = known
        if outcome == "infeasible":
            return Bounded.ended(outcome, self.count)
        pure, excess = found[:height], found[height : 2 * height]
        share = np.where(excess > STEADY, 1.0, np.divide(pure, knee, out=np.zeros(height), where=knee > 0.0))
        shares = np.minimum(np.bincount(legs, np.where(is_free, share, 0.0), self.count), 1.0)
        shares = np.where(held, 1.0, shares)
        x = self.expand @ found
        base, value = self._prove(x, duals, row_lower, row_upper, first, last)
        weights = program.weights(x)
        size, scale = np.abs(x[: self.count]), x[-1] if program.is_ratio else 1.0
        away = scale * pieces.away(weights, first, last).min(axis=1)
        doubt = self.diagonal * size * size * (1.0 / np.maximum(shares, 1e-9) - 1.0) + self.curve * away * away
        return self._select(base, value, weights, shares, free, held, doubt + STEADY * STEADY * size)

    def _sizes(self, first: Numbers, last: Numbers, free: Mask) -> tuple[Vector, Vector]:
        """Return the least and the largest size of each leg where its asset is held."""
        program, up, down = self.program, self.up, self.down
        inside = program.pieces.inside(first, last)
        inside &= np.arange(inside.shape[1]) != program.pieces.zero[:, None]
        start, end = np.where(inside, program.starts, np.inf), np.where(inside, program.ends, -np.inf)
        most = np.concatenate([end.max(axis=1)[up], -start.min(axis=1)[down]])
        above = np.where(end > 0.0, start, np.inf).min(axis=1)
        below = np.where(start < 0.0, end, -np.inf).max(axis=1)
        # an asset that must be held on either side may have nothing on one of them
        twofold = ~free & (start.min(axis=1) < 0.0) & (end.max(axis=1) > 0.0)
        least = np.concatenate([np.where(twofold, 0.0, above)[up], np.where(twofold, 0.0, -below)[down]])
        most = np.where(np.isfinite(most), np.maximum(most, 0.0), 0.0)
        return np.minimum(np.maximum(np.where(np.isfinite(least), least, 0.0), 0.0), most), most

    def _solve(
        self, linear: Vector, lower: Vector, upper: Vector, row_lower: Vector, row_upper: Vector
    ) -> tuple[Literal["solved", "infeasible"], Vector, Vector]:
        """Return point and row multipliers; those of the last node where the solver finds none, because any will do."""
        self.solves_count += 1
        low = np.maximum(np.concatenate([lower, row_lower]), -OPEN)
        high = np.minimum(np.concatenate([upper, row_upper]), OPEN)
        for _ in range(2):  # warm, then cold
            found = self._try(linear, low, high)
            if found is not None:
                self._latest = np.clip(found[0], lower, upper), found[1]
                return "solved", *self._latest
        session = QpSession(QuadraticProgram(self.hessian, linear, self.rows, row_lower, row_upper, lower, upper))
        answer = session.solve()
        if answer.outcome == "infeasible":
            return "infeasible", *self._latest
        if answer.outcome == "solved":
            self._latest = np.clip(answer.x, lower, upper), answer.row_duals
        return "solved", np.clip(self._latest[0], lower, upper), self._latest[1]

    def _try(self, linear: Vector, low: Vector, high: Vector) -> tuple[Vector, Vector] | None:
        import daqp

        width = len(linear)
        if self._model is None:
            sense = np.zeros(len(low), dtype=np.int32)
            sense[width:][low[width:] == high[width:]] = 5
            self._model = daqp.Model()
            self._model.settings = SETTINGS
            flag, _ = self._model.setup(self.hessian, linear, self.rows, high, low, sense)
        else:
            flag = self._model.update(None, linear, None, high, low, None)
        if flag >= 0:
            x, _, flag, info = self._model.solve()
            self.iterations_count += int(info["iterations"])
            self.work += float(info["iterations"]) * width * len(low)
            if flag == 1 and np.isfinite(x).all():
                return np.array(x), np.array(info["lam"])[width:]
        self._model = None
        return None

    def _prove(
        self, x: Vector, duals: Vector, row_lower: Vector, row_upper: Vector, first: Numbers, last: Numbers
    ) -> tuple[float, Vector]:
        """Return the part of the bound without the assets, and the least that each adds when it is held."""
        program = self.program
        duals = np.where((duals > 0.0) & np.isinf(row_upper) | (duals < 0.0) & np.isinf(row_lower), 0.0, duals)
        side = np.where(duals > 0.0, row_upper, np.where(duals < 0.0, row_lower, 0.0))
        curved = self.remainder @ x
        gradient = curved + program.linear + program.rows.T @ duals[:-1]
        gradient[self.count :] += duals[-1] * program.count_row[self.count :]
        if program.is_ratio and program.rows[RATIO_BUDGET, -1] != 0.0:
            # the budget's multiplier makes the derivative by κ exactly zero, so that κ's wide bounds cost nothing
            shift = -gradient[-1] / program.rows[RATIO_BUDGET, -1]
            gradient += shift * program.rows[RATIO_BUDGET]
            gradient[-1] = 0.0
        if len(self.links):
            # the multiplier of each link: what its part costs, where the asset is short and pays for it
            parts = self.count + self.linked
            own = np.clip(-gradient[self.link_places], -np.maximum(gradient[parts], 0.0), 0.0)
            gradient[parts] += own
            np.add.at(gradient, self.link_places, own)
        inner, rest = gradient[: self.count], gradient[self.count :]
        base = -0.5 * float(x @ curved) - float(side @ duals) - self.allowance
        base += float(np.minimum(rest * program.rest_lower, rest * program.rest_upper).sum())
        inside = program.pieces.inside(first, last)
        inside &= np.arange(inside.shape[1]) != program.pieces.zero[:, None]
        tax = duals[-1] * self.tax
        upward = self._least(inner + tax, np.maximum(program.starts, 0.0), program.ends)
        downward = self._least(tax - inner, np.maximum(-program.ends, 0.0), -program.starts)
        value = np.minimum(
            np.where(inside & (program.ends >= 0.0), upward, np.inf),
            np.where(inside & (program.starts < 0.0), downward, np.inf),
        )
        return base, value.min(axis=1)

    def _least(self, slope: Vector, low: Matrix, high: Matrix) -> Matrix:
        """Return the least of slope s + ½ d s² for sizes s from low to high."""
        curve = self.diagonal
        with np.errstate(divide="ignore", invalid="ignore"):
            best = np.where(curve > 0.0, -slope / curve, np.where(slope > 0.0, 0.0, np.inf))
        size = np.minimum(np.maximum(best[:, None], low), high)
        return np.asarray((slope[:, None] + 0.5 * curve[:, None] * size) * size)

    def _select(
        self, base: float, value: Vector, weights: Vector, shares: Vector, free: Mask, held: Mask, doubt: Vector
    ) -> Bounded:
        """Return the bound of the best choice of free assets, and what each single decision would make of it."""
        pieces = self.program.pieces
        already, places = int(held.sum()), np.flatnonzero(free)
        order = places[np.argsort(value[places], kind="stable")]
        room, needed = min(pieces.max_count - already, len(places)), max(pieces.min_count - already, 0)
        if room < needed or not np.isfinite(value[held]).all():
            return Bounded.ended("infeasible", self.count)
        chosen = max(needed, min(room, int(np.count_nonzero(value[order] < 0.0))))
        bound = base + float(value[held].sum()) + float(value[order[:chosen]].sum())
        inside, outside = order[:chosen], order[chosen:]
        held_bound, out_bound = np.full(self.count, bound), np.full(self.count, bound)
        if chosen == room:  # another one pushes out the weakest
            held_bound[outside] = bound + value[outside] - value[inside[-1]] if chosen else np.inf
        else:
            held_bound[outside] = bound + np.maximum(value[outside], 0.0)
        following = float(value[outside[0]]) if len(outside) else np.inf
        out_bound[inside] = bound - value[inside] + (following if chosen <= needed else min(following, 0.0))
        return Bounded("solved", bound, weights, shares, held_bound, out_bound, doubt)
