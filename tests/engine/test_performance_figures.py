"""Is every figure of a record what its formula says, and does a record that has no such figure say so?"""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest
from scipy import stats

from engine.kernel.errors import InputRefused
from engine.kernel.risk_free import RiskFree
from engine.performance.drawdowns import drawdown_table
from engine.performance.figures import performance_figures
from engine.performance.figures_own import Options, moment_errors
from engine.performance.history import History
from engine.performance.metric import CATALOG
from engine.performance.months import calendar_table
from engine.performance.regression import long_run_error, regress
from engine.performance.rolling import LABELS, rolling, wealth_curve

COUNT = 1300
DATES = np.busday_offset("2015-01-01", np.arange(1, COUNT + 1), roll="forward")
RNG = np.random.default_rng(11)
BASE = RNG.standard_t(4, COUNT) * 0.007 + 0.0003
OWN = 0.0001 + 0.9 * BASE + RNG.normal(0.0, 0.004, COUNT)
CASH = 0.02


@pytest.fixture(scope="module")
def history() -> History:
    return History.of(
        DATES,
        OWN,
        started_on=date(2015, 1, 1),
        risk_free=RiskFree.constant(CASH),
        benchmark_returns_frac=BASE,
        benchmark_name="Index",
    )


@pytest.fixture(scope="module")
def found(history):
    return performance_figures(history, Options(mar_annual_frac=0.03, trials_count=10))


@pytest.mark.requirement("2.3.F1", "2.3.F2", "2.3.D1")
def test_returns_and_ratios_by_their_formulas(found):
    f, k, n = CASH / 252, 252, COUNT
    value = {one.key: one.value for one in found.metrics}
    wealth = np.prod(1 + OWN)
    year = wealth ** (k / n) - 1
    assert value["total_return"] == pytest.approx(wealth - 1)
    assert value["annualized_return"] == pytest.approx(year)
    assert value["volatility"] == pytest.approx(OWN.std(ddof=1) * math.sqrt(k))
    assert value["sharpe"] == pytest.approx((OWN - f).mean() / (OWN - f).std(ddof=1) * math.sqrt(k))
    cash = (1 + f) ** k - 1
    assert value["sharpe_geometric"] == pytest.approx(((1 + year) / (1 + cash) - 1) / (OWN.std(ddof=1) * math.sqrt(k)))
    mar = 0.03 / k
    down = math.sqrt(np.sum(np.minimum(OWN - mar, 0) ** 2) / n)
    assert value["downside_deviation"] == pytest.approx(down * math.sqrt(k))
    assert value["sortino"] == pytest.approx((OWN.mean() - mar) / down * math.sqrt(k))
    assert value["omega"] == pytest.approx(np.maximum(OWN - mar, 0).sum() / np.maximum(mar - OWN, 0).sum())
    assert value["skewness"] == pytest.approx(stats.skew(OWN))
    assert value["kurtosis"] == pytest.approx(stats.kurtosis(OWN))
    assert value["calmar"] == pytest.approx(year / value["max_drawdown"])
    assert value["tail_ratio"] == pytest.approx(abs(np.quantile(OWN, 0.95)) / abs(np.quantile(OWN, 0.05)))
    assert 0.0 < value["deflated_sharpe"] < value["probabilistic_sharpe"] < 1.0


@pytest.mark.requirement("2.3.F5")
def test_value_at_risk_and_expected_shortfall(found):
    tail = np.sort(OWN)[:65]  # 5% of 1,300 exactly
    var = found.metric("var_95")
    assert var.value == pytest.approx(-tail[-1])
    assert found.metric("cvar_95").value == pytest.approx(-tail.mean())
    assert var.lower < var.value < var.upper


def test_errors_of_tails_are_those_of_many_samples():
    rng = np.random.default_rng(9)
    dates = DATES[:500]
    records = [performance_figures(History.of(dates, rng.standard_t(6, 500) * 0.01)) for _ in range(60)]
    for key in ("cvar_95", "volatility", "sharpe"):
        values = [one.metric(key).value for one in records]
        told = [one.metric(key).standard_error for one in records]
        assert np.mean(told) == pytest.approx(np.std(values, ddof=1), rel=0.3)
    bounds = [one.metric("var_95") for one in records]
    truth = 0.01 * stats.t(6).ppf(0.95)
    assert np.mean([one.lower <= truth <= one.upper for one in bounds]) >= 0.85


@pytest.mark.requirement("2.3.F4", "2.3.A5", "2.3.D3")
def test_figures_beside_a_benchmark(found):
    f, k = CASH / 252, 252
    slope = stats.linregress(BASE - f, OWN - f)
    value = {one.key: one.value for one in found.metrics}
    assert value["beta"] == pytest.approx(slope.slope)
    assert value["alpha"] == pytest.approx((1 + slope.intercept) ** k - 1)
    assert value["r_squared"] == pytest.approx(slope.rvalue**2)
    assert value["correlation"] == pytest.approx(stats.pearsonr(OWN, BASE).statistic)
    bounds = stats.pearsonr(OWN, BASE).confidence_interval(0.95)
    assert (found.metric("correlation").lower, found.metric("correlation").upper) == pytest.approx(tuple(bounds))
    active = OWN - BASE
    assert value["tracking_error"] == pytest.approx(active.std(ddof=1) * math.sqrt(k))
    assert value["information_ratio"] == pytest.approx(active.mean() / active.std(ddof=1) * math.sqrt(k))
    year, base_year = (np.prod(1 + x) ** (k / COUNT) - 1 for x in (OWN, BASE))
    cash = (1 + f) ** k - 1
    assert value["alpha_jensen"] == pytest.approx(year - cash - slope.slope * (base_year - cash))
    assert value["treynor"] == pytest.approx(k * (OWN - f).mean() / slope.slope)
    assert value["m_squared"] == pytest.approx(value["sharpe"] * BASE.std(ddof=1) * math.sqrt(k) + CASH)
    assert value["active_return"] == pytest.approx(np.prod(1 + OWN) - np.prod(1 + BASE))
    assert value["hit_rate"] == pytest.approx((OWN > BASE).mean())


def test_capture_leaves_a_month_without_a_benchmark_return_out():
    dates = np.array([f"2020-{m:02d}-28" for m in range(1, 13)], dtype="datetime64[D]").astype("datetime64[M]")
    ends = (dates + 1).astype("datetime64[D]") - 1
    base = np.array([0.02, -0.01, 0.0] * 4)
    own = np.array([0.03, -0.02, 0.5] * 4)
    record = performance_figures(History.of(ends, own, periods_per_year=12, benchmark_returns_frac=base))
    assert record.metric("up_capture").value == pytest.approx(0.03 / 0.02)
    assert record.metric("down_capture").value == pytest.approx(0.02 / 0.01)
    assert record.metric("up_capture_cumulative").value == pytest.approx((1.03**4 - 1) / (1.02**4 - 1))
    assert record.metric("hit_rate_months").value == pytest.approx(8 / 12)
    assert record.metric("annualized_return").value == pytest.approx(np.prod(1 + own) - 1)


def test_regression_is_that_of_statsmodels():
    sm = pytest.importorskip("statsmodels.api", reason="statsmodels comes with arch")
    x = RNG.normal(0.0, 0.01, (400, 3))
    y = 0.0002 + x @ [1.0, 0.4, -0.3] + RNG.normal(0.0, 0.004, 400)
    fit = regress(y, x)
    kept = {"maxlags": fit.lags_count, "use_correction": True}
    other = sm.OLS(y, sm.add_constant(x)).fit(cov_type="HAC", cov_kwds=kept, use_t=True)
    assert fit.lags_count == 5
    assert fit.coefficients == pytest.approx(other.params, rel=1e-12, abs=1e-15)
    assert fit.standard_errors == pytest.approx(other.bse, rel=1e-10)
    assert fit.p_values == pytest.approx(other.pvalues, rel=1e-6, abs=1e-15)
    assert np.column_stack([fit.lower, fit.upper]) == pytest.approx(other.conf_int(), rel=1e-9)
    assert fit.r_squared == pytest.approx(other.rsquared, rel=1e-12)
    mean = sm.OLS(y, np.ones(400)).fit(cov_type="HAC", cov_kwds=kept)
    assert long_run_error(y) == pytest.approx(mean.bse[0], rel=1e-10)


def test_regression_without_a_unique_answer_is_none():
    x = RNG.normal(0.0, 0.01, 50)
    assert regress(x, np.column_stack([x, 2 * x])) is None
    assert regress(x, np.full(50, 0.3)) is None
    assert regress(x[:3], x[:3]) is None
    perfect = regress(2 * x + 0.1, x)
    assert (perfect.alpha, perfect.beta) == pytest.approx((0.1, 2.0))
    assert perfect.standard_errors.tolist() == [0.0, 0.0]


@pytest.mark.requirement("2.3.F3")
def test_drawdowns_by_hand():
    dates = np.arange("2024-01-01", "2024-01-09", dtype="datetime64[D]")
    wealth = np.array([0.9, 0.8, 1.0, 1.2, 1.2, 0.6, 0.9, 1.0])
    returns = wealth / np.concatenate([[1.0], wealth[:-1]]) - 1.0
    table = drawdown_table(returns, dates, date(2023, 12, 31))
    deep, first = table.drawdowns
    assert (deep.peak_date, deep.trough_date, deep.recovered_date) == (date(2024, 1, 5), date(2024, 1, 6), None)
    assert (deep.depth_frac, deep.required_gain_frac) == pytest.approx((0.5, 1.0))
    assert (deep.to_trough_count, deep.to_recovery_count, deep.periods_count) == (1, None, 3)
    assert (first.peak_date, first.recovered_date) == (date(2023, 12, 31), date(2024, 1, 3))
    assert (first.to_trough_count, first.to_recovery_count, first.periods_count) == (2, 1, 3)
    depth = np.array([0.1, 0.2, 0, 0, 0, 0.5, 0.25, 1 - 1 / 1.2])
    assert table.pain_frac == pytest.approx(depth.mean())
    assert table.ulcer_frac == pytest.approx(math.sqrt((depth**2).mean()))
    assert table.cdar_frac == pytest.approx(0.5)
    assert (table.falls_count, table.longest_count) == (2, 3)
    assert table.current_frac == pytest.approx(1 - 1 / 1.2)


@pytest.mark.parametrize(
    "returns",
    [[0.01], [0.0, 0.0], [0.01] * 40, [-1.0, 0.0, 0.0], [-0.5, -1.0, 0.3], [0.01, -0.01]],
    ids=["one", "nothing", "constant", "lost at once", "lost later", "two"],
)
@pytest.mark.parametrize("beside", ["none", "same", "other"])
def test_a_figure_that_does_not_exist_is_none_with_the_reason(returns, beside):
    base = {"none": None, "same": returns, "other": BASE[: len(returns)]}[beside]
    found = performance_figures(History.of(DATES[: len(returns)], returns, benchmark_returns_frac=base))
    assert [one.key for one in found.metrics if one.value is None and not one.note] == []
    assert found.metric("annualized_return").value is None
    assert "The record is shorter than a year: returns are not annualized." in found.notes


@pytest.mark.parametrize("alone", [0.01, -0.01, 0.0])
def test_one_return_has_no_spread_below_a_target_and_no_tails(alone):
    found = performance_figures(History.of(DATES[:1], [alone]))
    for key in ("volatility", "downside_deviation", "sortino", "omega", "tail_ratio"):
        one = found.metric(key)
        assert (one.value, one.note) == (None, "It needs at least 2 returns."), key
    assert found.metric("total_return").value == pytest.approx(alone)


def test_the_benchmark_has_figures_of_its_own(history, found):
    beside = performance_figures(history.beside())
    assert beside.metric("annualized_return").value == found.metric("benchmark_annualized").value
    assert beside.metric("volatility").value == pytest.approx(BASE.std(ddof=1) * math.sqrt(252))
    assert History.of(DATES, OWN).beside() is None


def test_a_calendar_year_is_a_year_whatever_its_sessions():
    inside = DATES.astype("datetime64[Y]") == np.datetime64("2017", "Y")
    inside[np.flatnonzero(inside)[:11]] = False  # 249 sessions
    year = History.of(DATES[inside], OWN[inside], started_on=date(2016, 12, 30))
    assert year.count == 249
    assert performance_figures(year).metric("annualized_return").value is not None
    short = History.of(DATES[:255], OWN[:255], started_on=date(2015, 1, 1))
    assert performance_figures(short).metric("annualized_return").value is None


def test_every_word_of_the_catalog_is_used_and_filled_in(found):
    assert {one.key for one in found.metrics} == set(CATALOG)
    assert [one.key for one in found.metrics if "{" in one.convention + one.formula] == []
    assert found.model_dump_json()


def test_gaps_are_left_out_and_told():
    own, base = OWN[:10].copy(), BASE[:10].copy()
    own[[0, 4]], base[7] = np.nan, np.nan
    found = performance_figures(History.of(DATES[:10], own, benchmark_returns_frac=base, benchmark_name="Index"))
    assert (found.periods_count, found.common_count) == (8, 7)
    assert found.started_on == DATES[0].astype(object)
    assert "1 period without a return is left out." in found.notes
    assert "Index has no return on 1 of 8 periods." in found.notes


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"returns_frac": [0.1]}, "one return for each date"),
        ({"returns_frac": [-1.5, 0.0]}, "more than everything is lost"),
        ({"returns_frac": [np.inf, 0.0]}, "infinite"),
        ({"returns_frac": [np.nan, np.nan]}, "no return at all"),
        ({"dates": DATES[[1, 0]]}, "increase"),
        ({"periods_per_year": 17}, "no usual number"),
        ({"started_on": date(2030, 1, 1)}, "not before the first date"),
    ],
)
def test_records_that_cannot_be_used_are_refused(change, words):
    given = {"dates": DATES[:2], "returns_frac": [0.01, 0.02]} | change
    with pytest.raises(InputRefused, match=words):
        History.of(**given)


@pytest.mark.requirement("2.3.D4")
def test_months_and_years_compound_to_the_whole(history):
    table = calendar_table(history)
    assert np.prod([1 + row.return_frac for row in table.months]) == pytest.approx(np.prod(1 + OWN))
    assert np.prod([1 + row.return_frac for row in table.years]) == pytest.approx(np.prod(1 + OWN))
    assert [row.is_partial for row in table.months[:-1]] == [False] * (len(table.months) - 1)
    assert table.months[-1].is_partial
    assert table.months[3].benchmark_return_frac is not None
    late = calendar_table(History.of(DATES[5:50], OWN[5:50], started_on=DATES[4].astype(object)))
    assert late.months[0].is_partial


@pytest.mark.requirement("2.3.D4")
@pytest.mark.parametrize("key", LABELS)
def test_rolling_figures_are_those_of_each_window(history, key):
    window = 120
    series = rolling(history, key, window)
    assert len(series.values) == COUNT - window + 1
    f = CASH / 252
    for place in (0, 333, COUNT - window):
        r, b = OWN[place : place + window], BASE[place : place + window]
        wealth = np.concatenate([[1.0], np.cumprod(1 + r)])
        expected = {
            "return": wealth[-1] - 1,
            "volatility": r.std(ddof=1) * math.sqrt(252),
            "sharpe": (r - f).mean() / r.std(ddof=1) * math.sqrt(252),
            "max_drawdown": (1 - wealth / np.maximum.accumulate(wealth)).max(),
            "active_return": wealth[-1] - np.prod(1 + b),
            "tracking_error": (r - b).std(ddof=1) * math.sqrt(252),
            "beta": np.cov(r, b)[0, 1] / b.var(ddof=1),
            "correlation": np.corrcoef(r, b)[0, 1],
        }[key]
        assert series.values[place] == pytest.approx(expected, rel=1e-9)
    assert rolling(history, key, COUNT + 1).values == ()


def test_still_windows_have_no_ratio():
    own = np.concatenate([np.full(30, 0.001), OWN[:30]])
    record = History.of(DATES[:60], own, benchmark_returns_frac=np.zeros(60))
    assert rolling(record, "sharpe", 10).values[0] is None
    assert rolling(record, "volatility", 10).values[0] == 0.0
    assert set(rolling(record, "beta", 10).values) == {None}


def test_the_curve_starts_at_one(history):
    curve = wealth_curve(history)
    assert (curve.dates[0], curve.wealth[0], curve.underwater_frac[0]) == (date(2015, 1, 1), 1.0, 0.0)
    assert curve.wealth[-1] == pytest.approx(np.prod(1 + OWN))
    assert curve.active_wealth[-1] == pytest.approx(np.prod((1 + OWN) / (1 + BASE)))
    assert min(curve.underwater_frac) == pytest.approx(-drawdown_table(OWN, DATES, date(2015, 1, 1)).max_drawdown_frac)


def test_wealth_beyond_every_number_is_refused_in_a_sentence():
    dates = np.busday_offset("2020-01-01", np.arange(1, 301), roll="forward")
    with pytest.raises(InputRefused, match="more than a number can hold"):
        History.of(dates, np.full(300, 1e6))


def test_errors_of_skewness_and_kurtosis_are_those_of_drawing_the_record_anew():
    """Second route: a plain bootstrap of fat-tailed returns; the errors of a normal distribution are far too small."""
    rng = np.random.default_rng(5)
    returns = 0.01 * rng.standard_t(9, 4000)
    drawn = returns[rng.integers(0, 4000, (1500, 4000))]
    skew, fat = moment_errors(returns)
    assert skew == pytest.approx(stats.skew(drawn, axis=1).std(), rel=0.15)
    assert fat == pytest.approx(stats.kurtosis(drawn, axis=1).std(), rel=0.2)
    assert fat > 2.0 * np.sqrt(24 / 4000)
    normal = moment_errors(rng.normal(0.0, 0.01, 200_000))
    assert normal == pytest.approx((np.sqrt(6 / 200_000), np.sqrt(24 / 200_000)), rel=0.05)
