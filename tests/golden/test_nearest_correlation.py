"""Is the nearest correlation matrix the published one, and really the nearest?

Example: Higham (2002), Computing the nearest correlation matrix, IMA Journal of Numerical Analysis 22(3), the
tridiagonal matrix with 2 and -1; the same example with five decimals and the distance 2.134 stands in the
documentation of the NAG Library (g02aa).
"""

from __future__ import annotations

import numpy as np
import pytest

from engine.kernel.errors import InputRefused
from engine.stress.nearest_correlation import is_correlation, nearest_correlation

TRIDIAGONAL = np.array([[2.0, -1.0, 0.0, 0.0], [-1.0, 2.0, -1.0, 0.0], [0.0, -1.0, 2.0, -1.0], [0.0, 0.0, -1.0, 2.0]])
PUBLISHED = np.array(
    [
        [1.0, -0.80841, 0.19159, 0.10678],
        [-0.80841, 1.0, -0.65623, 0.19159],
        [0.19159, -0.65623, 1.0, -0.80841],
        [0.10678, 0.19159, -0.80841, 1.0],
    ]
)


def test_the_published_example_comes_out():
    found, distance = nearest_correlation(TRIDIAGONAL)
    assert np.abs(found - PUBLISHED).max() < 6e-6
    assert distance == pytest.approx(2.134, abs=5e-4)
    assert is_correlation(found)


def test_clipping_eigenvalues_alone_is_farther_away():
    values, vectors = np.linalg.eigh(TRIDIAGONAL)
    clipped = (vectors * np.maximum(values, 0.0)) @ vectors.T
    scale = np.sqrt(np.diag(clipped))
    clipped = clipped / np.outer(scale, scale)
    assert np.linalg.norm(clipped - TRIDIAGONAL) > nearest_correlation(TRIDIAGONAL)[1] + 0.01


@pytest.mark.parametrize("seed", range(4))
def test_a_semidefinite_program_finds_nothing_nearer(seed):
    import cvxpy

    rng = np.random.default_rng(seed)
    noisy = np.corrcoef(rng.normal(size=(6, 7)).T) + 0.4 * rng.normal(size=(7, 7))
    noisy = 0.5 * (noisy + noisy.T)
    found, distance = nearest_correlation(noisy)
    matrix = cvxpy.Variable((7, 7), PSD=True)
    program = cvxpy.Problem(cvxpy.Minimize(cvxpy.norm(matrix - noisy, "fro")), [cvxpy.diag(matrix) == 1.0])
    program.solve(solver="CLARABEL")
    assert is_correlation(found)
    assert distance == pytest.approx(program.value, abs=1e-6)


def test_a_correlation_matrix_stays_as_it_is():
    matrix = np.array([[1.0, 0.3], [0.3, 1.0]])
    found, distance = nearest_correlation(matrix)
    assert (found == matrix).all()
    assert distance == 0.0


def test_what_is_no_table_of_numbers_is_refused():
    for wrong in (np.ones((2, 3)), np.array([[1.0, np.nan], [np.nan, 1.0]])):
        with pytest.raises(InputRefused, match="is no correlation"):
            nearest_correlation(wrong)
