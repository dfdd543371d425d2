"""Does the risk beside a benchmark add up, whatever is known of the benchmark?"""

from __future__ import annotations

import numpy as np
import pytest

from engine.decompose.total import decompose, decompose_active
from engine.kernel.errors import InputRefused
from tests.engine.test_decompose import world


def test_weights_returns_or_both_give_the_same_tracking_error() -> None:
    returns, _, names, groups = world()
    weights = np.full(8, 0.125)
    bench_weights = np.array([0.3, 0.2, 0.1, 0.1, 0.1, 0.1, 0.1, 0.0])
    bench = returns @ bench_weights
    active = (returns @ weights - bench).std(ddof=1)
    by_weights = decompose_active(returns, weights, names, benchmark_weights_frac=bench_weights, groups=groups)
    by_returns = decompose_active(returns, weights, names, benchmark_returns_frac=bench, groups=groups)
    plain = decompose(returns, weights - bench_weights, names, groups=groups)
    for result in (by_weights, by_returns):
        assert result.scope == "active"
        for one in result.measures:
            assert sum(line.component_frac for line in one.assets) == pytest.approx(one.total_frac, abs=1e-12)
            assert one.total_frac == pytest.approx(plain.of(one.measure).total_frac, rel=1e-9)
        assert result.of("volatility").total_frac == pytest.approx(active, rel=1e-12)
    assert by_weights.of("volatility") == plain.of("volatility")


def test_what_the_benchmark_holds_elsewhere_is_a_line_of_its_own() -> None:
    returns, _, names, groups = world()
    held, elsewhere = returns[:, :5], returns[:, 5:]
    weights = np.array([0.3, 0.3, 0.2, 0.1, 0.0])
    inside, outside = np.array([0.2, 0.2, 0.1, 0.0, 0.1]), np.array([0.2, 0.1, 0.1])
    bench = held @ inside + elsewhere @ outside
    result = decompose_active(
        held,
        weights,
        names[:5],
        benchmark_returns_frac=bench,
        benchmark_weights_frac=inside,
        benchmark_outside_frac=0.4,
        groups={"sector": groups["sector"][:5]},
    )
    one = result.of("volatility")
    assert one.total_frac == pytest.approx((held @ weights - bench).std(ddof=1), rel=1e-12)
    rest = one.assets[-1]
    assert (rest.name, rest.weight_frac, rest.marginal_frac) == ("Rest of the benchmark", -0.4, None)
    joint = decompose(returns, np.concatenate([weights - inside, -outside]), names).of("volatility")
    assert rest.component_frac == pytest.approx(sum(line.component_frac for line in joint.assets[5:]), abs=1e-13)
    assert "Rest of the benchmark" in [line.name for line in one.groups["sector"]]


def test_cash_is_a_bet_against_the_benchmark_where_only_its_returns_are_known() -> None:
    returns, _, names, _ = world()
    bench = returns.mean(axis=1)
    result = decompose_active(returns, np.zeros(8), names, benchmark_returns_frac=bench)
    one = result.of("volatility")
    assert one.assets[-1].name == "Cash"
    assert one.assets[-1].component_frac == pytest.approx(bench.std(ddof=1), rel=1e-12)
    assert one.total_frac == pytest.approx(bench.std(ddof=1), rel=1e-12)


def test_a_portfolio_that_is_its_benchmark_has_no_active_risk() -> None:
    returns, _, names, _ = world()
    weights = np.full(8, 0.125)
    result = decompose_active(returns, weights, names, benchmark_weights_frac=weights)
    assert [one.total_frac for one in result.measures] == [0.0] * 4
    assert result.notes


def test_an_unknown_benchmark_is_refused_in_words() -> None:
    returns, weights, names, _ = world()
    with pytest.raises(InputRefused, match="Choose a benchmark with prices"):
        decompose_active(returns, weights, names)
    with pytest.raises(InputRefused, match="Choose a benchmark with prices"):
        decompose_active(returns, weights, names, benchmark_weights_frac=np.full(8, 0.1), benchmark_outside_frac=0.2)
    with pytest.raises(InputRefused, match="benchmark_returns_frac"):
        decompose_active(returns, weights, names, benchmark_returns_frac=np.zeros(3))
