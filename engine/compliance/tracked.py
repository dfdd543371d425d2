"""How near can a portfolio be kept to a benchmark of which only the returns are known?

A regression splits the benchmark's returns into what the assets follow and a rest that none of them does. The squared
tracking error is then the squared distance from the part that is followed plus the rest's variance (on the sample of
the regression exactly, since the rest moves with no asset), so that a limit on it is a ceiling on that distance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import ConfigDict, Field

from engine.compliance.bounds import Vector
from engine.constraints import Constraint
from engine.kernel.forms import LimitParts, RiskLimit, Universe
from engine.kernel.frames import ReturnsPanel
from engine.kernel.units import percent

DAYS_MAX_COUNT = 500
DAYS_SPARE_COUNT = 60
PERIODS_A_YEAR = 252


@dataclass(frozen=True, eq=False)
class BenchmarkReturns:
    """The daily returns of a benchmark.

    Parameters
    ----------
    dates
        Shape (t,), datetime64[D], rising: the days on which the returns end.
    returns_frac
        Shape (t,), simple; NaN where not known.

    """

    dates: np.ndarray
    returns_frac: Vector


@dataclass(frozen=True, eq=False)
class Tracked:
    """What the assets follow of a benchmark.

    Parameters
    ----------
    center_frac
        Shape (n,), the weights that follow it best; they need not add up to one.
    rest_annual_frac
        Volatility of the rest, which is the least tracking error of any weights.

    """

    center_frac: Vector
    rest_annual_frac: float

    def ceiling(self, max_annual_frac: float) -> TrackedCeiling | None:
        """Return the limit that keeps the tracking error at most so large; None where no weights do."""
        room = max_annual_frac**2 - self.rest_annual_frac**2
        return None if room <= 0.0 else TrackedCeiling(distance_annual_frac=float(np.sqrt(room)), tracked=self)


class TrackedCeiling(Constraint):
    """√((w - b)ᵀ Σ (w - b)) ≤ distance_annual_frac around the weights b that follow the benchmark best, annual.

    It is made from a rule in force and stands in no request.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)
    label: ClassVar[str] = "Distance from what follows the benchmark"
    kind: Literal["tracked_ceiling"] = "tracked_ceiling"
    distance_annual_frac: float
    tracked: Any = Field(exclude=True, repr=False)

    def explain(self) -> str:
        """Return one sentence that says what the limit demands."""
        return (
            f"The portfolio strays by at most {percent(self.distance_annual_frac)} a year from the weights that "
            "follow the benchmark's returns best."
        )

    def compile(self, universe: Universe) -> LimitParts:
        """Return one risk limit around those weights."""
        center = self.tracked.center_frac
        return LimitParts(
            risks=(RiskLimit(self.label, "tracked_ceiling", "portfolio", center, self.distance_annual_frac),)
        )


def tracked_of(
    benchmark: BenchmarkReturns | None, assets: tuple[str, ...], data: Mapping[str, Any], as_of: Any = None
) -> Tracked | None:
    """Return what the assets follow of a benchmark, by the last 500 days that both have.

    Parameters
    ----------
    benchmark
        None where it is not known.
    assets
        In the order of the weights.
    data
        What the run rests on; its `panel` of daily returns is used.
    as_of
        The last day that may be used, a date; None for no end.

    Returns
    -------
    Tracked or None
        None where benchmark or panel are not there, or have fewer common days than assets and sixty more. A day counts
        where both returns reach from the same day before.

    """
    panel = data.get("panel")
    if benchmark is None or panel is None:
        return None
    whole = panel if isinstance(panel, ReturnsPanel) else ReturnsPanel.from_frame(panel)
    table = whole.select(assets)
    spans = {
        (before, day): place
        for place, (before, day) in enumerate(zip(benchmark.dates[:-1], benchmark.dates[1:], strict=True), 1)
        if np.isfinite(benchmark.returns_frac[place]) and (as_of is None or day <= np.datetime64(as_of, "D"))
    }
    pairs = [
        (row, spans[span])
        for row, span in enumerate(zip(table.dates[:-1], table.dates[1:], strict=True), 1)
        if span in spans
    ][-DAYS_MAX_COUNT:]
    if len(pairs) < len(assets) + DAYS_SPARE_COUNT:
        return None
    rows, places = (list(side) for side in zip(*pairs, strict=True))
    returns, followed = table.returns_frac[rows], benchmark.returns_frac[places]
    returns, followed = returns - returns.mean(axis=0), followed - followed.mean()
    center = np.linalg.lstsq(returns, followed, rcond=None)[0]
    rest = float(np.sqrt(np.sum((followed - returns @ center) ** 2) / (len(rows) - 1) * PERIODS_A_YEAR))
    return Tracked(center, rest)
