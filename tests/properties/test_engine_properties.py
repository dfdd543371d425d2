"""Which statements hold for every request that can be made, not only for the ones thought of?"""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import engine
from engine.kernel.canonical import canonical_json
from engine.risk import PortfolioSample
from engine.risk.historical_cvar import HistoricalCvar
from engine.risk.historical_var import HistoricalVar

SETTINGS = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def problems(draw, min_count=2, max_count=12):
    """A problem of random assets with a factor covariance, sometimes nearly singular."""
    count = draw(st.integers(min_count, max_count))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    factors = rng.normal(size=(count, draw(st.integers(1, 4)))) * 0.01
    own = rng.uniform(0.0, 0.02, count) * draw(st.sampled_from([1.0, 1.0, 1e-3]))
    covariance = factors @ factors.T + np.diag(own**2)
    return {
        "assets": [f"A{i}" for i in range(count)],
        "expected_returns_frac": rng.normal(0.0003, 0.0006, count).tolist(),
        "covariance": covariance.tolist(),
        "sectors": {f"A{i}": f"S{i % 3}" for i in range(count)},
    }


@st.composite
def limits(draw, count):
    """Limits that may or may not be possible to meet."""
    high = draw(st.sampled_from([0.25, 0.4, 0.7, 1.0, 1.0 / count]))
    low = draw(st.sampled_from([0.0, 0.0, 0.01, min(0.5 / count, high)]))
    has_shorts = draw(st.booleans())
    items = [{"kind": "position_bounds", "min_frac": 0.0 if has_shorts else low, "max_frac": high}]
    if has_shorts:
        items.append({"kind": "long_short", "gross_max_frac": 1.6, "short_max_frac": 0.3})
    if draw(st.booleans()):
        items.append({"kind": "sector_limit", "sector": "S0", "max_frac": draw(st.sampled_from([0.1, 0.3, 0.5]))})
    if draw(st.booleans()):
        items.append({"kind": "sector_limit", "sector": "S1", "min_frac": draw(st.sampled_from([0.1, 0.3]))})
    if draw(st.integers(0, 3)) == 0:
        items.append({"kind": "min_holding", "min_frac": min(0.1, high)})
    return items


GOALS = st.sampled_from(
    [
        {"kind": "min_volatility"},
        {"kind": "max_sharpe"},
        {"kind": "target_return", "return_min_annual_frac": 0.08},
        {"kind": "max_return", "volatility_max_annual_frac": 0.2},
    ]
)


@st.composite
def requests(draw, **sizes):
    problem = draw(problems(**sizes))
    return {
        "problem": problem,
        "objective": draw(GOALS),
        "constraints": draw(limits(len(problem["assets"]))),
        "frontier_points_count": 12,
    }


def answer(body):
    return engine.optimize(engine.parse_request(json.dumps(body)))


def score(body, result):
    metrics = result.metrics
    return {
        "max_sharpe": -(metrics.sharpe or 0.0),
        "max_return": -metrics.return_annual_frac,
    }.get(body["objective"]["kind"], metrics.volatility_annual_frac)


@pytest.mark.requirement("1.1.A6")
@pytest.mark.requirement("1.1.B1")
@pytest.mark.requirement("1.1.B3")
@pytest.mark.requirement("1.1.B4")
@SETTINGS
@given(requests())
def test_weights_sum_to_the_budget_and_keep_every_limit(body):
    result = answer(body)
    assert result.status in ("optimal", "near_optimal", "infeasible", "unsuitable")
    assume(result.status.has_weights)
    weights = np.array([line.weight_frac for line in result.weights])
    assert sum(round(weight * 1e8) for weight in weights) == 100_000_000
    step = 1e-12 if result.status == "optimal" else 2e-8
    bounds, *others = body["constraints"]
    has_shorts = any(item["kind"] == "long_short" for item in others)
    assert weights.max() <= bounds["max_frac"] + step
    assert weights.min() >= (-bounds["max_frac"] if has_shorts else bounds["min_frac"]) - step
    for item in others:
        if item["kind"] == "sector_limit":
            total = sum(line.weight_frac for line in result.weights if line.sector == item["sector"])
            assert item.get("min_frac", -9) - step <= total <= item.get("max_frac", 9) + step
        if item["kind"] == "long_short":
            assert np.abs(weights).sum() <= 1.6 + step
            assert -weights[weights < 0].sum() <= 0.3 + step
        if item["kind"] == "min_holding":
            assert all(weight == 0.0 or abs(weight) >= item["min_frac"] - step for weight in weights)
    if result.status == "optimal":
        assert result.certificate.is_proven
        assert result.certificate.kkt.worst <= 1e-6
        assert all(limit.slack_frac >= -1e-12 for limit in result.certificate.limits)


@SETTINGS
@given(requests(), st.randoms(use_true_random=False))
def test_the_order_of_the_assets_does_not_matter(body, random):
    assume(not any(item["kind"] == "min_holding" for item in body["constraints"]))
    problem = body["problem"]
    order = list(range(len(problem["assets"])))
    random.shuffle(order)
    shuffled = {
        **body,
        "problem": {
            **problem,
            "assets": [problem["assets"][i] for i in order],
            "expected_returns_frac": [problem["expected_returns_frac"][i] for i in order],
            "covariance": [[problem["covariance"][i][j] for j in order] for i in order],
        },
    }
    first, second = answer(body), answer(shuffled)
    assert first.status == second.status
    if first.status.has_weights:
        assert score(body, first) == pytest.approx(score(body, second), rel=1e-6, abs=1e-7)


@SETTINGS
@given(requests(), st.sampled_from([0.15, 0.3, 0.5]))
def test_one_more_limit_never_improves_the_answer(body, cap):
    before = answer(body)
    extra = {"kind": "sector_limit", "sector": "S2", "max_frac": cap}
    after = answer({**body, "constraints": [*body["constraints"], extra]})
    if after.status.has_weights:
        assert before.status.has_weights
        worse = score(body, after) - score(body, before)
        assert worse >= -1e-6 * max(1.0, abs(score(body, before)))


@SETTINGS
@given(requests())
def test_frontier_points_are_feasible_and_none_dominates_another(body):
    frontier = answer(body).frontier
    assume(frontier is not None and len(frontier.points) > 1)
    returns = np.array([point.return_annual_frac for point in frontier.points])
    risks = np.array([point.volatility_annual_frac for point in frontier.points])
    assert (np.diff(returns) > 0.0).all()
    assert (np.diff(risks) > -1e-9).all()
    bounds, *others = body["constraints"]
    for point in frontier.points:
        weights = np.array(point.weights_frac)
        assert weights.sum() == pytest.approx(1.0, abs=1e-7)
        assert weights.max() <= bounds["max_frac"] + 1e-7
        for item in others:
            if item["kind"] == "sector_limit":
                total = weights[np.arange(len(weights)) % 3 == int(item["sector"][1])].sum()
                assert item.get("min_frac", -9) - 1e-7 <= total <= item.get("max_frac", 9) + 1e-7


@SETTINGS
@given(requests())
def test_a_request_survives_its_own_text(body):
    request = engine.parse_request(json.dumps(body))
    assert engine.OptimizationRequest.model_validate_json(request.model_dump_json()) == request
    canonical = canonical_json(request.model_dump(mode="json"))
    assert engine.OptimizationRequest.model_validate_json(canonical) == request


@SETTINGS
@given(st.lists(st.floats(-0.3, 0.3), min_size=1, max_size=300), st.sampled_from([0.9, 0.95, 0.975, 0.99]))
def test_cvar_is_never_below_var(returns, level):
    known = PortfolioSample(np.array(returns), 0.0, 0.0)
    assert HistoricalCvar(level=level).compute(known) >= HistoricalVar(level=level).compute(known) - 1e-12


@SETTINGS
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_canonical_numbers_read_back_as_themselves(value):
    assert float(json.loads(canonical_json(value))) == value
