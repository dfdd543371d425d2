"""What may come over several days, when large moves make large moves likelier?"""

from __future__ import annotations

import numpy as np

from engine.frontier.compiled import compiled
from engine.kernel.forms import Matrix, Vector


def compounded(
    shocks: Matrix, next_variance: float, *, mean: float, omega: float, alpha: float, gamma: float, beta: float
) -> Vector:
    """Return the compounded return of each path over all its days.

    Parameters
    ----------
    shocks
        Shape (paths, days), standardized shocks (variance 1) that drive the model.
    next_variance
        Of the first day, as the filter gives it.
    mean, omega, alpha, gamma, beta
        Of the recursion (see `GarchParameters`). EWMA is mean 0, omega 0, alpha 1 - λ, beta λ.

    Returns
    -------
    numpy.ndarray
        Shape (paths,), simple returns; a day cannot lose more than everything.

    """
    return np.asarray(_walk(np.ascontiguousarray(shocks), next_variance, mean, omega, alpha, gamma, beta))


def compile_paths() -> None:
    """Compile the loop by one path, so that the first user does not wait for it."""
    compounded(np.zeros((1, 1)), 1e-4, mean=0.0, omega=0.0, alpha=0.06, gamma=0.0, beta=0.94)


@compiled
def _walk(
    shocks: Matrix, next_variance: float, mean: float, omega: float, alpha: float, gamma: float, beta: float
) -> Vector:
    paths_count, days_count = shocks.shape
    found = np.empty(paths_count)
    for path in range(paths_count):
        variance, wealth = next_variance, 1.0
        for day in range(days_count):
            surprise = shocks[path, day] * np.sqrt(variance)
            wealth *= max(1.0 + mean + surprise, 0.0)
            square = surprise * surprise
            variance = omega + alpha * square + beta * variance
            if surprise < 0.0:
                variance += gamma * square
        found[path] = wealth - 1.0
    return found
