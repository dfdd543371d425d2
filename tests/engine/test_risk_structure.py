"""Is everything that a report needs there in one call, and is what cannot be there explained?"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.decompose.factors import FactorReturns
from engine.decompose.structure import Position, StructureOptions, risk_structure
from engine.liquidity.given import Bars
from engine.risk_limits.metrics import METRICS
from tests.engine.test_decompose import world


def position(**changes: object) -> Position:
    returns, _, names, groups = world(days=600)
    close = 100.0 * np.cumprod(1.0 + returns[-252:], axis=0)
    usual = {
        "assets": names,
        "weights_frac": np.array([0.2, 0.2, 0.1, 0.1, 0.1, 0.1, 0.1, 0.05]),
        "cash_weight_frac": 0.05,
        "value_ccy": 1e7,
        "returns_frac": returns,
        "groups": groups,
        "volumes_ccy": np.full(8, 2e6),
        "benchmark_returns_frac": returns.mean(axis=1),
        "bars": Bars(1.01 * close, 0.99 * close, close),
        "factors": FactorReturns(("Market",), returns.mean(axis=1)[:, None]),
    }
    return Position(**{**usual, **changes})


def test_every_part_is_there_and_agrees_with_the_others() -> None:
    held = position()
    found = risk_structure(held, StructureOptions(levels_frac=(0.95, 0.99), window_count=500, var_frac=0.02))
    assert found.notes == ()
    assert [one.of("historical_var").level_frac for one in found.decompositions] == [0.95, 0.99]
    assert {one.observations_count for one in found.decompositions} == {500}
    portfolio = (held.returns_frac @ held.weights_frac)[-500:]
    active = portfolio - held.benchmark_returns_frac[-500:]
    assert found.metrics["volatility_annual"] == pytest.approx(math.sqrt(252) * portfolio.std(ddof=1))
    assert found.metrics["tracking_error_annual"] == pytest.approx(math.sqrt(252) * active.std(ddof=1))
    assert found.benchmark.tracking_error_frac == pytest.approx(active.std(ddof=1))
    assert found.factors.volatility_frac == pytest.approx(portfolio.std(ddof=1))
    assert found.metrics["beta"] == pytest.approx(found.factors.factors[0].exposure)
    assert found.statistical_factors.kind == "statistical"
    assert found.rolling.places[-1] == 599
    assert found.metrics["days_to_95"] == pytest.approx(found.liquidity.days_to_95)
    assert set(found.metrics) <= set(METRICS)
    assert found.metrics["liquidity_var_99_1d"] > 0.02
    assert found.model_dump_json()


def test_all_cash_gives_zeros_and_sentences() -> None:
    found = risk_structure(position(weights_frac=np.zeros(8), cash_weight_frac=1.0, benchmark_returns_frac=None))
    assert found.metrics["volatility_annual"] == 0.0
    assert "largest_sector" not in found.metrics
    assert found.liquidity.days_to_95 == 0.0
    assert found.active is None
    assert any(note.startswith("Active risk: the portfolio has no benchmark") for note in found.notes)
    assert any(note.startswith("Correlations: there are fewer than two") for note in found.notes)
    nothing = risk_structure(
        position(
            assets=(), weights_frac=np.empty(0), returns_frac=np.empty((600, 0)), volumes_ccy=np.empty(0), groups={},
            cash_weight_frac=1.0, bars=None, factors=None,
        )
    )  # fmt: skip
    assert nothing.metrics["tracking_error_annual"] > 0.0  # cash beside a benchmark is a bet
    assert nothing.model_dump_json()


def test_one_asset_is_one_bet() -> None:
    weights = np.zeros(8)
    weights[0] = 1.0
    found = risk_structure(position(weights_frac=weights, cash_weight_frac=0.0))
    assert found.metrics["effective_positions"] == 1.0
    assert found.metrics["effective_bets"] == pytest.approx(1.0)
    assert found.metrics["largest_risk_share"] == pytest.approx(1.0)
    assert found.correlations is None


def test_a_long_short_book_whose_weights_cancel() -> None:
    weights = np.array([0.5, -0.5, 0.25, -0.25, 0.0, 0.0, 0.0, 0.0])
    found = risk_structure(position(weights_frac=weights, cash_weight_frac=1.0))
    assert found.concentration.net_weight_frac == 0.0
    assert found.metrics["gross_exposure"] == 1.5
    assert math.isfinite(found.metrics["volatility_annual"])
    assert sum(share.share_frac for share in found.liquidity.buckets) == pytest.approx(1.0)


def test_a_young_asset_and_a_gap_on_the_last_day_are_flagged() -> None:
    returns, _, _, _ = world(days=600)
    returns[:500, 1], returns[-1, 2] = np.nan, np.nan
    found = risk_structure(position(returns_frac=returns, bars=None))
    assert found.decompositions[0].scenarios_count == 99
    assert found.decompositions[0].notes
    assert found.rolling.places[-1] == 598
    returns[:590, 3] = np.nan
    short = risk_structure(position(returns_frac=returns, bars=None))
    assert short.decompositions[0].left_out == ("A3",)
    assert "volatility_annual" not in short.metrics  # a figure without A3 says nothing about a limit
    assert any(note.startswith("A1 and A3: too little history") for note in short.statistical_factors.notes)


def test_what_never_sells_is_beyond_every_limit_and_what_nobody_knows_is_not_known() -> None:
    volumes = np.full(8, 2e6)
    volumes[0] = 0.0
    never = risk_structure(position(volumes_ccy=volumes))
    assert never.unbounded == ("days_to_95", "stressed_days_to_95")
    volumes[0] = np.nan
    unknown = risk_structure(position(volumes_ccy=volumes))
    assert unknown.unbounded == ()
    assert "days_to_95" not in unknown.metrics
    assert "illiquid_share" not in unknown.metrics


def numbers(value: object) -> Iterator[float]:
    if isinstance(value, float):
        yield value
    elif isinstance(value, dict | list | tuple):
        for one in value.values() if isinstance(value, dict) else value:
            yield from numbers(one)


@given(
    seed=st.integers(0, 2**31),
    days=st.sampled_from([0, 1, 19, 60, 250]),
    count=st.sampled_from([0, 1, 2, 3, 7]),
    kind=st.sampled_from(["plain", "gaps", "nothing", "still", "constant", "mirror", "infinite"]),
    holding=st.sampled_from(["any", "none", "long", "neutral", "dust"]),
)
@settings(max_examples=30, deadline=None, derandomize=True)
def test_whatever_is_given_every_number_is_finite_and_the_parts_add_up(
    seed: int, days: int, count: int, kind: str, holding: str
) -> None:
    rng = np.random.default_rng(seed)
    returns = 0.01 * rng.standard_t(3, (days, count))
    if kind == "gaps":
        returns[rng.random(returns.shape) < 0.3] = np.nan
    elif kind in ("nothing", "still", "constant"):
        returns[:] = {"nothing": np.nan, "still": 0.0, "constant": 0.0123}[kind]
    elif kind == "mirror" and count > 1:
        returns[:, 1] = -returns[:, 0]
    elif kind == "infinite":
        returns[-1:] = np.inf
    weights = rng.normal(0.0, 0.5, count)
    if holding == "none":
        weights[:] = 0.0
    elif holding == "neutral" and count > 1:
        weights[1], weights[2:] = -weights[0], 0.0
    elif holding != "any":
        weights = np.abs(weights) if holding == "long" else 1e-9 * weights
    close = np.exp(np.cumsum(rng.normal(0.0, 0.01, (days, count)), axis=0))
    found = risk_structure(
        Position(
            assets=[f"A{place}" for place in range(count)],
            weights_frac=weights,
            cash_weight_frac=1.0 - float(weights.sum()),
            value_ccy=1e6,
            returns_frac=returns,
            groups={"sector": [None if place % 2 else "Tech" for place in range(count)]},
            volumes_ccy=rng.choice([np.nan, 0.0, 1e5, 1e9, np.inf], count),
            benchmark_returns_frac=rng.choice([np.nan, 0.01], days) if seed % 2 else rng.normal(0.0, 0.01, days),
            factors=FactorReturns(("A", "Twin"), np.repeat(rng.normal(0.0, 0.01, (days, 1)), 2, axis=1)),
            bars=Bars(1.01 * close, 0.99 * close, close),
        ),
        StructureOptions(var_frac=0.02),
    )
    assert all(math.isfinite(number) for number in numbers(found.model_dump()))
    tables = [*found.decompositions, found.active, found.factors, found.statistical_factors]
    for one in (measure for table in tables if table is not None for measure in table.measures):
        size = sum(abs(line.component_frac) for line in one.assets)
        assert sum(line.component_frac for line in one.assets) == pytest.approx(
            one.total_frac, abs=1e-12 + 1e-11 * size
        )
