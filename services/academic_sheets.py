"""Which sheets does a benchmark fill when it leaves as a file?"""

from __future__ import annotations

from services.exports_table import Column, Fact, Sheet
from services.formatting import moment
from services.messages.academic import ALGORITHM_NAMES, AcademicResult, AcademicView, ProblemName

PROBLEMS: dict[ProblemName, str] = {"all": "any number of holdings", "few": "few holdings"}
_MEAN, _VARIANCE = Column("mean_period_frac", "Mean of a period"), Column("variance_period", "Variance of a period")


def sheets_of(result: AcademicResult) -> list[Sheet]:
    """Return the portfolios of few holdings, the algorithms, their curves, the frontier, and published figures."""
    return [_few(result), _scores(result), _curves(result), _frontier(result), *_published(result)]


def words_of(view: AcademicView) -> list[tuple[str, Fact]]:
    """Return what the figures rest on."""
    result, options = view.result, view.options
    assert result is not None
    files = [("Instance", view.instance_name), ("SHA-256 of the instance", view.instance_sha256)]
    if view.reference_name and view.reference_sha256:
        files += [("Published frontier", view.reference_name), ("SHA-256 of it", view.reference_sha256)]
    found: list[tuple[str, Fact]] = [
        *files,
        ("Assets", result.assets_count),
        ("Corners of the exact frontier", result.corners_count),
        ("Holdings", options.holdings_count),
        ("Weight of a held asset", f"{options.min_frac:g} to {options.max_frac:g}"),
        ("Trade-offs", options.tradeoffs_count),
        ("Proof effort", options.proof_effort),
        ("Evaluations of each algorithm", options.evaluations_count),
        ("Seed", options.seed),
        ("Found", result.message),
        ("Finished (UTC)", moment(view.run.finished_at_utc)),
        ("Engine", view.run.engine_version or ""),
        ("Run", view.run.id),
    ]
    if result.deviation is not None:
        found.append(("Largest relative deviation in variance", f"{result.deviation.largest_frac:.3e}"))
    return found + [("Note", note) for note in result.notes]


def _few(result: AcademicResult) -> Sheet:
    columns = (
        Column("tradeoff", "Trade-off λ", "ratio"),
        _MEAN,
        _VARIANCE,
        Column("gap_frac", "Gap"),
        Column("nodes_count", "Relaxations", "count"),
        Column("deviation_percent", "Percentage error"),
        Column("held", "Assets held"),
        Column("weights_frac", "Weights"),
    )
    rows = [
        (
            one.tradeoff,
            one.mean_period_frac,
            one.variance_period,
            one.gap_frac,
            one.nodes_count,
            one.deviation_percent,
            " ".join(map(str, one.held)),
            " ".join(f"{weight:.10g}" for weight in one.weights_frac),
        )
        for one in result.few
    ]
    return Sheet("Few holdings", columns, rows)


def _scores(result: AcademicResult) -> Sheet:
    columns = (
        Column("algorithm", "Algorithm"),
        Column("problem", "Problem"),
        Column("points_count", "Points", "count"),
        Column("evaluations_count", "Evaluations", "count"),
        Column("hypervolume_frac", "Hypervolume, share of the exact"),
        Column("generational_distance", "GD"),
        Column("inverted_distance", "IGD"),
        Column("mean_error_percent", "Mean percentage error"),
        Column("median_error_percent", "Median percentage error"),
    )
    rows = [
        (
            ALGORITHM_NAMES[one.algorithm],
            PROBLEMS[one.problem],
            one.points_count,
            one.evaluations_count,
            one.hypervolume_frac,
            one.generational_distance,
            one.inverted_distance,
            one.mean_error_percent,
            one.median_error_percent,
        )
        for one in result.scores
    ]
    return Sheet("Algorithms", columns, rows)


def _curves(result: AcademicResult) -> Sheet:
    times = {(one.algorithm, one.problem): one.elapsed_ms for one in result.times}
    columns = (
        Column("algorithm", "Algorithm"),
        Column("problem", "Problem"),
        Column("evaluations_count", "Evaluations", "count"),
        Column("hypervolume_frac", "Hypervolume, share of the exact"),
        Column("elapsed_ms", "Time, ms"),
    )
    rows = [
        (ALGORITHM_NAMES[curve.algorithm], PROBLEMS[curve.problem], evaluations, share, elapsed)
        for curve in result.curves
        for evaluations, share, elapsed in zip(
            curve.evaluations_count,
            curve.hypervolume_frac,
            times[curve.algorithm, curve.problem],
            strict=True,
        )
    ]
    return Sheet("Hypervolume", columns, rows)


def _frontier(result: AcademicResult) -> Sheet:
    kinds = (("corner", result.corners), ("between corners", result.frontier), ("published", result.reference))
    rows = [(kind, one.mean_period_frac, one.variance_period) for kind, points in kinds for one in points]
    return Sheet("Frontier", (Column("kind", "Point"), _MEAN, _VARIANCE), rows)


def _published(result: AcademicResult) -> list[Sheet]:
    if not result.published:
        return []
    columns = (
        Column("method", "Method"),
        Column("mean_error_percent", "Mean percentage error"),
        Column("median_error_percent", "Median percentage error"),
        Column("variance_error_percent", "Variance of return error"),
        Column("mean_return_error_percent", "Mean return error"),
        Column("source", "Source"),
    )
    rows = [
        (
            one.method,
            one.mean_error_percent,
            one.median_error_percent,
            one.variance_error_percent,
            one.mean_return_error_percent,
            one.source,
        )
        for one in result.published
    ]
    return [Sheet("Literature", columns, rows)]
