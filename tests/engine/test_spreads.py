"""Do estimates from highs, lows and closes find a spread that is known, night or no night?"""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.liquidity.spreads import (
    abdi_ranaldo,
    corwin_schultz,
    corwin_schultz_pairs,
    mean_spread,
    spread_deviation,
)


def market(spread: float, night: float, days: int = 1513, steps: int = 200) -> tuple[np.ndarray, ...]:
    """A price that wanders 1% a day, seen at the bid or the ask, and moves overnight."""
    rng = np.random.default_rng(1)
    moves = rng.normal(0.0, 0.01 / math.sqrt(steps), (days, steps))
    moves[:, 0] += rng.normal(0.0, 1.0, days) * night
    true = np.exp(np.cumsum(moves.ravel())).reshape(days, steps)
    seen = true * (1.0 + 0.5 * spread * rng.choice([-1.0, 1.0], (days, steps)))
    return seen.max(axis=1), seen.min(axis=1), seen[:, -1]


@pytest.mark.parametrize("spread", [0.0005, 0.01, 0.2])
def test_a_price_that_stands_still_shows_its_spread_exactly(spread: float) -> None:
    high, low = np.full(30, 100 * (1 + spread / 2)), np.full(30, 100 * (1 - spread / 2))
    close = np.where(np.arange(30) % 2 == 0, high, low)
    assert corwin_schultz(high, low, close) == pytest.approx(spread, rel=1e-9)


@pytest.mark.parametrize("night", [0.0, 0.003])
@pytest.mark.parametrize("spread", [0.01, 0.03])
def test_a_known_spread_is_found_in_a_price_that_moves(spread: float, night: float) -> None:
    bars = market(spread, night)
    assert corwin_schultz(*bars) == pytest.approx(spread, abs=0.0035)
    assert abdi_ranaldo(*bars) == pytest.approx(spread, abs=0.0015)


def test_a_very_liquid_asset_is_not_given_a_wide_spread() -> None:
    bars = market(0.0002, 0.005)
    pairs = corwin_schultz_pairs(*bars)
    assert np.maximum(pairs, 0.0).mean() > 0.003  # what a floor on every pair would say of a spread of 0.02%
    assert corwin_schultz(*bars) < 0.001
    assert (pairs < 0.0).mean() > 0.3


def test_a_jump_overnight_is_no_spread() -> None:
    shift = np.cumsum(np.full(1513, 0.2))  # every night up by a fifth
    high, low, close = (np.exp(np.log(one) + shift) for one in market(0.02, 0.0))
    taken_out = corwin_schultz_pairs(high, low, close)
    inside = np.sqrt(high[1:] * low[1:])  # a close within the next day's range leaves nothing to take out
    blind = corwin_schultz_pairs(high, low, np.append(inside, close[-1]))
    assert taken_out.mean() == pytest.approx(0.0, abs=0.02)
    assert blind.mean() < -0.25


def test_columns_do_not_mix_and_prices_have_no_scale() -> None:
    high, low, close = market(0.01, 0.0, 300)
    table = [np.column_stack([one, 2.0 * one]) for one in (high, low, close)]
    np.testing.assert_allclose(corwin_schultz(*table), [corwin_schultz(high, low, close)] * 2, rtol=1e-9)
    np.testing.assert_allclose(abdi_ranaldo(*table), [abdi_ranaldo(high, low, close)] * 2, rtol=1e-9)


def test_too_few_days_and_gaps_are_unknown() -> None:
    high, low, close = market(0.01, 0.0, 300)
    assert np.isnan(corwin_schultz(high[:10], low[:10], close[:10]))
    assert np.isfinite(corwin_schultz(high[:12], low[:12], close[:12]))
    assert np.isnan(corwin_schultz(high[:1], low[:1], close[:1]))
    holed = high.copy()
    holed[::2] = np.nan
    assert np.isnan(corwin_schultz(holed, low, close))
    low_zero = low.copy()
    low_zero[5] = 0.0
    assert np.isfinite(corwin_schultz(high, low_zero, close))


def test_how_much_a_spread_varies_is_told_from_the_noise_of_its_estimate() -> None:
    rng = np.random.default_rng(0)
    months = np.repeat(rng.uniform(0.002, 0.012, 120), 21)
    noise = rng.normal(0.0, 0.006, 2520)
    unknown = np.full(2520, np.nan)
    found = spread_deviation(np.column_stack([months + noise, 0.005 + noise, np.full(2520, 0.002), unknown]))
    assert found[0] == pytest.approx(months[::21].std(ddof=1), rel=0.1)
    assert found[1] < 0.0005
    assert found[2] == pytest.approx(0.0, abs=1e-12)
    assert np.isnan(found[3])
    assert np.isnan(spread_deviation(noise[:100]))
    assert mean_spread(np.full(252, 0.002)) == pytest.approx(0.002)
