"""How does a copula's draw become a return of each position?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from engine.kernel.estimates import Matrix, Vector

NODES_COUNT = 2001


@dataclass(frozen=True, eq=False)
class Margins:
    """Quantiles of m positions on an even grid of scores: one place of the grid serves all, since scores share one law.

    Attributes
    ----------
    first, step
        Of the grid.
    tables
        Shape (m, g): the quantile at each node.

    """

    first: float
    step: float
    tables: Matrix

    @classmethod
    def of(cls, sample: Matrix, nu: float) -> Margins:
        """Return the margins of a sample (t, m) under Student-t scores.

        The quantile interpolates the order statistics at (i - 1/2) / t and stays within the smallest and the largest.
        """
        count = len(sample)
        scores = stdtrit(nu, (np.arange(count) + 0.5) / count)
        grid = np.linspace(float(scores[0]), float(scores[-1]), NODES_COUNT)
        tables = [np.interp(grid, scores, column) for column in np.sort(sample, axis=0).T]
        return cls(float(grid[0]), float(grid[1] - grid[0]), np.ascontiguousarray(tables))

    def scaled(self, scales: Vector, shifts: Vector) -> Margins:
        """Return the margins of scale times value plus shift, each of shape (m,)."""
        return Margins(self.first, self.step, self.tables * scales[:, None] + shifts[:, None])

    def each(self, scores: Matrix) -> Matrix:
        """Return each position's value at its score, shape (c, m)."""
        width, nodes = self.tables.shape
        whole, rest = self._place(scores)
        whole += np.arange(width) * nodes  # places in the flat tables
        rest *= self._flat_slopes.take(whole)
        rest += self.tables.ravel().take(whole)
        return rest

    @cached_property
    def _flat_slopes(self) -> Vector:
        return self._slopes(self.tables).ravel()

    def summed(self, weights: Vector) -> Callable[[Matrix], Vector]:
        """Return what turns scores (c, m) into the weighted sum of the values, shape (c,)."""
        values = self.tables * weights[:, None]
        slopes = self._slopes(values)

        def turn(scores: Matrix) -> Vector:
            found = np.zeros(len(scores))
            for at in range(scores.shape[1]):
                whole, rest = self._place(scores[:, at])
                found += values[at][whole] + slopes[at][whole] * rest
            return found

        return turn

    def _place(self, scores: Matrix) -> tuple[NDArray[np.intp], Matrix]:
        """Return the node below each score, as indices, and how far on the score lies."""
        where = scores - self.first
        where *= 1.0 / self.step
        np.clip(where, 0.0, float(self.tables.shape[1] - 1), out=where)
        whole = where.astype(np.intp)
        where -= whole
        return whole, where

    @staticmethod
    def _slopes(values: Matrix) -> Matrix:
        return np.diff(values, axis=1, append=values[:, -1:])
