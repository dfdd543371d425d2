"""Which statements hold for the figures and the attribution of every portfolio?"""

from __future__ import annotations

import math
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.performance.attribution import brinson_attribution
from engine.performance.contribution import contribution_table
from engine.performance.drawdowns import drawdown_table
from engine.performance.figures import performance_figures
from engine.performance.history import History
from engine.performance.money_weighted import REACH, internal_rate
from engine.performance.positions import Positions
from engine.performance.returns import linked, time_weighted

SETTINGS = settings(max_examples=40, deadline=None, derandomize=True)
START = date(2019, 12, 31)
LINKINGS = ("carino", "menchero", "grap", "frongello", "geometric")


@st.composite
def worlds(draw):
    """Weights of both sides, some not held, some short, returns and groups."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    periods, assets = draw(st.integers(1, 30)), draw(st.integers(1, 8))
    size = draw(st.sampled_from([1e-6, 0.01, 0.2]))
    returns = np.clip(rng.normal(0.0, size, (periods, assets)), -0.6, 0.9)
    own = rng.dirichlet(np.ones(assets), periods) * rng.choice([0.0, 0.7, 1.0])
    if draw(st.booleans()):
        own += rng.normal(0.0, 0.1, (periods, assets))
    own[rng.random(own.shape) < 0.2] = 0.0
    base = rng.dirichlet(np.ones(assets), periods)
    base[:, rng.random(assets) < 0.2] = 0.0
    groups = tuple(f"G{rng.integers(3)}" for _ in range(assets))
    return own, base, returns, groups


def positions(own, base, returns, groups, order=None) -> Positions:
    dates = np.datetime64("2020-01-01") + np.arange(len(own))
    names = tuple(f"A{i}" for i in range(own.shape[1]))
    if order is not None:
        own, base, returns = own[:, order], base[:, order], returns[:, order]
        names, groups = tuple(names[i] for i in order), tuple(groups[i] for i in order)
    return Positions.of(dates, START, names, groups, own, returns, benchmark_weights_frac=base)


@pytest.mark.requirement("2.3.D2")
@pytest.mark.parametrize("linking", LINKINGS)
@SETTINGS
@given(world=worlds(), model=st.sampled_from(["brinson_fachler", "brinson_hood_beebower"]), is_folded=st.booleans())
def test_attribution_closes(linking, world, model, is_folded):
    found = brinson_attribution(positions(*world), model=model, linking=linking, is_interaction_folded=is_folded)
    assert abs(found.residual_frac) < 1e-10
    assert abs(contribution_table(positions(*world)).residual_frac) < 1e-12


@SETTINGS
@given(world=worlds(), seed=st.integers(0, 99))
def test_the_order_of_assets_changes_nothing(world, seed):
    order = np.random.default_rng(seed).permutation(world[0].shape[1])
    first, second = (brinson_attribution(positions(*world, order=one)) for one in (None, order))
    by_key = {row.key: row.total_frac for row in second.segments}
    assert {row.key: row.total_frac for row in first.segments} == pytest.approx(by_key, abs=1e-12)


@SETTINGS
@given(
    gains=st.lists(st.floats(-0.3, 0.4), min_size=2, max_size=30), flows=st.integers(0, 99), scale=st.floats(0.01, 1e6)
)
def test_twice_the_money_is_the_same_return(gains, flows, scale):
    rng = np.random.default_rng(flows)
    flow = np.where(rng.random(len(gains)) < 0.3, rng.uniform(0.0, 50.0, len(gains)), 0.0)
    flow[0] = 100.0
    values, last = [], 0.0
    for gain, paid in zip(gains, flow, strict=True):
        last = (last if last else paid) * (1 + gain) + (paid if last else 0.0)
        values.append(last)
    once, more = (time_weighted(np.array(values) * one, flow * one) for one in (1.0, scale))
    assert once == pytest.approx(more, abs=1e-9)
    assert linked(once) == pytest.approx(np.prod(1 + np.array(gains)) - 1, abs=1e-9)


@SETTINGS
@given(returns=st.lists(st.floats(-0.5, 0.6), min_size=2, max_size=40), cut=st.integers(1, 39))
def test_a_record_cut_in_two_compounds_to_the_whole(returns, cut):
    r = np.array(returns)
    dates = np.datetime64("2020-01-01") + np.arange(len(r))
    cut = min(cut, len(r) - 1)
    parts = [performance_figures(History.of(dates[p], r[p])) for p in (slice(None), slice(0, cut), slice(cut, None))]
    whole, first, second = (one.metric("total_return").value for one in parts)
    assert (1 + first) * (1 + second) == pytest.approx(1 + whole)
    assert whole >= -1.0


@SETTINGS
@given(returns=st.lists(st.floats(-1.0, 1.0), min_size=1, max_size=60))
def test_falls_and_tails_keep_their_order(returns):
    r = np.array(returns)
    dates = np.datetime64("2020-01-01") + np.arange(len(r))
    found = performance_figures(History.of(dates, r))
    value = {one.key: one.value for one in found.metrics}
    assert value["cvar_95"] >= value["var_95"] - 1e-12
    assert value["var_99"] >= value["var_95"]
    assert 0.0 <= value["pain"] <= value["ulcer"] + 1e-12
    assert value["ulcer"] <= value["cdar_95"] + value["max_drawdown"] + 1e-12
    assert value["cdar_95"] <= value["max_drawdown"] + 1e-12
    table = drawdown_table(r, dates, START)
    depths = [one.depth_frac for one in table.drawdowns]
    assert depths == sorted(depths, reverse=True)
    for one in table.drawdowns:
        assert one.peak_date < one.trough_date
        assert one.recovered_date is None or one.recovered_date > one.trough_date


@SETTINGS
@given(
    paid=st.lists(st.tuples(st.integers(0, 2000), st.floats(1.0, 1e5)), min_size=1, max_size=12),
    back=st.floats(10.0, 1e6),
    scale=st.floats(1e-3, 1e6),
)
def test_at_the_internal_rate_flows_are_worth_nothing_in_any_unit(paid, back, scale):
    last, total = max(days for days, _ in paid), sum(amount for _, amount in paid)
    span = 2400 - min(days for days, _ in paid)
    assume(abs(math.log(back / total)) * span / (2400 - last) < REACH - 1.0)  # no further out than rates are looked for
    flows = [(START + timedelta(days=days), -amount) for days, amount in paid]
    flows.append((START + timedelta(days=2400), back))
    found = internal_rate(flows)
    assert found.status == "found"  # one change of sign, one rate
    first = min(when for when, _ in flows)
    span = (flows[-1][0] - first).days
    worth = [amount * (1 + found.return_frac) ** (-(when - first).days / span) for when, amount in flows]
    assert abs(sum(worth)) <= 1e-9 * max(abs(one) for one in worth)
    other = internal_rate([(when, scale * amount) for when, amount in flows])
    assert other.return_frac == pytest.approx(found.return_frac, rel=1e-9, abs=1e-12)
