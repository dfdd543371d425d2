"""Do factor shocks spread as conditional expectations say, add up, and tell how plausible they are?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import chi2

from engine.kernel.errors import InputRefused
from engine.stress.conditional import plausibility, propagate, told_moves
from engine.stress.exposures import BondTerms, exposures
from engine.stress.factor_model import FactorModel, factor_model
from engine.stress.levels import CALM_LEVELS
from engine.stress.moves import FACTORS
from engine.stress.own_moves import own_moves
from engine.stress.regulatory import RegulatoryFigures, mapped, regulatory_shock
from engine.stress.shock import shock
from tests.engine.stress_worlds import event_table, events, portfolio

NAMES = tuple(FACTORS)


def model_of(covariance, names) -> FactorModel:
    return FactorModel(names, np.array(covariance), "crises", 40, ("events",) * len(names), 0.0)


@pytest.fixture(scope="module")
def market():
    """Four stocks with known betas to an index, over 900 days."""
    rng = np.random.default_rng(2)
    index = rng.normal(0.0, 0.01, 900)
    betas = np.array([0.5, 1.0, 1.5, 0.8])
    return index, betas, np.outer(index, betas) + rng.normal(0.0, 0.005, (900, 4))


def reactions_of(market, held, **options):
    index, _, returns = market
    return exposures(held, returns[:, : held.count], {"equity": index}, NAMES, **options)


@pytest.mark.requirement("4.2.F4")
def test_what_follows_is_the_regression_of_the_others_on_the_given():
    rng = np.random.default_rng(0)
    mixing = rng.normal(size=(4, 4))
    draws = rng.normal(size=(400_000, 4)) @ mixing.T
    covariance = mixing @ mixing.T
    names = ("equity", "rates", "credit", "oil")
    found = propagate(model_of(covariance, names), {"equity": -0.3, "credit": 0.7})
    free, given = [1, 3], [0, 2]
    slopes = np.linalg.lstsq(draws[:, given], draws[:, free], rcond=None)[0]
    left = draws[:, free] - draws[:, given] @ slopes
    assert found.moves[free] == pytest.approx(np.array([-0.3, 0.7]) @ slopes, abs=0.01)
    assert found.covariance[np.ix_(free, free)] == pytest.approx(np.cov(left.T), abs=0.03)
    assert found.moves[given] == pytest.approx([-0.3, 0.7])
    assert np.abs(found.covariance[given]).max() == 0.0


def test_two_factors_by_hand():
    model = model_of([[0.04, -0.03], [-0.03, 0.09]], ("equity", "rates"))
    found = propagate(model, {"equity": -0.2})
    assert found.moves == pytest.approx([-0.2, 0.15])
    assert found.covariance[1, 1] == pytest.approx(0.09 - 0.03**2 / 0.04)
    told = plausibility(model, found)
    assert told.mahalanobis_squared == pytest.approx(1.0)
    assert told.probability_frac == pytest.approx(chi2.sf(1.0, 1))
    assert told.one_in == pytest.approx(1.0 / chi2.sf(1.0, 1))
    assert told.word == "common"
    held = propagate(model, {"equity": -0.2}, "others_zero")
    assert held.moves[1] == 0.0
    assert [one.route for one in told_moves(model, held, "others_zero")] == ["given", "held"]


def test_far_moves_are_extreme_and_impossible_ones_refused():
    model = factor_model(events())
    far = propagate(model, {"equity": -0.9, "oil": 3.0})
    assert plausibility(model, far).word == "extreme"
    for wrong in ({"equity": -1.5}, {"gold": 0.1}, {"rates": float("nan")}):
        with pytest.raises(InputRefused):
            propagate(model, wrong)


def test_the_model_of_events_is_positive_definite_and_reads_its_table():
    model = factor_model(events())
    correlation = model.covariance / np.outer(model.sigmas, model.sigmas)
    assert np.linalg.eigvalsh(correlation)[0] > 0.04
    assert (model.period, set(model.routes)) == ("crises", {"events"})
    assert 0.0 < model.shrinkage_frac < 0.5
    place = {name: at for at, name in enumerate(model.names)}
    assert correlation[place["equity"], place["credit"]] < -0.5
    assert correlation[place["equity"], place["volatility"]] < -0.5


def test_events_inside_others_count_once():
    inside = events()
    assert len(inside.apart()) == len(inside.ids) - 3  # September 11 in the bust, Lehman in the crisis, gilts in 2022


def test_full_and_uncorrelated_tables_give_their_own_moments():
    rng = np.random.default_rng(1)
    moves = rng.normal(0.0, (0.2, 1.0), (500, 2))
    model = factor_model(event_table(moves, ("equity", "rates")))
    assert model.sigmas == pytest.approx(np.sqrt((moves**2).mean(axis=0)))
    assert abs(model.covariance[0, 1]) < 0.2 * 1.0 * 0.1


def test_stored_histories_replace_the_events_for_their_factors():
    rng = np.random.default_rng(4)
    common = rng.normal(0.0, 1.0, 3000)
    index = 0.01 * common
    yields = 0.05 * (0.8 * common + 0.6 * rng.normal(0.0, 1.0, 3000))
    model = factor_model(events(), {"equity": index, "rates": yields})
    assert model.period == "stressed months"
    assert model.sessions_count == 21
    routes = dict(zip(model.names, model.routes, strict=True))
    assert routes["equity"] == routes["rates"] == "history"
    assert routes["oil"] == "events"
    correlation = model.covariance / np.outer(model.sigmas, model.sigmas)
    assert correlation[0, 1] == pytest.approx(0.8, abs=0.1)
    assert np.linalg.eigvalsh(correlation)[0] > 0.0
    assert model.sigmas[0] > 0.01 * np.sqrt(21)  # months of stress are rougher than the average one


@pytest.mark.requirement("4.2.F4", "4.2.A4")
def test_impacts_of_positions_and_of_factors_sum_to_the_total(market):
    held = portfolio([0.4, -0.2, 0.5, 0.2], cash=0.1)
    bonds = {"A3": BondTerms(7.0, 60.0, 5.0, 0.3)}
    reactions = reactions_of(market, held, bonds=bonds, currencies={"A0": "EUR", "A1": "USD"})
    answer = shock(held, reactions, factor_model(events()), {"equity": -0.3, "rates": 1.5, "usd": 0.1})
    assert sum(one.impact_frac for one in answer.positions) == pytest.approx(answer.total_frac, abs=1e-12)
    assert sum(one.impact_frac for one in answer.groups) == pytest.approx(answer.total_frac, abs=1e-12)
    assert sum(one.impact_frac for one in answer.factors) == pytest.approx(answer.total_frac, abs=1e-12)
    assert answer.low_frac < answer.total_frac < answer.high_frac


def test_a_bond_loses_by_duration_and_convexity(market):
    held = portfolio([1.0])
    reactions = reactions_of(market, held, bonds={"A0": BondTerms(8.0, 80.0, 4.0, 0.5)})
    answer = shock(held, reactions, factor_model(events()), {"rates": 2.0, "credit": 3.0}, mode="others_zero")
    assert answer.total_frac == pytest.approx(-8.0 * 0.02 + 0.5 * 80.0 * 0.02**2 - 4.0 * 0.5 * 0.03)
    assert answer.positions[0].tier == "given"


@pytest.mark.parametrize(
    ("base", "currency", "expected"),
    [("USD", "EUR", 1 / 1.1 - 1), ("USD", "USD", 0.0), ("EUR", "USD", 0.1), ("EUR", "GBP", 0.0)],
)
def test_a_dearer_dollar_acts_through_currencies(market, base, currency, expected):
    held = portfolio([1.0])
    bonds = {"A0": BondTerms(0.0)}
    reactions = reactions_of(market, held, bonds=bonds, currencies={"A0": currency}, base_currency=base)
    answer = shock(held, reactions, factor_model(events()), {"usd": 0.1}, mode="others_zero")
    assert answer.total_frac == pytest.approx(expected, abs=1e-12)


@pytest.mark.requirement("4.2.F4", "4.2.A4")
@pytest.mark.parametrize(("base", "currency", "side"), [("EUR", "USD", 1.0), ("USD", "EUR", -1.0)])
def test_a_currency_multiplies_the_price_and_the_parts_still_sum(market, base, currency, side):
    held = portfolio([0.6, -0.3, 0.4, 0.2], cash=0.1)
    bonds = {"A3": BondTerms(7.0, 60.0)}
    currencies = dict.fromkeys(held.assets, currency) | {"A1": base}
    reactions = reactions_of(market, held, bonds=bonds, currencies=currencies, base_currency=base)
    moves = {"equity": -0.2, "rates": 1.5, "slope": 0.0}
    options = {"scenario": "x", "mode": "others_zero"}
    alone = shock(held, reactions, factor_model(events()), moves, **options)
    both = shock(held, reactions, factor_model(events()), {**moves, "usd": 0.1 * side}, **options)
    rate = 1.1 if side > 0.0 else 1.0 / 0.9
    product = 0.0
    for before, after in zip(alone.positions, both.positions, strict=True):
        multiple = 1.0 if after.asset == "A1" else rate
        assert after.return_frac == pytest.approx((1.0 + before.return_frac) * multiple - 1.0, abs=1e-14)
        product += after.weight_frac * before.return_frac * (multiple - 1.0)
    assert sum(one.impact_frac for one in both.factors) == pytest.approx(both.total_frac, abs=1e-14)
    lines = {one.factor: one.impact_frac for one in both.factors}
    before = {one.factor: one.impact_frac for one in alone.factors}
    assert lines["equity"] == before["equity"], "a factor's line is that of its move alone"
    curved = 0.0 if side > 0.0 else (0.6 + 0.4 + 0.2) * (1.0 / 0.9 - 1.0 - 0.1)
    assert lines["other"] - before["other"] == pytest.approx(product + curved, abs=1e-14)
    assert f"takes {-100.0 * product:.2f}% of the value" in " ".join(both.notes)
    assert "multiply" not in " ".join(alone.notes)


def test_a_position_in_a_dearer_currency_loses_no_more_than_everything(market):
    held = portfolio([0.0, 0.0, 1.0])
    currencies = dict.fromkeys(held.assets, "USD")
    reactions = reactions_of(market, held, currencies=currencies, base_currency="EUR")
    answer = shock(held, reactions, factor_model(events()), {"equity": -0.9, "usd": 0.5}, mode="others_zero")
    assert answer.total_frac == -1.0, "what is worth nothing is worth nothing in any currency"


@pytest.mark.requirement("4.2.F4")
def test_an_oil_shock_reaches_stocks_through_the_index_although_oil_has_no_history(market):
    held = portfolio([0.5, 0.5])
    reactions = reactions_of(market, held)
    model = factor_model(events())
    answer = shock(held, reactions, model, {"oil": -0.4}, benchmark_beta=1.0)
    equity = next(one for one in answer.moves if one.factor == "equity")
    assert equity.route == "events"
    assert equity.move < -0.01
    assert answer.total_frac == pytest.approx(0.75 * equity.move, rel=0.05)
    assert answer.benchmark_frac == pytest.approx(equity.move)
    assert "oil" in " ".join(answer.notes)
    still = shock(held, reactions, model, {"oil": -0.4}, mode="others_zero")
    assert still.total_frac == 0.0


def test_no_long_position_loses_more_than_everything(market):
    held = portfolio([0.0, 0.0, 1.0])
    answer = shock(held, reactions_of(market, held), factor_model(events()), {"equity": -0.9})
    assert answer.total_frac == -1.0
    assert next(one.impact_frac for one in answer.factors if one.factor == "other") > 0.0


def test_positions_without_history_take_their_sector_or_are_named(market):
    index, betas, returns = market
    seen = np.column_stack([returns, np.full((900, 2), np.nan)])
    held = portfolio([0.2] * 5 + [0.1], groups=["Tech", "Tech", "Tech", "Bank", "Tech", "Bank"])
    reactions = exposures(held, seen, {"equity": index}, NAMES)
    answer = shock(held, reactions, factor_model(events()), {"equity": -0.2})
    assert [one.tier for one in answer.positions] == ["factors"] * 4 + ["sector", "none"]
    assert answer.positions[4].return_frac == pytest.approx(-0.2 * np.median(betas[:3]), abs=0.02)
    assert [one.asset for one in answer.uncovered] == ["A5"]
    assert answer.covered_frac == pytest.approx(1.0 - 0.1 / 1.1)


@pytest.mark.requirement("4.2.F3")
def test_stated_returns_come_before_sectors_and_factors(market):
    held = portfolio([0.25] * 4)
    reactions, model = reactions_of(market, held), factor_model(events())
    answer = own_moves(held, reactions, model, {"equity": -0.1}, {"A0": -0.5}, {"Tech": -0.2, "Mines": -0.9})
    returns = [one.return_frac for one in answer.positions]
    assert returns[0] == -0.5
    assert returns[2] == -0.2
    assert returns[1] == pytest.approx(-0.1 * market[1][1], abs=0.01)
    assert sum(one.impact_frac for one in answer.factors) == pytest.approx(answer.total_frac, abs=1e-12)
    assert "Mines" in answer.notes[-1]
    alone = own_moves(held, reactions, model, {}, {"A0": -0.5}, {})
    assert alone.total_frac == pytest.approx(-0.125)
    assert len(alone.uncovered) == 3
    assert alone.low_frac == alone.high_frac == alone.total_frac
    with pytest.raises(InputRefused, match="Nothing of what is held moves"):
        own_moves(held, reactions, model, {}, {"ZZZ": -0.5}, {})


def test_stated_moves_of_currencies_come_on_top(market):
    held = portfolio([0.5, 0.5])
    currencies = {"A0": "EUR", "A1": "USD"}
    reactions = reactions_of(market, held, currencies=currencies)
    model = factor_model(events())
    both = own_moves(held, reactions, model, {}, {"A0": -0.2, "A1": -0.2}, {}, {"EUR": -0.1}, currencies)
    assert [one.return_frac for one in both.positions] == pytest.approx([0.8 * 0.9 - 1.0, -0.2])
    alone = own_moves(held, reactions, model, {}, {}, {}, {"EUR": -0.1, "JPY": 0.1}, currencies)
    assert alone.total_frac == pytest.approx(-0.05)
    assert [one.asset for one in alone.uncovered] == ["A1"]
    assert "JPY" in " ".join(alone.notes)
    dollar = own_moves(held, reactions, model, {"usd": 0.1}, {}, {}, {"EUR": -0.3}, currencies, mode="others_zero")
    assert dollar.positions[0].return_frac == pytest.approx(-0.3)
    assert sum(one.impact_frac for one in dollar.factors) == pytest.approx(dollar.total_frac, abs=1e-12)


def test_regulatory_figures_become_moves_by_the_table(market):
    figures = RegulatoryFigures("fed", "Severe", "Federal Reserve", "Scenarios", None, None, -0.58, 72.0, ("houses",))
    assert mapped(figures) == {"equity": -0.58, "volatility": 72.0 - CALM_LEVELS["volatility"]}
    assert mapped(figures, {"volatility": 30.0})["volatility"] == 42.0
    wider = replace(figures, ig_spread_peak_pp=5.7, em_equity_move_frac=-0.65)
    assert mapped(wider, {"ig": 1.1})["ig"] == pytest.approx(4.6)
    assert mapped(wider)["ig"] == pytest.approx(5.7 - CALM_LEVELS["ig"])
    assert mapped(wider)["emerging"] == -0.65
    assert mapped(wider, {"ig": 9.0})["ig"] == 0.0, "a peak below today's level moves nothing"
    held = portfolio([1.0])
    answer = regulatory_shock(held, reactions_of(market, held), factor_model(events()), figures)
    assert answer.name.startswith("Inspired by")
    assert "not a supervisory result" in answer.notes[0]
    assert "not been checked" in " ".join(answer.notes)
    silent = RegulatoryFigures("eba", "Adverse", "EBA", "Scenario", None, None, None, None)
    with pytest.raises(InputRefused, match="no move of a market factor"):
        regulatory_shock(held, reactions_of(market, held), factor_model(events()), silent)


def test_a_calm_start_of_the_volatility_index_is_its_median(shared_data):
    import gzip

    with gzip.open(shared_data / "macro" / "fred_series_to_2022.csv.gz", "rt") as file:
        later = [row.split(",")[2].strip() for row in file if row.startswith("VIXCLS")]
    with gzip.open(shared_data / "prices" / "world_indices_fx_commodities_crypto_close.csv.gz", "rt") as file:
        earlier = [row.split(",")[2] for row in file if ",^VIX," in row and row[:4] < "1999"]
    levels = [float(one) for one in (*later, *earlier) if one not in (".", "")]
    assert np.median(levels) == pytest.approx(CALM_LEVELS["volatility"], abs=0.1)


def test_a_calm_start_of_the_investment_grade_spread_is_its_median(shared_data):
    import gzip

    with gzip.open(shared_data / "macro" / "fred_series_to_2022.csv.gz", "rt") as file:
        levels = [row.split(",")[2].strip() for row in file if row.startswith("BAMLC0A0CM")]
    known = [float(one) for one in levels if one not in (".", "")]
    assert np.median(known) == pytest.approx(CALM_LEVELS["ig"], abs=0.005)


def test_only_cash_stands_still():
    held = portfolio([], cash=1.0)
    reactions = exposures(held, np.zeros((500, 0)), {}, NAMES)
    answer = shock(held, reactions, factor_model(events()), {"equity": -0.4})
    assert answer.total_frac == 0.0
    assert answer.covered_frac == 1.0
