"""Do benchmarks on published instances tell the truth?"""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from engine.academic.cardinality import few_holdings, spread_order
from engine.academic.evolution import evolve, project
from engine.academic.exact import deviation_of, exact_frontier
from engine.academic.instance import Instance, read_instance
from engine.academic.literature import KNOWN, known_instance
from engine.academic.measures import (
    cura,
    generational_distance,
    hypervolume_share,
    inverted_distance,
    percentage_deviations,
)
from engine.academic.reference import ReferenceFrontier, read_reference
from engine.academic.solve import benchmark
from engine.academic.spec import AcademicOptions
from engine.kernel.errors import Cancelled, InputRefused
from tests.engine.academic_worlds import instance


def moments(one: Instance, weights: np.ndarray) -> np.ndarray:
    return np.column_stack([weights @ one.means, np.einsum("ki,ij,kj->k", weights, one.covariance, weights)])


SMALL = AcademicOptions(holdings_count=3, tradeoffs_count=5, evaluations_count=1000)
EXAMPLES = Path(__file__).resolve().parents[2] / "data" / "reference" / "academic"


@pytest.mark.requirement("1.2.D4")
def test_the_example_frontier_which_another_solver_made_is_met() -> None:
    one = read_instance((EXAMPLES / "instance.txt").read_bytes())
    published = read_reference((EXAMPLES / "frontier.txt").read_bytes())
    found = deviation_of(published, exact_frontier(one))
    assert found is not None
    assert (found.points_count, found.outside_count) == (500, 0)
    assert found.largest_frac < 1e-6


@pytest.mark.requirement("1.2.D4")
def test_the_hang_seng_set_is_met_and_its_few_holdings_are_proven(shared_data: Path) -> None:
    one = read_instance((shared_data / "orlib" / "port1.txt").read_bytes(), "port1.txt")
    published = read_reference((shared_data / "orlib" / "portef1.txt").read_bytes())
    found = deviation_of(published, exact_frontier(one))
    assert found is not None
    assert found.largest_frac <= 1e-6
    assert (found.points_count, found.outside_count) == (2000, 0)
    answers = [step.answer for step in few_holdings(one, AcademicOptions())]
    assert max(answer.gap_frac for answer in answers) <= 1e-6
    weights = np.array([answer.weights for answer in answers])
    assert (np.count_nonzero(weights, axis=1) == 10).all()
    points = moments(one, weights)
    known = np.column_stack([published.means, published.variances])
    errors = percentage_deviations(points, known)
    assert np.nanmean(errors) == pytest.approx(1.0965, abs=5e-5)  # below the best published figure, 1.1217
    assert np.nanmedian(errors) == pytest.approx(1.2155, abs=5e-5)
    measured = cura(points, known)
    assert measured.variance_percent == pytest.approx(1.6400, abs=5e-5)
    assert measured.mean_percent == pytest.approx(0.6060, abs=5e-5)


def test_the_frontier_equals_a_solver_of_its_own_between_the_corners() -> None:
    import cvxpy as cp

    one = instance(8)
    exact = exact_frontier(one)
    assert exact.is_exact
    weights, scale = cp.Variable(8), 1e4
    for share in (0.13, 0.51, 0.87):
        mean = float(exact.means[0] + share * (exact.means[-1] - exact.means[0]))
        limits = [cp.sum(weights) == 1, weights >= 0, 1e3 * one.means @ weights >= 1e3 * mean]
        cp.Problem(cp.Minimize(cp.quad_form(weights, cp.psd_wrap(scale * one.covariance))), limits).solve(
            solver=cp.CLARABEL
        )
        least = float(weights.value @ one.covariance @ weights.value)
        assert exact.variance_at(np.array([mean]))[0] == pytest.approx(least, rel=1e-6)
    assert np.isnan(exact.variance_at(np.array([exact.means[-1] * 1.01]))[0])


def test_few_holdings_are_the_best_of_all_choices() -> None:
    from scipy.optimize import minimize

    one = instance(6, seed=5)
    options = AcademicOptions(holdings_count=2, min_frac=0.2, max_frac=0.7, tradeoffs_count=5)
    for step in few_holdings(one, options):
        tradeoff, found = step.answer.tradeoff, step.answer.weights
        assert found is not None
        assert np.count_nonzero(found) == 2
        assert found[found > 0].min() >= 0.3 - 1e-9  # the other one is at most 0.7

        def cost(weights: np.ndarray, tradeoff: float = tradeoff) -> float:
            return tradeoff * weights @ one.covariance @ weights - (1 - tradeoff) * one.means @ weights

        best = np.inf
        for pair in itertools.combinations(range(6), 2):
            a, b = pair

            def along(share: np.ndarray, a: int = a, b: int = b) -> float:
                weights = np.zeros(6)
                weights[a], weights[b] = share[0], 1 - share[0]
                return 1e4 * cost(weights)

            for begin in (0.3, 0.7):
                answer = minimize(along, [begin], bounds=[(0.3, 0.7)], tol=1e-14)
                best = min(best, answer.fun / 1e4)
        assert cost(found) <= best + 1e-9 * abs(best)
        assert step.answer.gap_frac <= 1e-6


def test_the_area_of_the_frontier_is_the_limit_of_ever_more_points() -> None:
    exact = exact_frontier(instance(8))
    shares = [hypervolume_share(exact.sampled(count), exact) for count in (10, 100, 1000, 10_000)]
    assert shares == sorted(shares)
    assert 1.0 - 1e-4 < shares[-1] < 1.0
    assert hypervolume_share(exact.sampled(100) * [1.0, 1.05], exact) < shares[1]


def test_measures_are_zero_on_the_frontier_and_known_beside_it() -> None:
    exact = exact_frontier(instance(8))
    fine = exact.sampled(2001)
    assert np.nanmax(percentage_deviations(fine[1:-1:7], fine)) < 1e-9
    assert generational_distance(fine[::100], fine, exact) == pytest.approx(0.0, abs=1e-12)
    assert inverted_distance(fine[::2000], fine, exact) > 0.1
    square = np.array([[0.01, 0.0001], [0.03, 0.0009]])  # deviations 1% and 3%, a straight line between
    point = np.array([[0.02, 0.0225**2]])
    assert percentage_deviations(point, square)[0] == pytest.approx(100 * 0.0025 / 0.0225)
    beyond = np.array([[0.04, 0.0016]])
    assert np.isnan(percentage_deviations(beyond, square)[0])
    measured = cura(np.array([[0.029, 0.0010]]), square)
    assert measured.distance == pytest.approx(np.hypot(0.001, 0.0001))
    assert measured.variance_percent == pytest.approx(10.0)
    assert measured.mean_percent == pytest.approx(100 / 29)


@pytest.mark.parametrize(("held", "low", "high"), [(9, 0.0, 1.0), (4, 0.05, 0.6), (1, 0.3, 1.0), (4, 0.25, 0.25)])
def test_genomes_become_the_nearest_portfolios(held: int, low: float, high: float) -> None:
    genomes = np.random.default_rng(1).uniform(0, 1, (50, 9))
    found = project(genomes, held, low, high)
    assert np.abs(found.sum(axis=1) - 1.0).max() < 1e-12
    kept = np.argsort(-genomes, axis=1)[:, :held]
    inside = np.take_along_axis(found, kept, axis=1)
    assert inside.min() >= low
    assert inside.max() <= high
    if held < 9:
        assert np.count_nonzero(found, axis=1).max() <= held
    other = project(np.random.default_rng(2).uniform(0, 1, (50, 9)) * 0 + found, held, low, high)
    assert np.abs(other - found).max() < 1e-12  # a portfolio stays where it is
    if held == 9:  # nearest: no feasible step goes closer
        towards = np.eye(9)[np.random.default_rng(3).integers(0, 9, 50)]
        slope = ((found - genomes) * (towards - found)).sum(axis=1)
        assert slope.min() > -1e-12


def test_the_order_of_trade_offs_spreads_over_the_whole() -> None:
    for count in (2, 3, 10, 51, 201):
        order = spread_order(count)
        assert sorted(order) == list(range(count))
        assert order[:2] == [0, count - 1]
    assert spread_order(9) == [0, 8, 4, 2, 6, 1, 3, 5, 7]


@pytest.mark.requirement("1.2.D4")
def test_a_benchmark_tells_all_and_replays_bit_for_bit() -> None:
    stages: list[float] = []
    first = benchmark(instance(8), options=SMALL, on_progress=lambda _stage, share: stages.append(share))
    again = benchmark(instance(8), options=SMALL)
    volatile = {"times", "elapsed_ms"}
    assert first.model_dump(exclude=volatile) == again.model_dump(exclude=volatile)
    assert stages == sorted(stages)
    assert 0.9 < stages[-1] <= 1.0 + 1e-12
    assert len(first.few) == first.few_summary.proven_count == 5
    assert [one.tradeoff for one in first.few] == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert (first.reference_name, first.deviation, first.published) == (None, None, ())
    scores = {(one.algorithm, one.problem): one for one in first.scores}
    assert len(scores) == 6
    exact = scores["exact", "all"]
    assert exact.hypervolume_frac > 0.999
    assert exact.mean_error_percent == pytest.approx(0.0, abs=1e-9)
    for name in ("nsga2", "nsga3"):
        assert scores[name, "all"].hypervolume_frac < exact.hypervolume_frac
        assert scores[name, "all"].evaluations_count > 900
        assert max(scores[name, problem].evaluations_count for problem in ("all", "few")) <= 1000
        assert scores[name, "few"].hypervolume_frac < 1.0
    for curve, times in zip(first.curves, first.times, strict=True):
        assert (curve.algorithm, curve.problem) == (times.algorithm, times.problem)
        assert len(curve.evaluations_count) == len(curve.hypervolume_frac) == len(times.elapsed_ms)
        assert list(times.elapsed_ms) == sorted(times.elapsed_ms)
        assert list(curve.evaluations_count) == sorted(curve.evaluations_count)


def test_a_published_frontier_of_another_instance_is_told() -> None:
    far = ReferenceFrontier("far", np.array([0.5, 0.6]), np.array([0.01, 0.02]))
    told = benchmark(instance(4), far, SMALL)
    assert told.deviation is None
    assert "another instance" in " ".join(told.notes)
    exact = exact_frontier(instance(4))
    partly = ReferenceFrontier("partly", np.array([exact.means[0], 0.6]), np.array([exact.variances[0], 0.02]))
    found = deviation_of(partly, exact)
    assert found is not None
    assert (found.points_count, found.outside_count) == (1, 1)
    assert found.largest_frac == pytest.approx(0.0, abs=1e-12)


def test_another_seed_draws_other_portfolios() -> None:
    one = instance(4)
    exact = exact_frontier(one)
    drawn = [
        next(evolve(one, exact, "nsga2", options, is_counted=False, on_share=lambda _share: None)).points
        for options in (SMALL, SMALL, SMALL.model_copy(update={"seed": 8}))
    ]
    assert np.array_equal(drawn[0], drawn[1])
    assert not np.array_equal(drawn[0], drawn[2])


def test_one_efficient_portfolio_is_no_frontier_but_an_outcome() -> None:
    same = Instance("same", np.full(4, 0.002), np.array([0.02, 0.03, 0.025, 0.04]), np.eye(4))
    told = benchmark(same, options=SMALL)
    assert (told.corners_count, told.curves, told.scores, told.frontier) == (1, (), (), ())
    assert "no frontier to compare" in told.notes[0]
    assert len(told.few) == 5
    twins = Instance(
        "twins", np.array([0.001, 0.001, 0.002]), np.full(3, 0.02), np.ones((3, 3)) * 0.999 + 0.001 * np.eye(3)
    )
    assert benchmark(twins, options=SMALL.model_copy(update={"holdings_count": 2})).few_summary.answered_count == 5


def test_more_holdings_than_assets_are_refused_and_a_wish_to_stop_is_heard() -> None:
    with pytest.raises(InputRefused, match="only 4"):
        benchmark(instance(4), options=AcademicOptions(holdings_count=5))

    def stop(_stage: str, share: float) -> None:
        if share > 0.5:
            raise Cancelled("enough")

    with pytest.raises(Cancelled, match="enough"):
        benchmark(instance(4), options=SMALL, on_progress=stop)


def test_published_figures_stand_only_beside_the_same_instance_and_limits() -> None:
    assert known_instance("PORT5", 225) is KNOWN["port5"]
    assert known_instance("port1", 30) is None
    assert known_instance("mine", 31) is None
    assert AcademicOptions().is_that_of_the_literature
    assert not AcademicOptions(holdings_count=9).is_that_of_the_literature
    for known in KNOWN.values():
        assert [one.method for one in known.published] == [
            "Tabu search", "Genetic algorithm", "Particle swarm", "Modified firefly",
        ]  # fmt: skip
        assert all(one.source for one in known.published)
