"""Are risk figures and results what their definitions say?"""

from __future__ import annotations

import json
from statistics import NormalDist

import numpy as np
import pytest

import engine
from engine.risk import PortfolioSample
from engine.risk.historical_cvar import HistoricalCvar
from engine.risk.historical_var import HistoricalVar
from engine.risk.max_drawdown import MaxDrawdown
from engine.risk.normal_cvar import NormalCvar
from engine.risk.normal_var import NormalVar
from engine.risk.volatility import Volatility

BOUNDS = {"kind": "position_bounds", "min_frac": 0.01, "max_frac": 0.25}


def sample(returns):
    return PortfolioSample(np.asarray(returns, dtype=float), 0.0, 0.0)


@pytest.mark.requirement("1.1.A5")
def test_historical_var_is_the_order_statistic_of_the_definition():
    returns = -np.arange(1, 101) / 1000.0
    assert HistoricalVar(level=0.95).compute(sample(returns)) == 0.096
    assert HistoricalVar(level=0.99).compute(sample(returns)) == 0.1
    assert HistoricalVar(level=0.95).compute(sample(returns[:30])) == -np.quantile(
        returns[:30], 0.05, method="inverted_cdf"
    )


@pytest.mark.requirement("1.1.A5")
def test_historical_cvar_is_the_exact_tail_mean():
    returns = -np.arange(1, 101) / 1000.0
    assert HistoricalCvar(level=0.95).compute(sample(returns)) == pytest.approx((100 + 99 + 98 + 97 + 96) / 5000)
    thirty = -np.arange(1, 31) / 1000.0
    assert HistoricalCvar(level=0.95).compute(sample(thirty)) == pytest.approx((30 + 0.5 * 29) / 1500)


def test_normal_figures_agree_with_simulation_free_formulas():
    known = PortfolioSample(None, 0.0, 1.0)
    assert NormalVar(level=0.99).compute(known) == pytest.approx(2.3263478740, abs=1e-9)
    assert NormalCvar(level=0.975).compute(known) == pytest.approx(2.3378, abs=5e-5)
    assert NormalVar(level=0.95).compute(PortfolioSample(None, 0.01, 0.02)) == pytest.approx(
        0.02 * NormalDist().inv_cdf(0.95) - 0.01
    )
    assert Volatility().compute(PortfolioSample(None, 0.0, 0.3)) == 0.3


@pytest.mark.requirement("1.1.A5")
def test_a_loss_on_the_first_day_counts_as_drawdown():
    assert MaxDrawdown().compute(sample([-0.1, 0.05])) == pytest.approx(0.1)
    assert MaxDrawdown().compute(sample([0.5, -0.5, 0.2])) == pytest.approx(0.5)
    assert MaxDrawdown().compute(sample([0.1, 0.1])) == 0.0


def test_measures_of_history_refuse_to_invent_one():
    for measure in (HistoricalVar(), HistoricalCvar(), MaxDrawdown()):
        with pytest.raises(ValueError, match="needs a history"):
            measure.compute(PortfolioSample(None, 0.0, 0.1))


@pytest.mark.requirement("1.1.A5")
def test_the_result_states_the_figures_of_the_weights_on_the_history(ask, weights_of, panel):
    result = ask({"kind": "max_sharpe"}, [BOUNDS], risk_free_annual_frac=0.01)
    window = panel.tail(1260)
    weights = weights_of(result)
    series = window.returns_frac @ weights
    metrics = result.metrics
    assert metrics.return_annual_frac == pytest.approx(series.mean() * 252, rel=1e-12)
    assert metrics.volatility_annual_frac == pytest.approx(series.std(ddof=1) * np.sqrt(252), rel=1e-10)
    assert metrics.sharpe == pytest.approx((series.mean() * 252 - 0.01) / (series.std(ddof=1) * np.sqrt(252)), rel=1e-9)
    assert metrics.var_method == "historical"
    assert metrics.var_95_1d_frac == -np.sort(series)[62]
    assert metrics.var_99_1d_frac == -np.sort(series)[12]
    assert metrics.cvar_95_1d_frac > metrics.var_95_1d_frac
    wealth = np.concatenate([[1.0], np.cumprod(1 + series)])
    assert metrics.max_drawdown_frac == pytest.approx((1 - wealth / np.maximum.accumulate(wealth)).max())
    assert result.lineage.observations_count == 1260
    assert result.lineage.window_end == panel.end


def test_current_weights_are_measured_with_the_same_formulas_and_give_trades(ask):
    proposed = ask({"kind": "min_volatility"}, [BOUNDS])
    same = {line.asset: line.weight_frac for line in proposed.weights}
    again = ask({"kind": "min_volatility"}, [BOUNDS], current=same)
    assert again.current_metrics == again.metrics
    assert all(line.trade_frac == 0.0 for line in again.weights)
    shifted = ask({"kind": "min_volatility"}, [BOUNDS], current_weights={"AAPL": 0.5, "TSLA": 0.5})
    assert [line.current_frac for line in shifted.weights][:2] == [0.5, 0.0]
    assert any("TSLA is held now but is not among the assets" in note for note in shifted.notes)


def test_a_problem_without_history_says_that_var_is_normal_and_has_no_drawdown(ask):
    problem = {"assets": ["X", "Y"], "expected_returns_frac": [0.0004, 0.0005], "covariance": [[1e-4, 0], [0, 2e-4]]}
    metrics = ask({"kind": "min_volatility"}, problem=problem).metrics
    assert metrics.var_method == "normal"
    assert "normal distribution" in metrics.var_note
    assert metrics.max_drawdown_frac is None
    assert "No history" in metrics.max_drawdown_note
    day = metrics.volatility_annual_frac / np.sqrt(252)
    assert metrics.var_95_1d_frac == pytest.approx(1.6448536 * day - metrics.return_annual_frac / 252, rel=1e-6)
    monthly = ask({"kind": "min_volatility"}, problem={**problem, "periods_per_year": 12}).metrics
    day = monthly.volatility_annual_frac / np.sqrt(252)
    assert monthly.var_95_1d_frac == pytest.approx(1.6448536 * day - monthly.return_annual_frac / 252, rel=1e-6)


def test_a_history_shorter_than_100_days_falls_back_to_normal_and_says_so(ask):
    metrics = ask({"kind": "min_volatility"}, [BOUNDS], estimates={"lookback_days": 60}).metrics
    assert metrics.var_method == "normal"
    assert "60 days are too few" in metrics.var_note
    assert metrics.max_drawdown_frac is not None


def test_cash_earns_the_risk_free_rate(ask):
    half = [{"kind": "budget", "net_frac": 0.5}, {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.25}]
    poor = ask({"kind": "min_volatility"}, half).metrics
    rich = ask({"kind": "min_volatility"}, half, risk_free_annual_frac=0.04).metrics
    assert rich.return_annual_frac == pytest.approx(poor.return_annual_frac + 0.5 * 0.04, rel=1e-12)


def test_the_date_of_a_request_hides_everything_later(ask, panel):
    early = ask({"kind": "max_sharpe"}, [BOUNDS], as_of="2008-12-31")
    cut = ask({"kind": "max_sharpe"}, [BOUNDS], panel=panel.until(early.lineage.window_end))
    assert early.weights == cut.weights
    assert early.lineage.window_end.isoformat() == "2008-12-31"


def test_progress_rises_to_one_and_may_cancel(panel):
    from engine.kernel.errors import Cancelled

    body = {"asset_ids": list(panel.assets), "objective": {"kind": "max_sharpe"}, "constraints": [BOUNDS]}
    request = engine.parse_request(json.dumps(body))
    seen = []
    engine.optimize(request, panel=panel, on_progress=lambda stage, share: seen.append((stage, share)))
    shares = [share for _, share in seen]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0

    def stop(stage: str, share: float) -> None:
        if share > 0.5:
            raise Cancelled("the user asked")

    with pytest.raises(Cancelled):
        engine.optimize(request, panel=panel, on_progress=stop)


def test_a_result_survives_its_json(ask):
    for limits in ([BOUNDS], [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.01}]):
        result = ask({"kind": "max_sharpe"}, limits)
        assert engine.OptimizationResult.model_validate_json(result.model_dump_json()) == result


def test_the_frontier_runs_from_the_least_risk_to_the_highest_return(ask):
    least = ask({"kind": "min_volatility"}, [BOUNDS])
    most = ask({"kind": "max_return", "volatility_max_annual_frac": 1.5}, [BOUNDS])
    points = least.frontier.points
    assert len(points) == 60
    assert points[0].volatility_annual_frac == pytest.approx(least.metrics.volatility_annual_frac, rel=1e-8)
    assert points[-1].return_annual_frac == pytest.approx(most.metrics.return_annual_frac, rel=1e-8)
    assert points[-1].volatility_annual_frac == pytest.approx(most.metrics.volatility_annual_frac, rel=1e-6)
    best = max(point.return_annual_frac / point.volatility_annual_frac for point in points)
    assert best <= ask({"kind": "max_sharpe"}, [BOUNDS]).metrics.sharpe * (1 + 1e-12)
    assert len(least.frontier.asset_points) == 20
    assert ask({"kind": "min_volatility"}, [BOUNDS], frontier_points_count=0).frontier is None
