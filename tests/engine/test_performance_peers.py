"""Do quantstats and empyrical agree where they use the same convention, and differ where the documentation says so?

They are packages of the benchmarks (`requirements-bench.txt`); without them these tests are skipped.
"""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest

from bench.engine_peers.performance_peer import peer
from engine.performance.figures import performance_figures
from engine.performance.history import History

COUNT = 1500
DATES = np.busday_offset("2015-01-01", np.arange(1, COUNT + 1), roll="forward")


def library(name: str) -> Any:
    found = peer(name)
    if found is None:
        pytest.skip(f"{name} is not installed: make bench fetches it")
    return found


@pytest.fixture(scope="module")
def series():
    rng = np.random.default_rng(1)
    base = rng.standard_t(4, COUNT) * 0.007 + 0.0003
    own = 0.0001 + 0.9 * base + rng.normal(0, 0.004, COUNT)
    own[0] = -0.02  # a loss on the first day counts
    index = pd.DatetimeIndex(DATES)
    return pd.Series(own, index=index), pd.Series(base, index=index)


@pytest.fixture(scope="module")
def value(series):
    own, base = (one.to_numpy() for one in series)
    found = performance_figures(History.of(DATES, own, benchmark_returns_frac=base))
    return {one.key: one.value for one in found.metrics}


def test_empyrical_agrees(series, value):
    ep, (own, base) = library("empyrical"), series
    assert value["total_return"] == pytest.approx(ep.cum_returns_final(own))
    assert value["annualized_return"] == pytest.approx(ep.annual_return(own))
    assert value["volatility"] == pytest.approx(ep.annual_volatility(own))
    assert value["downside_deviation"] == pytest.approx(ep.downside_risk(own))
    assert value["sharpe"] == pytest.approx(ep.sharpe_ratio(own))
    assert value["sortino"] == pytest.approx(ep.sortino_ratio(own))
    assert value["omega"] == pytest.approx(ep.omega_ratio(own))
    assert value["calmar"] == pytest.approx(ep.calmar_ratio(own))
    assert value["max_drawdown"] == pytest.approx(-ep.max_drawdown(own))
    assert value["tail_ratio"] == pytest.approx(ep.tail_ratio(own))
    assert value["beta"] == pytest.approx(ep.beta(own, base))
    assert value["alpha"] == pytest.approx(ep.alpha(own, base))
    assert value["cvar_95"] == pytest.approx(-ep.conditional_value_at_risk(own))


def test_quantstats_agrees(series, value):
    qs, (own, base) = library("quantstats").stats, series
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert value["total_return"] == pytest.approx(qs.comp(own))
        assert value["annualized_return"] == pytest.approx(qs.cagr(own))
        assert value["volatility"] == pytest.approx(qs.volatility(own))
        assert value["sharpe"] == pytest.approx(qs.sharpe(own))
        assert value["sortino"] == pytest.approx(qs.sortino(own))
        assert value["omega"] == pytest.approx(qs.omega(own))
        assert value["calmar"] == pytest.approx(qs.calmar(own))
        assert value["max_drawdown"] == pytest.approx(-qs.max_drawdown(own))
        assert value["tail_ratio"] == pytest.approx(qs.tail_ratio(own))
        assert value["r_squared"] == pytest.approx(qs.r_squared(own, base))
        assert value["beta"] == pytest.approx(qs.greeks(own, base)["beta"])


def test_the_conventions_that_the_documentation_names_are_theirs(series, value):
    qs, (own, base) = library("quantstats").stats, series
    x, b = own.to_numpy(), base.to_numpy()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert qs.information_ratio(own, base) == pytest.approx(value["information_ratio"] / math.sqrt(252))
        assert qs.treynor_ratio(own, base) == pytest.approx(value["total_return"] / value["beta"])
        intercept = x.mean() - value["beta"] * b.mean()
        assert qs.greeks(own, base)["alpha"] == pytest.approx(252 * intercept)
        assert qs.value_at_risk(own) == pytest.approx(x.mean() - 1.6448536 * x.std(ddof=1), rel=1e-6)
        assert qs.cvar(own) == pytest.approx(x.mean() - 2.0627128 * x.std(ddof=1), rel=1e-6)  # φ(z) / 0.05
        assert qs.ulcer_performance_index(own) == pytest.approx(value["total_return"] / qs.ulcer_index(own))
        assert qs.skew(own) == pytest.approx(pd.Series(x).skew())
    ep = library("empyrical")
    assert ep.value_at_risk(own) == pytest.approx(np.percentile(x, 5))
    assert ep.excess_sharpe(own, base) == pytest.approx(value["information_ratio"] / math.sqrt(252))
    up = b > 0
    growth = [np.prod(1 + one[up]) ** (252 / up.sum()) - 1 for one in (x, b)]
    assert ep.up_capture(own, base) == pytest.approx(growth[0] / growth[1])
