"""What does a benchmark on an instance answer?

Means and variances are those of the file's period, as fractions, and not annual. Percentages of the literature keep its
scale: 1.09 is 1.09%.
"""

from __future__ import annotations

from typing import Literal

from engine.kernel.frozen import FrozenResult
from engine.kernel.status import SolveStatus

AlgorithmName = Literal["exact", "search", "nsga2", "nsga3"]
ProblemName = Literal["all", "few"]


class AcademicPoint(FrozenResult):
    """One portfolio on the plane of mean and variance."""

    mean_period_frac: float
    variance_period: float


class FrontierDeviation(FrozenResult):
    """How far the published frontier is from the exact one: |variance - exact| / exact at the file's own means.

    `outside_count` points of the file have a mean that no portfolio of the instance reaches; they are left out.
    """

    points_count: int
    largest_frac: float
    median_frac: float
    at_mean_period_frac: float
    outside_count: int


class FewHoldingsPoint(FrozenResult):
    """The best portfolio found of exactly K holdings at one trade-off.

    Attributes
    ----------
    tradeoff
        λ: 0 where the mean alone counts, 1 where the variance alone counts.
    gap_frac
        By how much the objective might still be better, as a share of it.
    deviation_percent
        Percentage error of Chang and others; None where the point lies beyond the frontier in both directions.
    held, weights_frac
        Places of the assets held, from 1, and their weights.

    """

    tradeoff: float
    mean_period_frac: float
    variance_period: float
    gap_frac: float
    nodes_count: int
    deviation_percent: float | None
    held: tuple[int, ...]
    weights_frac: tuple[float, ...]


class AlgorithmCurve(FrozenResult):
    """How much of the exact frontier's hypervolume an algorithm had reached after so many evaluations.

    An evaluation is one portfolio for the evolutionary algorithms, one point of the frontier for ``exact``, and one
    relaxation solved for ``search``. The times at these places stand in the result's `times`.
    """

    algorithm: AlgorithmName
    problem: ProblemName
    evaluations_count: tuple[int, ...]
    hypervolume_frac: tuple[float, ...]


class AlgorithmScore(FrozenResult):
    """What an algorithm reached in the end; `few` is measured against the frontier of all portfolios, as is usual.

    Attributes
    ----------
    hypervolume_frac
        Share of the exact frontier's hypervolume.
    generational_distance, inverted_distance
        GD and IGD on axes normalized to the frontier's range.
    mean_error_percent, median_error_percent
        Percentage errors of Chang and others; None where no point can be measured.

    """

    algorithm: AlgorithmName
    problem: ProblemName
    points_count: int
    evaluations_count: int
    hypervolume_frac: float
    generational_distance: float
    inverted_distance: float
    mean_error_percent: float | None
    median_error_percent: float | None
    points: tuple[AcademicPoint, ...]


class PublishedScore(FrozenResult):
    """Figures from the literature, in percent, for the same instance and the same limits; None where it has none."""

    method: str
    source: str
    mean_error_percent: float | None
    median_error_percent: float | None
    variance_error_percent: float | None
    mean_return_error_percent: float | None


class CurveTimes(FrozenResult):
    """Wall time at each place of an algorithm's curve, in milliseconds; the only part that differs from run to run."""

    algorithm: AlgorithmName
    problem: ProblemName
    elapsed_ms: tuple[float, ...]


class FewHoldingsSummary(FrozenResult):
    """All trade-offs together: the gaps, and the literature's measures.

    `proven_count` trade-offs have a gap of at most 1e-6. `distance`, `variance_error_percent` and
    `mean_return_error_percent` are the three measures of Cura (2009); the last is None where a mean is 0.
    """

    holdings_count: int
    min_frac: float
    max_frac: float
    tradeoffs_count: int
    answered_count: int
    proven_count: int
    largest_gap_frac: float | None
    mean_error_percent: float | None
    median_error_percent: float | None
    distance: float | None
    variance_error_percent: float | None
    mean_return_error_percent: float | None


class AcademicResult(FrozenResult):
    """A benchmark on one instance.

    `frontier` are points of the exact frontier for drawing, evenly spaced in the mean; `reference` some of the
    published ones. Where one portfolio alone is efficient, there is nothing to compare and `curves` and `scores` are
    empty.
    """

    schema_version: Literal[1] = 1
    status: SolveStatus
    message: str
    notes: tuple[str, ...] = ()
    name: str
    market: str | None = None
    assets_count: int
    corners_count: int
    is_exact: bool
    reference_name: str | None = None
    reference_points_count: int = 0
    deviation: FrontierDeviation | None = None
    frontier: tuple[AcademicPoint, ...] = ()
    corners: tuple[AcademicPoint, ...] = ()
    reference: tuple[AcademicPoint, ...] = ()
    few: tuple[FewHoldingsPoint, ...] = ()
    few_summary: FewHoldingsSummary
    curves: tuple[AlgorithmCurve, ...] = ()
    scores: tuple[AlgorithmScore, ...] = ()
    published: tuple[PublishedScore, ...] = ()
    evaluations_count: int
    seed: int
    times: tuple[CurveTimes, ...] = ()
    elapsed_ms: dict[str, float]
