"""How do exact frontier, search for few holdings and evolutionary algorithms compare on a published instance?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter

import numpy as np

from engine.academic.cardinality import FewHoldings, few_holdings
from engine.academic.evolution import Evolutionary, evolve
from engine.academic.exact import Deviation, ExactFrontier, deviation_of, exact_frontier, warm
from engine.academic.instance import Instance
from engine.academic.literature import KnownInstance, known_instance
from engine.academic.measures import (
    cura,
    generational_distance,
    hypervolume_share,
    inverted_distance,
    percentage_deviations,
)
from engine.academic.reference import ReferenceFrontier
from engine.academic.result import (
    AcademicPoint,
    AcademicResult,
    AlgorithmCurve,
    AlgorithmName,
    AlgorithmScore,
    CurveTimes,
    FewHoldingsPoint,
    FewHoldingsSummary,
    FrontierDeviation,
    ProblemName,
    PublishedScore,
)
from engine.academic.spec import AcademicOptions
from engine.kernel.forms import Matrix
from engine.kernel.status import SolveStatus
from engine.kernel.units import plural

DRAWN_COUNT = 161
MEASURED_COUNT = 2_000  # points of the exact frontier that stand in for a published file
DISTANCES_COUNT = 500
EXACT_COUNTS = (5, 10, 20, 50, 100, 200, 500, 1000, 2000)
PROVEN_GAP_FRAC = 1e-6
SHARES = {"exact": 0.02, "few": 0.34, "nsga2": 0.16, "nsga3": 0.16}
NAMES: dict[Evolutionary, str] = {"nsga2": "NSGA-II", "nsga3": "NSGA-III"}

Progress = Callable[[str, float], None]


def benchmark(
    instance: Instance,
    reference: ReferenceFrontier | None = None,
    options: AcademicOptions | None = None,
    on_progress: Progress | None = None,
) -> AcademicResult:
    """Return how the engine and evolutionary algorithms do on an instance.

    Parameters
    ----------
    instance
        From `read_instance`.
    reference
        From `read_reference`; without it 2,000 points of the exact frontier stand in for the published ones in the
        measures that need points.
    options
        Limits and effort; those of the literature when None.
    on_progress
        Called with a stage and the share done; raise `Cancelled` from it to stop.

    Returns
    -------
    AcademicResult
        The same request gives the same result but for `times` and `elapsed_ms`.

    Raises
    ------
    InputRefused
        When more assets must be held than the instance has.

    """
    work = _Work(instance, reference, options or AcademicOptions(), on_progress or (lambda _stage, _share: None))
    return work.done()


@dataclass(eq=False)
class _Work:
    """The steps of one benchmark, and what they have found so far."""

    instance: Instance
    reference: ReferenceFrontier | None
    options: AcademicOptions
    on_progress: Progress
    done_frac: float = 0.0
    curves: list[AlgorithmCurve] = field(default_factory=list)
    times: list[CurveTimes] = field(default_factory=list)
    scores: list[AlgorithmScore] = field(default_factory=list)
    elapsed_ms: dict[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def done(self) -> AcademicResult:
        began = perf_counter()
        self.on_progress("Exact frontier", 0.0)
        warm()
        self.exact = self._exact()
        self.done_frac += SHARES["exact"]
        if self.reference is None:
            self.known = self.exact.sampled(MEASURED_COUNT)
        else:
            self.known = np.column_stack([self.reference.means, self.reference.variances])
        answers = self._few()
        few = self._told(answers)
        if self.exact.is_single:
            self.notes.append("One portfolio alone is efficient, so there is no frontier to compare algorithms on.")
        else:
            self._score_exact()
            self._score_few(answers)
            for algorithm in NAMES:
                for problem in ("all", "few"):
                    self._evolve(algorithm, problem)
        self.elapsed_ms["total"] = 1000.0 * (perf_counter() - began)
        return self._result(few)

    def _exact(self) -> ExactFrontier:
        began = perf_counter()
        found = exact_frontier(self.instance)
        self.elapsed_ms["exact"] = 1000.0 * (perf_counter() - began)
        if not found.is_exact:
            self.notes.append("The corners of the frontier were not found; its points were solved for one by one.")
        return found

    def _few(self) -> list[FewHoldings]:
        """Answer every trade-off, and note how the hypervolume grows on the way."""
        answers: list[FewHoldings] = []
        counts, times = [], []
        label = f"Portfolios of {plural(self.options.holdings_count, 'holding')}"
        share, begun = SHARES["few"], self.done_frac
        self.on_progress(label, begun)
        for step in few_holdings(self.instance, self.options, lambda _count: self.on_progress(label, self.done_frac)):
            answers.append(step.answer)
            counts.append(sum(one.nodes_count for one in answers))
            times.append(step.elapsed_ms)
            self.done_frac = begun + share * len(answers) / self.options.tradeoffs_count
            self.on_progress(label, self.done_frac)
        self.few_counts, self.few_times = counts, times
        self.elapsed_ms["few"] = times[-1]
        missing = sum(one.weights is None for one in answers)
        if missing:
            self.notes.append(f"At {plural(missing, 'trade-off')} the search ended without a portfolio.")
        return answers

    def _told(self, answers: list[FewHoldings]) -> tuple[FewHoldingsPoint, ...]:
        """Return the answers by rising trade-off, each with its percentage error."""
        found = sorted((one for one in answers if one.weights is not None), key=lambda one: one.tradeoff)
        if not found:
            return ()
        points = self._points(found)
        errors = percentage_deviations(points, self.known)
        told = []
        for one, (mean, variance), error in zip(found, points, errors, strict=True):
            assert one.weights is not None
            held = np.flatnonzero(one.weights)
            told.append(
                FewHoldingsPoint(
                    tradeoff=one.tradeoff,
                    mean_period_frac=float(mean),
                    variance_period=float(variance),
                    gap_frac=one.gap_frac,
                    nodes_count=one.nodes_count,
                    deviation_percent=float(error) if np.isfinite(error) else None,
                    held=tuple((held + 1).tolist()),
                    weights_frac=tuple(np.round(one.weights[held], 10).tolist()),
                )
            )
        return tuple(told)

    def _points(self, answers: list[FewHoldings]) -> Matrix:
        weights = np.array([one.weights for one in answers if one.weights is not None])
        return _moments(self.instance, weights)

    def _score_exact(self) -> None:
        """Note how the hypervolume grows with the number of points taken from the exact frontier."""
        shares, times, elapsed = [], [], self.elapsed_ms["exact"]
        for count in EXACT_COUNTS:
            began = perf_counter()
            points = self.exact.sampled(count)
            elapsed += 1000.0 * (perf_counter() - began)
            times.append(elapsed)
            shares.append(hypervolume_share(points, self.exact))
        self._keep("exact", "all", list(EXACT_COUNTS), shares, times, points)

    def _score_few(self, answers: list[FewHoldings]) -> None:
        counts, shares, times = [], [], []
        for at in range(len(answers)):
            if any(one.weights is not None for one in answers[: at + 1]):
                counts.append(self.few_counts[at])
                times.append(self.few_times[at])
                shares.append(hypervolume_share(self._points(answers[: at + 1]), self.exact))
        if counts:
            self._keep("search", "few", counts, shares, times, self._points(answers))

    def _evolve(self, algorithm: Evolutionary, problem: ProblemName) -> None:
        label = NAMES[algorithm] + (" with few holdings" if problem == "few" else "")
        begun, share = self.done_frac, SHARES[algorithm]
        counts, shares, times, points = [], [], [], np.empty((0, 2))
        for look in evolve(
            self.instance,
            self.exact,
            algorithm,
            self.options,
            is_counted=problem == "few",
            on_share=lambda part: self.on_progress(label, min(1.0, begun + share * part)),
        ):
            counts.append(look.evaluations_count)
            times.append(look.elapsed_ms)
            shares.append(hypervolume_share(look.points, self.exact))
            points = look.points
        self.done_frac = begun + share
        self._keep(algorithm, problem, counts, shares, times, points)

    def _keep(
        self,
        algorithm: AlgorithmName,
        problem: ProblemName,
        counts: list[int],
        shares: list[float],
        times: list[float],
        points: Matrix,
    ) -> None:
        """Keep an algorithm's curve and what its last points are worth."""
        self.curves.append(
            AlgorithmCurve(
                algorithm=algorithm,
                problem=problem,
                evaluations_count=tuple(counts),
                hypervolume_frac=tuple(shares),
            )
        )
        self.times.append(CurveTimes(algorithm=algorithm, problem=problem, elapsed_ms=tuple(times)))
        errors = percentage_deviations(points, self.known)
        errors = errors[np.isfinite(errors)]
        even = self.exact.sampled(DISTANCES_COUNT)
        shown = points[np.argsort(points[:, 0])] if len(points) <= DRAWN_COUNT else np.empty((0, 2))
        self.scores.append(
            AlgorithmScore(
                algorithm=algorithm,
                problem=problem,
                points_count=len(points),
                evaluations_count=counts[-1],
                hypervolume_frac=shares[-1],
                generational_distance=generational_distance(points, even, self.exact),
                inverted_distance=inverted_distance(points, even, self.exact),
                mean_error_percent=float(errors.mean()) if len(errors) else None,
                median_error_percent=float(np.median(errors)) if len(errors) else None,
                points=_shown(shown),
            )
        )

    def _result(self, few: tuple[FewHoldingsPoint, ...]) -> AcademicResult:
        exact, reference = self.exact, self.reference
        deviation = deviation_of(reference, exact) if reference is not None else None
        if reference is not None and deviation is None:
            self.notes.append("No mean of the published frontier can be reached: it is one of another instance.")
        elif deviation is not None and deviation.outside_count:
            self.notes.append(
                f"{plural(deviation.outside_count, 'point')} of the published frontier have a mean that no portfolio "
                "reaches; they are left out. The file may be one of another instance."
            )
        known = known_instance(self.instance.name, self.instance.count)
        summary = self._summary(few)
        is_open = summary.answered_count < summary.tradeoffs_count or summary.proven_count < summary.answered_count
        return AcademicResult(
            status=SolveStatus.NEAR_OPTIMAL if is_open or not exact.is_exact else SolveStatus.OPTIMAL,
            message=_message(exact, deviation, summary),
            notes=tuple(self.notes),
            name=self.instance.name,
            market=known.market if known is not None else None,
            assets_count=self.instance.count,
            corners_count=exact.count,
            is_exact=exact.is_exact,
            reference_name=reference.name if reference is not None else None,
            reference_points_count=reference.count if reference is not None else 0,
            deviation=_told_deviation(deviation),
            frontier=_shown(exact.sampled(DRAWN_COUNT)) if not exact.is_single else (),
            corners=_shown(np.column_stack([exact.means, exact.variances])),
            reference=_shown(_thinned(self.known)) if reference is not None else (),
            few=few,
            few_summary=summary,
            curves=tuple(self.curves),
            scores=tuple(self.scores),
            published=_published(known, self.options),
            evaluations_count=self.options.evaluations_count,
            seed=self.options.seed,
            times=tuple(self.times),
            elapsed_ms=self.elapsed_ms,
        )

    def _summary(self, few: tuple[FewHoldingsPoint, ...]) -> FewHoldingsSummary:
        points = np.array([(one.mean_period_frac, one.variance_period) for one in few])
        errors = [one.deviation_percent for one in few if one.deviation_percent is not None]
        measured = cura(points, self.known) if few else None
        options = self.options
        return FewHoldingsSummary(
            holdings_count=options.holdings_count,
            min_frac=options.min_frac,
            max_frac=options.max_frac,
            tradeoffs_count=options.tradeoffs_count,
            answered_count=len(few),
            proven_count=sum(one.gap_frac <= PROVEN_GAP_FRAC for one in few),
            largest_gap_frac=max((one.gap_frac for one in few), default=None),
            mean_error_percent=float(np.mean(errors)) if errors else None,
            median_error_percent=float(np.median(errors)) if errors else None,
            distance=measured.distance if measured else None,
            variance_error_percent=measured.variance_percent if measured else None,
            mean_return_error_percent=measured.mean_percent
            if measured and np.isfinite(measured.mean_percent)
            else None,
        )


def _moments(instance: Instance, weights: Matrix) -> Matrix:
    """Return mean and variance of portfolios, shape (q, 2)."""
    return np.column_stack([weights @ instance.means, np.einsum("ki,ki->k", weights @ instance.covariance, weights)])


def _shown(points: Matrix) -> tuple[AcademicPoint, ...]:
    return tuple(AcademicPoint(mean_period_frac=float(mean), variance_period=float(var)) for mean, var in points)


def _thinned(points: Matrix) -> Matrix:
    """Return at most `DRAWN_COUNT` points, evenly chosen, both ends among them."""
    places = np.unique(np.linspace(0, len(points) - 1, min(len(points), DRAWN_COUNT)).astype(int))
    return np.asarray(points[places])


def _told_deviation(found: Deviation | None) -> FrontierDeviation | None:
    if found is None:
        return None
    return FrontierDeviation(
        points_count=found.points_count,
        largest_frac=found.largest_frac,
        median_frac=found.median_frac,
        at_mean_period_frac=found.at_mean,
        outside_count=found.outside_count,
    )


def _published(known: KnownInstance | None, options: AcademicOptions) -> tuple[PublishedScore, ...]:
    """Return what the literature has on the instance; nothing where other limits were asked for."""
    if known is None or not options.is_that_of_the_literature:
        return ()
    return tuple(
        PublishedScore(
            method=one.method,
            source=one.source,
            mean_error_percent=one.mean_error,
            median_error_percent=one.median_error,
            variance_error_percent=one.variance_error,
            mean_return_error_percent=one.mean_return_error,
        )
        for one in known.published
    )


def _message(exact: ExactFrontier, deviation: Deviation | None, summary: FewHoldingsSummary) -> str:
    """Return in one sentence how the benchmark went."""
    words = "The exact frontier has " + plural(exact.count, "corner")
    if deviation is not None:
        words += f" and meets the published one to {deviation.largest_frac:.1e} of the variance"
    return (
        f"{words}; {summary.proven_count} of {summary.tradeoffs_count} portfolios of "
        f"{plural(summary.holdings_count, 'holding')} are proven the best."
    )
