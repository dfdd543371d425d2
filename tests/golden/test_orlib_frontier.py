"""Does the frontier equal the one published for the Hang Seng set of the OR-Library?

Data: `port1` (31 stocks, mean and standard deviation of weekly returns, correlations) and `portef1`, 2000 points
(return, variance) of its long-only frontier. Chang, Meade, Beasley and Sharaiha (2000), Heuristics for cardinality
constrained portfolio optimisation, Computers & Operations Research 27(13). The file gives ten decimals, so a variance
near 0.0006 is known to 1e-7 of itself; the tolerance is 1e-6.
"""

from __future__ import annotations

import numpy as np
import pytest

from engine.constraints.position_bounds import PositionBounds
from engine.frontier.sweep import sweep
from engine.kernel.forms import Estimates, Universe
from engine.optimize.compile import compile_limits
from engine.optimize.convex import ConvexCore


@pytest.fixture(scope="module")
def hang_seng(shared_data):
    folder = shared_data / "orlib"
    lines = [line.split() for line in (folder / "port1.txt").read_text().splitlines() if line.strip()]
    count = int(lines[0][0])
    mean, deviation = np.array(lines[1 : count + 1], dtype=float).T
    correlation = np.eye(count)
    for i, j, value in lines[count + 1 :]:
        correlation[int(i) - 1, int(j) - 1] = correlation[int(j) - 1, int(i) - 1] = float(value)
    covariance = correlation * np.outer(deviation, deviation)
    limits = compile_limits(
        [PositionBounds(min_frac=0.0, max_frac=1.0)], Universe(tuple(f"H{i}" for i in range(count)))
    )
    published = np.loadtxt(folder / "portef1.txt")
    return ConvexCore(Estimates(mean, covariance), limits, 0.0), published


def test_each_published_point_is_reached_within_its_printed_digits(hang_seng):
    core, published = hang_seng
    for expected, variance in published[::10]:
        answer = core.floored(expected - 1e-12)
        assert answer.outcome == "solved"
        weights = answer.x
        ours = core.volatility_annual_frac(weights) ** 2
        assert ours == pytest.approx(variance, rel=1e-6, abs=1e-10)


def test_the_sweep_lies_on_the_published_curve(hang_seng):
    core, published = hang_seng
    curve = published[np.argsort(published[:, 0])]
    for weights in sweep(core, 200)[1:-1]:
        variance = core.volatility_annual_frac(weights) ** 2
        on_curve = np.interp(core.return_annual_frac(weights), curve[:, 0], curve[:, 1])
        assert variance == pytest.approx(on_curve, rel=2e-5)
