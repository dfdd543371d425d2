"""Are expected returns what their definitions say, and sound whatever the history?"""

from __future__ import annotations

import numpy as np
import pytest

from engine.estimators import ESTIMATORS, EstimationData, ReturnsEstimator
from engine.estimators.bayes_stein import BayesStein
from engine.estimators.black_litterman import BlackLitterman
from engine.estimators.capm import Capm
from engine.estimators.ewma_mean import EwmaMean
from engine.estimators.given_returns import GivenReturns
from engine.estimators.historical_mean import HistoricalMean
from engine.estimators.james_stein import JamesStein
from engine.estimators.market_implied import MarketImplied
from engine.kernel.errors import InputRefused

RISK_FREE = 0.02


def data_of(table, **more) -> EstimationData:
    table = np.asarray(table, dtype=float)
    count = table.shape[1]
    known = {"covariance": np.cov(table.T).reshape(count, count), "market_weights_frac": np.full(count, 2.0)} | more
    return EstimationData(
        tuple(f"A{i}" for i in range(count)), table, 252, RISK_FREE / 252, RISK_FREE, **known
    )  # fmt: skip


def history(case="ordinary"):
    rng = np.random.default_rng(11)
    shape = {"fewer days than assets": (12, 30), "one asset": (300, 1), "two observations": (2, 5)}.get(case, (300, 6))
    table = rng.normal(0.0005, 0.01, shape) + rng.normal(0.0003, 0.005, (shape[0], 1))
    if case == "a constant asset":
        table[:, 2] = 0.0001
    if case == "a duplicate asset":
        table[:, 3] = table[:, 1]
    return table


CASES = ("ordinary", "fewer days than assets", "one asset", "two observations", "a constant asset", "a duplicate asset")
MEMBERS = (
    HistoricalMean(), EwmaMean(), JamesStein(), BayesStein(), Capm(), MarketImplied(), BlackLitterman(),
    BlackLitterman(views=({"asset": "A0", "return_annual_frac": 0.1},), uses_posterior_covariance=True),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("member", MEMBERS, ids=lambda one: one.kind)
def test_expected_returns_are_finite_whatever_the_history(member, case):
    table = history(case)
    made = member.estimate(data_of(table))
    assert isinstance(member, ReturnsEstimator)
    assert made.returns_frac.shape == (table.shape[1],)
    assert np.isfinite(made.returns_frac).all()
    if made.covariance is not None:
        assert np.linalg.eigvalsh(made.covariance)[0] >= -1e-13 * np.trace(made.covariance)


@pytest.mark.parametrize("order", ["C", "F"])
def test_the_historical_mean_is_the_arithmetic_mean(panel, order):
    table = np.array(panel.tail(700).returns_frac, order=order)
    np.testing.assert_allclose(HistoricalMean().estimate(data_of(table)).returns_frac, table.mean(axis=0), rtol=1e-12)


def test_exponential_weights_that_hardly_decay_give_the_historical_mean_and_weigh_by_half_life(panel):
    table = panel.tail(300).returns_frac
    slow = EwmaMean(half_life_days=5000.0).estimate(data_of(table)).returns_frac
    np.testing.assert_allclose(slow, table.mean(axis=0), atol=2e-5)
    two = EstimationData(("A0",), np.array([[1.0], [0.0]]))
    assert EwmaMean(half_life_days=1.0).estimate(two).returns_frac[0] == pytest.approx(1.0 / 3.0)


def test_james_stein_is_the_closed_form_and_skfolios():
    from skfolio.moments import ShrunkMu, ShrunkMuMethods

    rng = np.random.default_rng(2)
    table = rng.normal(0.0, 0.01, (250, 10)) + rng.normal(0.0, 0.003, 10)
    made = JamesStein().estimate(data_of(table))
    np.testing.assert_allclose(
        made.returns_frac, ShrunkMu(method=ShrunkMuMethods.JAMES_STEIN).fit(table).mu_, rtol=1e-9
    )
    values, mean = np.linalg.eigvalsh(np.cov(table.T)), table.mean(axis=0)
    share = (values.sum() - 2 * values.max()) / (250 * ((mean - mean.mean()) ** 2).sum())
    assert 0 < share < 1
    np.testing.assert_allclose(made.returns_frac, mean - share * (mean - mean.mean()), rtol=1e-10)
    assert f"{100 * share:.1f}%" in made.notes[0]


def test_james_stein_never_overshoots_and_says_when_it_does_nothing():
    rng = np.random.default_rng(5)
    noise = rng.normal(0.0, 0.05, (30, 10))
    made = JamesStein().estimate(data_of(noise)).returns_frac
    assert np.ptp(made) <= np.ptp(noise.mean(axis=0))
    assert ((made - made.mean()) * (noise.mean(axis=0) - noise.mean()) >= -1e-18).all()
    two = JamesStein().estimate(data_of(noise[:, :2]))
    np.testing.assert_array_equal(two.returns_frac, data_of(noise[:, :2]).mean_frac)
    assert "shrinks nothing" in two.notes[0]


def test_james_stein_errs_less_than_the_mean_where_it_must():
    rng = np.random.default_rng(8)
    truth = rng.normal(0.0, 0.001, 12)
    errors = []
    for _ in range(200):
        data = data_of(truth + rng.normal(0.0, 0.01, (100, 12)))
        shrunk = JamesStein().estimate(data).returns_frac
        errors.append([((shrunk - truth) ** 2).sum(), ((data.mean_frac - truth) ** 2).sum()])
    ours, plain = np.mean(errors, axis=0)
    assert ours < 0.95 * plain


def test_bayes_stein_is_jorions_formula():
    table = history()
    count, width = table.shape
    made = BayesStein().estimate(data_of(table))
    precision = np.linalg.inv(np.cov(table.T) * (count - 1) / (count - width - 2))
    mean, ones = table.mean(axis=0), np.ones(width)
    least = ones @ precision @ mean / (ones @ precision @ ones)
    apart = mean - least
    share = (width + 2) / (width + 2 + count * apart @ precision @ apart)
    np.testing.assert_allclose(made.returns_frac, (1 - share) * mean + share * least, rtol=1e-10)
    assert f"{100 * share:.1f}".rstrip("0").rstrip(".") + "%" in made.notes[0]


@pytest.mark.parametrize(
    ("case", "words"),
    [("fewer days than assets", "12 days are too few for 30 assets"), ("a duplicate asset", "is singular")],
)
def test_bayes_stein_says_when_the_ledoit_wolf_covariance_stands_in(case, words):
    assert words in BayesStein().estimate(data_of(history(case))).notes[0]


def test_market_implied_returns_make_the_market_the_best_portfolio():
    data = data_of(history(), market_weights_frac=np.array([5.0, 3.0, 1.0, 1.0, 0.0, 2.0]))
    market = data.market_weights_frac / 12.0
    for member in (MarketImplied(risk_aversion=3.0), MarketImplied(market_sharpe_annual=0.4), MarketImplied()):
        excess = member.estimate(data).returns_frac * 252 - RISK_FREE
        best = np.linalg.solve(data.covariance, excess)
        np.testing.assert_allclose(best / best.sum(), market, atol=1e-10)
    given = MarketImplied(risk_aversion=3.0).estimate(data).returns_frac * 252 - RISK_FREE
    np.testing.assert_allclose(given, 3.0 * 252 * data.covariance @ market, rtol=1e-10)
    half = MarketImplied(market_sharpe_annual=0.4).estimate(data).returns_frac * 252 - RISK_FREE
    assert market @ half / np.sqrt(252 * market @ data.covariance @ market) == pytest.approx(0.4)
    own = MarketImplied().estimate(data).returns_frac * 252 - RISK_FREE
    assert market @ own == pytest.approx((data.returns_frac @ market).mean() * 252 - RISK_FREE, rel=1e-9)


def test_a_market_that_lost_money_gives_the_usual_risk_aversion_and_says_so():
    made = MarketImplied().estimate(data_of(history() - 0.01))
    assert "the usual 2.5 is used" in made.notes[0]
    assert made.notes == MarketImplied().estimate(data_of(history() - 0.01)).notes


def test_capm_against_the_market_and_the_benchmark_agree_with_least_squares():
    table = history()
    rates = np.linspace(0.0, 0.04, 300) / 252
    market = table.mean(axis=1)
    data = data_of(table, benchmark_returns_frac=market)
    data = EstimationData(**{**_fields(data), "risk_free_frac": rates, "risk_free_annual_frac": 0.04})
    design = np.column_stack([np.ones(300), market - rates])
    betas = np.linalg.lstsq(design, table - rates[:, None], rcond=None)[0][1]
    made = Capm(reference="benchmark").estimate(data)
    np.testing.assert_allclose(made.returns_frac, 0.04 / 252 + betas * (market - rates).mean(), rtol=1e-9)
    fixed = Capm(reference="benchmark", premium_annual_frac=0.05).estimate(data)
    np.testing.assert_allclose(fixed.returns_frac * 252, 0.04 + betas * 0.05, rtol=1e-9)
    level = data_of(table, benchmark_returns_frac=market)
    np.testing.assert_allclose(
        Capm().estimate(level).returns_frac, Capm(reference="benchmark").estimate(level).returns_frac, rtol=1e-9
    )


def test_capm_with_the_historical_premium_is_what_the_market_implies():
    data = data_of(history())
    np.testing.assert_allclose(Capm().estimate(data).returns_frac, MarketImplied().estimate(data).returns_frac)


@pytest.mark.parametrize("member", [Capm(), MarketImplied(), BlackLitterman()], ids=lambda one: one.kind)
def test_an_unknown_market_is_refused_with_ways_out(member):
    with pytest.raises(InputRefused, match="market's weights are not known") as refusal:
        member.estimate(data_of(history(), market_weights_frac=None))
    assert "facts.market_weights" in refusal.value.problems[0].advice
    gap = np.array([1.0, np.nan, 1.0, 1.0, 1.0, 1.0])
    with pytest.raises(InputRefused, match="market weight of A1 is not known"):
        member.estimate(data_of(history(), market_weights_frac=gap))
    with pytest.raises(InputRefused, match="above zero"):
        member.estimate(data_of(history(), market_weights_frac=np.zeros(6)))


def test_a_market_without_risk_and_a_missing_benchmark_are_refused():
    flat = np.full((50, 2), 0.0001)
    still = data_of(flat, covariance=np.zeros((2, 2)))
    for member in (Capm(), MarketImplied()):
        with pytest.raises(InputRefused, match="has no risk in this history"):
            member.estimate(still)
    with pytest.raises(InputRefused, match="benchmark are not known"):
        Capm(reference="benchmark").estimate(data_of(history()))


def test_given_returns_are_annual_or_per_period_and_checked():
    data = data_of(history()[:, :2])
    own = GivenReturns(returns_frac={"A1": 0.08, "A0": 0.05, "X": 0.01})
    made = own.estimate(data)
    np.testing.assert_allclose(made.returns_frac * 252, [0.05, 0.08])
    assert made.notes == ("The expected return of X is not used: not among the assets.",)
    assert not own.problems(data.assets)
    daily = GivenReturns(returns_frac={"A1": 0.0003, "A0": 0.0002}, is_annual=False)
    np.testing.assert_allclose(daily.estimate(data).returns_frac, [0.0002, 0.0003])
    slip = GivenReturns(returns_frac={"A0": 5.0, "A1": 8.0})
    found = slip.problems(("A0", "A1", "A2"))
    assert [one.path for one in found] == ["returns_frac.A0", "returns_frac.A1", "returns_frac"]
    assert "did you mean 5%" in found[0].advice
    assert "No expected return is given for A2" in found[2].message
    with pytest.raises(InputRefused, match="given for A1"):
        GivenReturns(returns_frac={"A0": 0.05}).estimate(data)


def test_every_estimator_of_returns_is_tested_here():
    kinds = {kind for kind in ESTIMATORS.kinds() if issubclass(ESTIMATORS.get(kind), ReturnsEstimator)}
    assert kinds == {one.kind for one in MEMBERS} | {"given_returns"}


def _fields(data):
    return {name: getattr(data, name) for name in data.__dataclass_fields__}
