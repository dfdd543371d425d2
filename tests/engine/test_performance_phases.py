"""Are kinds of markets told apart, and is a portfolio's strength in one of them tested?"""

from __future__ import annotations

import numpy as np
import pytest

from engine.performance.history import History
from engine.performance.phases import _holm, bear_periods, market_phases

COUNT = 900
DATES = np.busday_offset("2020-01-02", np.arange(COUNT), roll="forward")


@pytest.fixture(scope="module")
def base():
    rng = np.random.default_rng(4)
    moves = 0.0008 + rng.normal(0.0, 0.006, COUNT)
    moves[300:420] = -0.004 + rng.normal(0.0, 0.025, 120)
    return moves


def test_a_bear_market_runs_from_the_peak_to_the_trough():
    wealth = np.array([1.1, 1.0, 0.88, 0.95, 1.1, 1.0, 1.2])
    returns = wealth / np.concatenate([[1.0], wealth[:-1]]) - 1.0
    assert bear_periods(returns).tolist() == [False, True, True, False, False, False, False]


@pytest.mark.requirement("2.3.A6")
def test_strength_in_bear_markets_is_found(base):
    rng = np.random.default_rng(5)
    bear = bear_periods(base)
    own = (1 + base) * (1 + rng.normal(0.0, 0.003, COUNT) + 0.002 * bear) - 1
    found = market_phases(History.of(DATES, own, benchmark_returns_frac=base))
    rows = {row.label: row for row in found.phases}
    assert set(rows) == {"bull", "bear", "calm", "turbulent"}
    assert rows["bear"].is_significant
    assert not rows["bull"].is_significant
    assert "ahead in bear markets" in found.sentence
    assert rows["bear"].periods_count + rows["bull"].periods_count == COUNT
    both = (1 + rows["bear"].portfolio_return_frac) * (1 + rows["bull"].portfolio_return_frac)
    assert both == pytest.approx(np.prod(1 + own))
    assert rows["turbulent"].periods_count == pytest.approx(120, abs=30)
    assert found.model_dump_json()


def test_without_skill_nothing_stands_out_and_one_kind_is_told(base):
    own = (1 + base) * (1 + np.random.default_rng(6).normal(0.0, 0.003, COUNT)) - 1
    assert "In no kind of market" in market_phases(History.of(DATES, own, benchmark_returns_frac=base)).sentence
    calm = np.random.default_rng(7).normal(0.001, 0.004, 300)
    found = market_phases(History.of(DATES[:300], calm * 0.9, benchmark_returns_frac=calm, benchmark_name="Index"))
    assert found.phases == ()
    assert "Index never fell by 20% from a peak: there is no bear market." in found.notes
    assert market_phases(History.of(DATES, own)).sentence == "There is no benchmark to tell kinds of markets by."


def test_holm_multiplies_by_what_is_left():
    assert _holm([0.01, None, 0.04, 0.03]) == pytest.approx([0.03, None, 0.06, 0.06])
