"""Does the reverse stress hit its loss, with nothing nearer that loses as much?"""

from __future__ import annotations

import json
import re
from dataclasses import replace

import cvxpy
import numpy as np
import pytest
from scipy.stats import norm

from engine.kernel.errors import InputRefused
from engine.stress.exposures import BondTerms, exposures
from engine.stress.factor_model import factor_model
from engine.stress.joint_history import covariance_of
from engine.stress.moves import FACTORS
from engine.stress.reverse import nearest_event, reverse_assets, reverse_factors
from engine.stress.reverse_space import Space, most_plausible
from engine.stress.shock import shock
from tests.engine.stress_worlds import events, portfolio


def space_of(seed: int, width: int = 5, bound: float = np.inf) -> Space:
    rng = np.random.default_rng(seed)
    mixing = rng.normal(size=(width, width + 3))
    covariance = mixing @ mixing.T / (width + 3) * np.outer(*[rng.uniform(0.05, 2.0, width)] * 2)
    covariance = 0.5 * (covariance + covariance.T)
    sides = bound * np.sqrt(np.diag(covariance))
    names = tuple(f"F{place}" for place in range(width))
    return Space(names, ("fraction",) * width, rng.normal(size=width), covariance, -sides, sides)


def distance(space: Space, moves: np.ndarray) -> float:
    return float(np.sqrt(moves @ np.linalg.solve(space.covariance, moves)))


@pytest.mark.parametrize("seed", range(6))
def test_the_free_scenario_hits_its_loss_and_nothing_nearer_does(seed):
    space = space_of(seed)
    status, moves = most_plausible(space, 0.2)
    assert status == "found"
    assert -(space.tilt @ moves) == pytest.approx(0.2, rel=1e-10)
    deviation = np.sqrt(space.tilt @ space.covariance @ space.tilt)
    assert distance(space, moves) == pytest.approx(0.2 / deviation, rel=1e-9)
    rng = np.random.default_rng(100 + seed)
    root = np.linalg.cholesky(space.covariance)
    directions = rng.normal(size=(5000, len(moves)))
    directions /= np.linalg.norm(directions, axis=1)[:, None]
    nearer = directions * rng.uniform(0.0, 0.999, (5000, 1)) * distance(space, moves) @ root.T
    assert (-(nearer @ space.tilt)).max() < 0.2


@pytest.mark.parametrize("seed", range(6))
def test_within_bounds_it_is_the_quadratic_programs_answer(seed):
    free = space_of(seed)
    loss = 1.5 * float(np.sqrt(free.tilt @ free.covariance @ free.tilt))
    space = space_of(seed, bound=0.9)
    status, moves = most_plausible(space, loss)
    variable = cvxpy.Variable(len(moves))
    inverse = np.linalg.inv(space.covariance)
    program = cvxpy.Problem(
        cvxpy.Minimize(cvxpy.quad_form(variable, cvxpy.psd_wrap(0.5 * (inverse + inverse.T)))),
        [space.tilt @ variable <= -loss, variable >= space.lower, variable <= space.upper],
    )
    program.solve(solver="CLARABEL")
    if status == "impossible":
        assert program.status == "infeasible"
        return
    assert -(space.tilt @ moves) >= loss - 1e-9
    assert (moves >= space.lower - 1e-12).all()
    assert (moves <= space.upper + 1e-12).all()
    assert distance(space, moves) ** 2 == pytest.approx(program.value, rel=1e-5)


def test_a_loss_beyond_the_bounds_is_impossible_and_the_most_is_told():
    space = space_of(0, bound=0.5)
    status, moves = most_plausible(space, 100.0)
    assert status == "impossible"
    assert -(space.tilt @ moves) == pytest.approx(np.abs(space.tilt) @ space.upper)
    for wrong in (0.0, -0.1, float("nan")):
        with pytest.raises(InputRefused, match="positive loss"):
            most_plausible(space, wrong)


@pytest.fixture(scope="module")
def market():
    rng = np.random.default_rng(2)
    index = rng.normal(0.0, 0.01, 900)
    returns = np.outer(index, [0.8, 1.2]) + rng.normal(0.0, 0.004, (900, 2))
    held = portfolio([0.5, 0.4], cash=0.1)
    return held, returns, exposures(held, returns, {"equity": index}, tuple(FACTORS))


@pytest.mark.requirement("4.2.A6")
def test_factors_tell_the_story_and_the_nearest_event(market):
    held, _, reactions = market
    answer = reverse_factors(held, reactions, factor_model(events()), events(), 0.2)
    assert answer.loss_frac == pytest.approx(0.2, abs=1e-9)
    assert sum(one.impact_frac for one in answer.moves) == pytest.approx(-0.2, abs=1e-9)
    assert [abs(one.sigmas) for one in answer.moves] == sorted((abs(one.sigmas) for one in answer.moves), reverse=True)
    deviation = 0.2 / answer.mahalanobis
    assert answer.probability_frac == pytest.approx(norm.sf(0.2 / deviation))
    assert answer.nearest.scenario in {"gfc_2007", "lehman_2008", "covid_2020"}
    assert answer.nearest.cosine > 0.9
    assert "Shares" in answer.sentence
    assert answer.nearest.name in answer.sentence


def test_what_does_not_react_has_no_chance_and_resembles_no_event():
    held = portfolio([], cash=1.0)
    reactions = exposures(held, np.zeros((500, 0)), {}, tuple(FACTORS))
    answer = reverse_factors(held, reactions, factor_model(events()), events(), 0.2)
    assert answer.status == "impossible"
    assert (answer.probability_frac, answer.one_in, answer.nearest) == (None, None, None)
    assert "-0.0" not in json.dumps([one.impact_frac for one in answer.moves])


@pytest.mark.parametrize(("base", "currency"), [("EUR", "USD"), ("USD", "EUR")])
def test_the_loss_is_met_where_currencies_multiply_prices(market, base, currency):
    held, returns, _ = market
    index = np.random.default_rng(2).normal(0.0, 0.01, 900)
    currencies = dict.fromkeys(held.assets, currency)
    factors = tuple(FACTORS)
    reactions = exposures(held, returns, {"equity": index}, factors, currencies=currencies, base_currency=base)
    answer = reverse_factors(held, reactions, factor_model(events()), events(), 0.2)
    moves = {one.name: one.move for one in answer.moves}
    again = shock(held, reactions, factor_model(events()), moves, mode="others_zero")
    assert -again.total_frac == pytest.approx(0.2, abs=1e-8)


def test_curvature_is_met_too(market):
    held, returns, _ = market
    rng = np.random.default_rng(2)
    index = rng.normal(0.0, 0.01, 900)
    bonds = {"A1": BondTerms(9.0, 120.0, 6.0)}
    reactions = exposures(held, returns, {"equity": index}, tuple(FACTORS), bonds=bonds)
    answer = reverse_factors(held, reactions, factor_model(events()), events(), 0.15)
    moves = {one.name: one.move for one in answer.moves}
    again = shock(held, reactions, factor_model(events()), moves, mode="others_zero")
    assert -again.total_frac == pytest.approx(0.15, abs=1e-8)
    assert answer.loss_frac == pytest.approx(0.15, abs=1e-8)
    assert "Curvature" in answer.notes[0]


def first_six():
    every = events()
    return replace(every, factors=every.factors[:6], moves=every.moves[:, :6])


def test_strong_curvature_neither_misses_the_loss_nor_understates_the_most(market):
    """A long zero-coupon bond gains from convexity what its duration seems to lose: a linear answer is far off."""
    _, returns, _ = market
    index = np.random.default_rng(2).normal(0.0, 0.01, 900)
    held = portfolio([0.2, 0.8])
    bonds = {"A1": BondTerms(20.0, 600.0, 0.0)}
    reactions = exposures(held, returns, {"equity": index}, tuple(FACTORS), bonds=bonds)
    model = factor_model(first_six())  # the golden figure below was found for these
    answer = reverse_factors(held, reactions, model, events(), 0.3)
    assert answer.status == "found"
    assert answer.loss_frac == pytest.approx(0.3, abs=1e-7)
    assert answer.mahalanobis == pytest.approx(3.3202, abs=1e-3)  # the best of 30 starts of another search
    apart = portfolio([-0.5, 0.5], cash=1.0)
    floored = reverse_factors(apart, exposures(apart, returns, {"equity": index}, tuple(FACTORS)), model, events(), 0.2)
    assert floored.status == "impossible"
    assert floored.loss_frac == pytest.approx(0.1663, abs=1e-3)  # the long side is gone before shares fall by 95%


def test_bounds_move_the_loss_to_other_factors(market):
    held, returns, _ = market
    rng = np.random.default_rng(2)
    index = rng.normal(0.0, 0.01, 900)
    yields = rng.normal(0.0, 0.05, 900)
    both = returns + 0.02 * yields[:, None]
    names = tuple(FACTORS)
    reactions = exposures(held, both, {"equity": index, "rates": yields}, names)
    model = factor_model(events())
    free = reverse_factors(held, reactions, model, events(), 0.1)
    bound = reverse_factors(held, reactions, model, events(), 0.1, {"equity": (-0.05, 0.5)})
    equity = next(one for one in bound.moves if one.name == "equity")
    assert equity.move == pytest.approx(-0.05)
    assert equity.is_at_bound
    assert bound.mahalanobis > free.mahalanobis
    assert bound.loss_frac == pytest.approx(0.1, abs=1e-8)
    with pytest.raises(InputRefused, match="no factor 'gold'"):
        reverse_factors(held, reactions, model, events(), 0.1, {"gold": (-1.0, 1.0)})
    with pytest.raises(InputRefused, match="lower bound"):
        reverse_factors(held, reactions, model, events(), 0.1, {"equity": (0.2, -0.2)})


def test_assets_by_the_closed_form(market):
    held, returns, _ = market
    answer = reverse_assets(held, returns, 0.1, horizon_days=21)
    covariance = covariance_of(returns) * 21
    expected = -0.1 / (held.weights_frac @ covariance @ held.weights_frac) * covariance @ held.weights_frac
    assert {one.name: one.move for one in answer.moves} == pytest.approx(dict(zip(held.assets, expected, strict=True)))
    told = answer.sentence.split(": ")[1].split("). ")[0]
    assert re.findall(r"−[\d.]+%", told) == [f"−{-100 * one.move:.1f}%" for one in answer.moves]
    assert answer.period == "periods of 21 sessions"
    assert reverse_assets(held, returns, 0.1, horizon_days=1).period == "sessions"
    total = reverse_assets(held, returns, 0.95)
    assert total.status == "impossible"
    assert total.loss_frac == pytest.approx(0.9)


def test_cash_alone_cannot_lose():
    held = portfolio([], cash=1.0)
    reactions = exposures(held, np.zeros((500, 0)), {}, tuple(FACTORS))
    answer = reverse_factors(held, reactions, factor_model(events()), events(), 0.2)
    assert answer.status == "impossible"
    assert answer.loss_frac == 0.0
    assert reverse_assets(held, np.zeros((500, 0)), 0.2).status == "impossible"


def test_an_event_is_nearest_to_itself():
    known = events()
    model = factor_model(known)
    place = known.ids.index("rates_2022")
    scores = np.nan_to_num(known.moves[place]) / model.sigmas
    found = nearest_event(model.names, scores, model.sigmas, known)
    assert found.scenario == "rates_2022"
    assert found.cosine == pytest.approx(1.0)
