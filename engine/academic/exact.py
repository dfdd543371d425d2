"""What is the whole frontier of an instance, and how far is a published one from it?

The frontier is that of the long-only problem: weights from 0 to 1 that sum to 1. Between two corners the weights are
linear, so mean and variance at any place are known in closed form; nothing is interpolated between points.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.academic.instance import Instance
from engine.academic.reference import ReferenceFrontier
from engine.constraints.position_bounds import PositionBounds
from engine.kernel.forms import Estimates, Matrix, Universe, Vector
from engine.kernel.rng import generator
from engine.optimize.compile import LimitSet, compile_limits
from engine.optimize.convex import ConvexCore
from engine.pareto.dominance import MARGIN

POINTWISE_COUNT = 400


@dataclass(frozen=True, eq=False)
class ExactFrontier:
    """Corners from the least variance to the highest mean.

    Attributes
    ----------
    weights
        Shape (k, n).
    means, variances
        Of each corner over one period, shape (k,), both rising.
    crosses
        w_iᵀ Σ w_{i+1}, shape (k - 1,).
    is_exact
        False where the corners were not found and points were solved for one by one.

    """

    weights: Matrix
    means: Vector
    variances: Vector
    crosses: Vector
    is_exact: bool = True

    @property
    def count(self) -> int:
        """Number of corners."""
        return len(self.means)

    @property
    def is_single(self) -> bool:
        """Whether one portfolio alone is efficient, so that there is nothing to trade off."""
        return self.count == 1 or self.means[-1] - self.means[0] <= 0.0 or self.variances[-1] <= self.variances[0]

    def variance_at(self, means: Vector) -> Vector:
        """Return the least variance at given means, shape (q,); NaN above the highest mean, flat below the lowest."""
        if self.count == 1:
            return np.where(means <= self.means[0], self.variances[0], np.nan)
        place = np.clip(np.searchsorted(self.means, means, side="right") - 1, 0, self.count - 2)
        share = np.clip((means - self.means[place]) / np.diff(self.means)[place], 0.0, 1.0)
        first, second = self.variances[place], self.variances[place + 1]
        found = (1 - share) ** 2 * first + 2 * share * (1 - share) * self.crosses[place] + share**2 * second
        reach = self.means[-1] + 1e-12 * max(1.0, abs(float(self.means[-1])))
        return np.where(means <= reach, found, np.nan)

    def sampled(self, points_count: int) -> Matrix:
        """Return mean and variance of portfolios evenly spaced in the mean, both ends among them, shape (q, 2)."""
        means = np.linspace(self.means[0], self.means[-1], points_count)
        return np.column_stack([means, self.variance_at(means)])

    def normalized(self, points: Matrix) -> Matrix:
        """Return points (mean, variance) as two costs: 0 the best of the frontier and 1 its worst, shape (q, 2)."""
        gain = (self.means[-1] - points[:, 0]) / (self.means[-1] - self.means[0])
        risk = (points[:, 1] - self.variances[0]) / (self.variances[-1] - self.variances[0])
        return np.column_stack([risk, gain])

    @property
    def area(self) -> float:
        """Normalized area that the whole frontier dominates, below `MARGIN` beyond its worst; in closed form.

        On each segment the variance is a parabola over the mean, so Simpson's rule is exact.
        """
        corner, span = 1.0 + MARGIN, self.means[-1] - self.means[0]
        middle = 0.5 * (self.means[1:] + self.means[:-1])
        risk = self.normalized(np.column_stack([self.means, self.variances]))[:, 0]
        half = self.normalized(np.column_stack([middle, self.variance_at(middle)]))[:, 0]
        width = np.diff(self.means) / span
        under = float((width * (risk[:-1] + 4.0 * half + risk[1:]) / 6.0).sum())
        return corner * corner - under  # below the least variance's mean the band of the margin is dominated whole


@dataclass(frozen=True)
class Deviation:
    """How far a published frontier is from the exact one, in variance at its own means, as a share of it.

    `outside_count` points have a mean that no portfolio of the instance reaches; they are left out.
    """

    points_count: int
    largest_frac: float
    median_frac: float
    at_mean: float
    outside_count: int


def core_of(instance: Instance, limits: LimitSet | None = None) -> ConvexCore:
    """Return the solver of an instance; long-only and fully invested where no limits are given."""
    if limits is None:
        limits = compile_limits([PositionBounds(min_frac=0.0, max_frac=1.0)], Universe(instance.assets))
    return ConvexCore(Estimates(instance.means, instance.covariance), limits, 0.0)


def exact_frontier(instance: Instance) -> ExactFrontier:
    """Return the whole frontier by its corners (critical line); solved for one by one where they cannot be found."""
    from engine.frontier.path import trace
    from engine.frontier.sweep import one_by_one

    core = core_of(instance)
    path = trace(core).path
    weights = path.points if path is not None else np.array(one_by_one(core, POINTWISE_COUNT))
    images = weights @ instance.covariance
    return ExactFrontier(
        weights=weights,
        means=weights @ instance.means,
        variances=np.einsum("ki,ki->k", images, weights),
        crosses=np.einsum("ki,ki->k", images[:-1], weights[1:]),
        is_exact=path is not None,
    )


def deviation_of(reference: ReferenceFrontier, frontier: ExactFrontier) -> Deviation | None:
    """Return how far a published frontier is from the exact one; None where no mean of it can be reached."""
    exact = frontier.variance_at(reference.means)
    is_inside = np.isfinite(exact)
    if not is_inside.any():
        return None
    shares = np.abs(reference.variances - exact)[is_inside] / exact[is_inside]
    return Deviation(
        points_count=int(is_inside.sum()),
        largest_frac=float(shares.max()),
        median_frac=float(np.median(shares)),
        at_mean=float(reference.means[is_inside][shares.argmax()]),
        outside_count=int((~is_inside).sum()),
    )


def warm() -> None:
    """Load the compiled loops and the solvers, so that times are those of the work."""
    draw = generator(0, 0).normal(size=(40, 3))
    correlations = np.asarray(np.corrcoef(draw.T))
    exact_frontier(Instance("warm", np.array([0.001, 0.002, 0.003]), np.full(3, 0.02), correlations))
