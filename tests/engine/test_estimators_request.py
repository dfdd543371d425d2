"""Does a request's history become annual figures, with every word that belongs to them?"""

from __future__ import annotations

import json

import numpy as np
import pytest

import engine
from engine.kernel.errors import InputRefused
from engine.kernel.frames import PricePanel, ReturnsPanel
from engine.kernel.risk_free import RiskFree
from engine.optimize.estimate import from_history, risk_free_of, window_of


def request(assets=None, *, as_of=None, rate=None, **estimates):
    body = {"objective": {"kind": "min_volatility"}, "estimates": estimates}
    body |= {"asset_ids": list(assets)} if assets else {"portfolio_id": "p"}
    body |= {"as_of": as_of} if as_of else {}
    body |= {"risk_free_annual_frac": rate} if rate is not None else {}
    return engine.parse_request(json.dumps(body))


def panel_of(table, assets=None):
    table = np.asarray(table, dtype=float)
    dates = np.datetime64("2020-01-01") + np.arange(len(table))
    return ReturnsPanel(dates, assets or tuple(f"A{i}" for i in range(table.shape[1])), table)


def test_figures_are_annual_and_carry_the_history(panel):
    asked = request(panel.assets)
    window = window_of(asked, panel)
    made = from_history(asked, window)
    table = panel.tail(1260).returns_frac
    np.testing.assert_allclose(made.returns_annual_frac, table.mean(axis=0) * 252, rtol=1e-12)
    np.testing.assert_allclose(made.covariance_annual, np.cov(table.T) * 252, rtol=1e-10)
    np.testing.assert_array_equal(made.history_frac, table)
    assert made.periods_per_year == 252
    assert made.factors is None


def test_the_window_is_the_named_assets_up_to_the_date_within_the_lookback(panel):
    few = list(panel.assets[::-3])
    cut = window_of(request(few, as_of="2008-12-31", lookback_days=100), panel)
    expected = panel.select(few).until(cut.end).tail(100)
    assert cut.assets == tuple(few)
    assert cut.end.isoformat() == "2008-12-31"
    np.testing.assert_array_equal(cut.returns_frac, expected.returns_frac)
    np.testing.assert_array_equal(cut.dates, expected.dates)
    assert window_of(request(panel.assets, lookback_days=20_000), panel) is panel
    with pytest.raises(InputRefused, match="no history for ZZZ"):
        window_of(request(["KO", "ZZZ"]), panel)
    with pytest.raises(InputRefused, match="No return ends on or before"):
        window_of(request(["KO"], as_of="1950-01-01"), panel)


def test_the_covariance_chosen_serves_the_expected_returns(panel):
    names = panel.assets[:6]
    weights = {name: 1.0 / 6 for name in names}
    implied = {"kind": "market_implied", "risk_aversion": 3.0}
    for kind in ("sample", "ledoit_wolf", "factor_model"):
        asked = request(names, expected_returns=implied, covariance={"kind": kind})
        made = from_history(asked, window_of(asked, panel), market_weights=weights)
        expected = 3.0 * made.covariance_annual @ np.full(6, 1 / 6)
        np.testing.assert_allclose(made.returns_annual_frac, expected, rtol=1e-10)


def test_a_factor_model_keeps_its_factors_unless_the_posterior_changes_them(synthetic):
    history = synthetic(40)
    asked = request(history.assets, covariance={"kind": "factor_model", "factors_count": 4})
    made = from_history(asked, window_of(asked, history))
    form = made.factors
    rebuilt = form.loadings @ form.factor_covariance_annual @ form.loadings.T + np.diag(form.specific_variances_annual)
    np.testing.assert_allclose(made.covariance_annual, rebuilt, atol=1e-14)
    views = {"kind": "black_litterman", "views": [{"asset": "A000", "return_annual_frac": 0.1}]}
    even = dict.fromkeys(history.assets, 0.025)
    kept = request(history.assets, covariance={"kind": "factor_model"}, expected_returns=views)
    assert from_history(kept, window_of(kept, history), market_weights=even).factors is not None
    views["uses_posterior_covariance"] = True
    changed = request(history.assets, covariance={"kind": "factor_model"}, expected_returns=views)
    after = from_history(changed, window_of(changed, history), market_weights=even)
    assert after.factors is None
    before = from_history(kept, window_of(kept, history), market_weights=even)
    assert np.linalg.eigvalsh(after.covariance_annual - before.covariance_annual)[0] > -1e-12


def test_the_benchmark_stands_for_an_unknown_market_and_that_is_said(panel):
    names = ("KO", "PG", "JNJ")
    asked = request(names, expected_returns={"kind": "market_implied", "risk_aversion": 2.0})
    made = from_history(asked, window_of(asked, panel), benchmark_weights={"KO": 0.3, "PG": 0.3, "TSLA": 0.4})
    expected = 2.0 * made.covariance_annual @ np.array([0.5, 0.5, 0.0])
    np.testing.assert_allclose(made.returns_annual_frac, expected, rtol=1e-10)
    assert "The market's weights are not known; the benchmark's stand for them." in made.notes
    assert "These assets are 60% of that portfolio; their weights were scaled to 100%." in made.notes
    beta = request(names, expected_returns={"kind": "capm", "reference": "benchmark", "premium_annual_frac": 0.05})
    known = from_history(beta, window_of(beta, panel), benchmark_weights={"KO": 1.0})
    assert known.returns_annual_frac[0] == pytest.approx(0.05)
    same = from_history(
        beta, window_of(beta, panel), benchmark_returns_frac=panel.select(["KO"]).tail(1260).returns_frac[:, 0]
    )
    np.testing.assert_allclose(same.returns_annual_frac, known.returns_annual_frac, rtol=1e-10)


def test_estimates_that_do_not_fit_the_assets_are_refused_with_every_problem(panel):
    asked = request(
        None,
        expected_returns={"kind": "given_returns", "returns_frac": {"KO": 0.05}},
        covariance={"kind": "given_covariance", "assets": ["KO"], "matrix": [[0.04]]},
    )
    with pytest.raises(InputRefused) as refusal:
        from_history(asked, panel.select(["KO", "PG"]))
    assert [one.path for one in refusal.value.problems] == [
        "estimates.expected_returns.returns_frac", "estimates.covariance.assets",
    ]  # fmt: skip


def test_remarks_name_short_histories_riskless_assets_twins_and_wild_returns():
    rng = np.random.default_rng(0)
    table = rng.normal(0.0, 0.01, (40, 6))
    table[:, 1], table[:, 2], table[:, 3] = 0.0001, table[:, 0], -table[:, 4]
    table[:, 5] += 0.02
    notes = " ".join(_notes(panel_of(table)))
    assert "The history has 40 days, fewer than the 1260 asked for" in notes
    assert "A1 has no variance" in notes
    assert "A5 has an expected return of" in notes
    assert "(A0 with A2)" in notes
    assert "A3" not in notes.split("move as one")[1]
    many = np.repeat(table[:, :1], 5, axis=1)
    assert "(A0 with A1, A0 with A2, A0 with A3 and 7 more)" in " ".join(_notes(panel_of(many)))
    nearly = np.column_stack([table[:, 0], table[:, 0] + 1e-4 * table[:, 4]])
    assert not any("move as one" in note for note in _notes(panel_of(nearly)))


def test_only_covariances_that_cannot_cope_warn_of_few_days():
    table = np.random.default_rng(1).normal(0.0, 0.01, (10, 20))
    warned = {
        kind: any("cannot tell all risks apart" in note for note in _notes(panel_of(table), covariance={"kind": kind}))
        for kind in ("sample", "ewma", "ledoit_wolf", "oas", "denoised", "factor_model")
    }
    assert warned == {
        "sample": True, "ewma": True, "ledoit_wolf": False, "oas": False, "denoised": False, "factor_model": False,
    }  # fmt: skip


def test_days_left_out_for_missing_prices_are_shown():
    prices = np.cumprod(1 + np.random.default_rng(2).normal(0, 0.01, (50, 3)), axis=0)
    prices[:20, 1] = np.nan
    dates = np.datetime64("2020-01-01") + np.arange(50)
    history = ReturnsPanel.from_prices(PricePanel(dates, ("A0", "A1", "A2"), prices))
    assert "20 of 50 days were left out" in " ".join(_notes(history))


def test_the_rate_of_a_request_comes_before_the_known_series():
    series = RiskFree.dated(["2020-01-01", "2021-01-01"], [0.01, 0.03], "USD")
    assert risk_free_of(request(["KO"], rate=0.02), series).sentence() == "The risk-free rate is 2% a year."
    assert risk_free_of(request(["KO"]), series) is series
    assert not risk_free_of(request(["KO"])).is_set
    zero = risk_free_of(request(["KO"], rate=0.0), series)
    assert zero.is_set
    assert zero.at() == 0.0


def test_the_dated_rate_enters_expected_returns():
    rng = np.random.default_rng(3)
    history = panel_of(rng.normal(0.0005, 0.01, (400, 3)))
    series = RiskFree.dated(["2019-12-01", "2020-07-01"], [0.01, 0.05])
    asked = request(history.assets, expected_returns={"kind": "capm"})
    made = from_history(asked, history, market_weights=dict.fromkeys(history.assets, 1 / 3), risk_free=series)
    rates = np.where(history.dates <= np.datetime64("2020-07-01"), 0.01, 0.05) / 252
    market = history.returns_frac.mean(axis=1)
    premium = (market - rates).mean() * 252
    assert made.returns_annual_frac.mean() == pytest.approx(0.05 + premium, rel=1e-9)


def _notes(history, **estimates):
    asked = request(history.assets, **estimates)
    return from_history(asked, window_of(asked, history)).notes
