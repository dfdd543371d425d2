"""Which small instances, in the format of the OR-Library, do the tests of benchmarks share?"""

from __future__ import annotations

import numpy as np

from engine.academic.instance import Instance, read_instance


def written(means: np.ndarray, deviations: np.ndarray, correlations: np.ndarray) -> bytes:
    """Return the file of an instance."""
    count = len(means)
    lines = [f" {count}"]
    lines += [f" {mean:.6f} {deviation:.6f}" for mean, deviation in zip(means, deviations, strict=True)]
    lines += [f" {i + 1} {j + 1} {correlations[i, j]:.6f}" for i in range(count) for j in range(i, count)]
    return ("\n".join(lines) + "\n").encode()


def drawn(count: int, seed: int) -> bytes:
    """Return the file of an instance of that many assets with one common factor."""
    rng = np.random.default_rng(seed)
    returns = rng.normal(0.0, 0.02, (300, 1)) * rng.uniform(0.5, 1.3, count) + rng.normal(0.0, 0.025, (300, count))
    return written(rng.uniform(0.0005, 0.006, count), returns.std(axis=0), np.corrcoef(returns.T))


def instance(count: int = 8, seed: int = 3) -> Instance:
    """Return a small instance."""
    return read_instance(drawn(count, seed), f"drawn{count}.txt")
