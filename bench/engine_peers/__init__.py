"""Against which packages and bare solvers is the engine timed, and on which problem?

Packages that the product does not need stand in `requirements-bench.txt`; `make bench` puts them into a folder of their
own, which is looked at only here. What is not there is told and left out.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np

from engine.kernel.forms import Matrix, Vector
from engine.kernel.frames import ReturnsPanel

FOLDER = Path(__file__).resolve().parents[2] / ".venv" / "bench-peers"
DAYS_COUNT, SECTORS_COUNT, PERIODS_PER_YEAR = 1260, 7, 252
CAP_FRAC, SECTOR_CAP_FRAC = 0.25, 0.3

Objective = Literal["min_volatility", "max_sharpe", "target_return"]
Solve = Callable[[], Any]


@dataclass(frozen=True, eq=False)
class Task:
    """Long-only, at most 25% each and 30% a sector, of n assets with 1,260 days of five-factor returns.

    Attributes
    ----------
    panel
        Simple daily returns, a fixed seed.
    objective
        What is sought.
    target_frac
        Least expected return a year, for a target return: half way from the mean asset to the best reachable.

    """

    panel: ReturnsPanel
    objective: Objective
    target_frac: float

    @property
    def count(self) -> int:
        """Number of assets."""
        return len(self.panel.assets)

    @cached_property
    def sectors(self) -> Mapping[str, str]:
        """Asset to sector."""
        return {asset: f"S{i % SECTORS_COUNT}" for i, asset in enumerate(self.panel.assets)}

    @cached_property
    def sector_rows(self) -> Matrix:
        """One row of zeros and ones a sector, shape (7, n)."""
        places = np.arange(self.count) % SECTORS_COUNT
        return np.array([places == k for k in range(SECTORS_COUNT)], dtype=np.float64)

    @cached_property
    def means(self) -> Vector:
        """Annual means, shape (n,)."""
        return np.asarray(self.panel.returns_frac.mean(axis=0) * PERIODS_PER_YEAR)

    @cached_property
    def covariance(self) -> Matrix:
        """Annual sample covariance, shape (n, n)."""
        return np.asarray(np.cov(self.panel.returns_frac.T) * PERIODS_PER_YEAR)

    @cached_property
    def frame(self) -> Any:
        """The returns as a pandas frame."""
        import pandas as pd

        table = np.array(self.panel.returns_frac)
        return pd.DataFrame(table, columns=list(self.panel.assets), index=pd.DatetimeIndex(self.panel.dates))

    def figure(self, weights: Vector) -> float:
        """Return what the objective is judged by, smaller is better: variance, or minus the Sharpe ratio."""
        variance = float(weights @ self.covariance @ weights)
        if self.objective == "max_sharpe":
            return -float(self.means @ weights) / float(np.sqrt(variance))
        return variance


def task_of(count: int, objective: Objective) -> Task:
    """Return the task for so many assets."""
    rng = np.random.default_rng(0)
    factors = rng.normal(0.0003, 0.006, (DAYS_COUNT, 5))
    loadings = rng.normal(0.6, 0.5, (count, 5))
    own = rng.normal(0.0001, 1.0, (DAYS_COUNT, count)) * rng.uniform(0.006, 0.02, count)
    returns = factors @ loadings.T + own
    dates = np.datetime64("2015-01-01") + np.arange(DAYS_COUNT)
    panel = ReturnsPanel(dates, tuple(f"A{i:04d}" for i in range(count)), returns)
    means = np.sort(returns.mean(axis=0)) * PERIODS_PER_YEAR
    target = 0.5 * float(means.mean()) + 0.5 * float(means[-5:].mean())
    return Task(panel, objective, round(target, 3))


@dataclass(frozen=True)
class Contender:
    """One way to solve a task: a call from arrays that returns weights, shape (n,), and what it starts from."""

    name: str
    start: Literal["history", "figures"]
    solve: Solve


def find_peers() -> None:
    """Let Python find the packages that are there for the benchmarks only."""
    if FOLDER.is_dir() and str(FOLDER) not in sys.path:
        sys.path.append(str(FOLDER))  # last, so that nothing in it takes the place of a pinned package


def contenders(task: Task) -> tuple[list[Contender], list[str]]:
    """Return every package's ways to solve a task, and a sentence for each package that is not there."""
    find_peers()
    found: list[Contender] = []
    missing: list[str] = []
    for name in ("skfolio", "pyportfolioopt", "riskfolio"):
        try:
            found += importlib.import_module(f"bench.engine_peers.{name}_peer").ways(task)
        except ImportError as gap:
            missing.append(f"{name} is left out: {gap}.")
    return found, missing
