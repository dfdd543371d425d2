"""Do twists of the yield curve, both spreads, stated levels and listed property act as the documents say?"""

from __future__ import annotations

import csv
import gzip
from dataclasses import replace

import numpy as np
import pytest

from engine.kernel.errors import InputRefused
from engine.stress.conditional import propagate, told_moves
from engine.stress.exposures import BondTerms, exposures
from engine.stress.factor_model import factor_model
from engine.stress.levels import CALM_LEVELS, FLOORS
from engine.stress.moves import FACTORS
from engine.stress.redemption import Markets
from engine.stress.regulatory import PROPERTY_GROUP, RegulatoryFigures, regulatory_shock
from engine.stress.scenarios import parse_scenario
from engine.stress.scenarios.factors import PRESETS
from engine.stress.shock import shock
from engine.stress.stand_ins import History, StandIns
from engine.stress.world import StressWorld
from tests.engine.stress_worlds import events, portfolio, weekdays

NAMES = tuple(FACTORS)
COUNT = 900


def bonds_of(*durations: float, convexity: float = 0.0):
    held = portfolio([1.0 / len(durations)] * len(durations))
    terms = {f"A{at}": BondTerms(one, convexity) for at, one in enumerate(durations)}
    return held, exposures(held, np.full((COUNT, len(durations)), np.nan), {}, NAMES, bonds=terms)


@pytest.mark.requirement("4.2.F4")
def test_a_parallel_shift_costs_every_bond_its_duration_and_a_twist_the_short_ones_alone():
    held, reactions = bonds_of(2.0, 6.0, 10.0, 20.0)
    model = factor_model(events())
    parallel = shock(held, reactions, model, {"rates": 1.0, "slope": 0.0}, mode="others_zero")
    assert [one.return_frac for one in parallel.positions] == pytest.approx([-0.02, -0.06, -0.10, -0.20])
    # Steeper by 0.5 with the ten-year yield where it is: the two-year yield falls by 0.5, the six-year one by half.
    steeper = shock(held, reactions, model, {"slope": 0.5, "rates": 0.0}, mode="others_zero")
    assert [one.return_frac for one in steeper.positions] == pytest.approx([0.01, 0.015, 0.0, 0.0])
    flatter = shock(held, reactions, model, {"slope": -0.5, "rates": 0.0}, mode="others_zero")
    assert flatter.total_frac == pytest.approx(-steeper.total_frac, abs=1e-15)


def test_convexity_counts_the_bonds_own_yield():
    held, reactions = bonds_of(6.0, convexity=50.0)
    answer = shock(held, reactions, factor_model(events()), {"rates": 2.0, "slope": 1.0}, mode="others_zero")
    own = 0.02 - 0.5 * 0.01  # six years lie half way between two and ten
    assert answer.total_frac == pytest.approx(-6.0 * own + 0.5 * 50.0 * own**2, abs=1e-15)


@pytest.mark.parametrize(("spread", "high", "low"), [("credit", -0.12, 0.0), ("ig", 0.0, -0.06)])
def test_a_bond_follows_the_spread_that_it_is_told(spread, high, low):
    held = portfolio([1.0])
    terms = {"A0": BondTerms(0.0, spread_duration_years=4.0, spread=spread)}
    reactions = exposures(held, np.full((COUNT, 1), np.nan), {}, NAMES, bonds=terms)
    model = factor_model(events())
    for moves, expected in (({"credit": 3.0}, high), ({"ig": 1.5}, low)):
        answer = shock(held, reactions, model, moves, mode="others_zero")
        assert answer.total_frac == pytest.approx(expected, abs=1e-15)


@pytest.mark.requirement("4.2.F4")
def test_a_fund_without_terms_gets_its_durations_by_regression_and_only_one_spread():
    rng = np.random.default_rng(5)
    rates, ig = rng.normal(0.0, 0.05, COUNT), rng.normal(0.0, 0.02, COUNT)
    high = 3.0 * ig + rng.normal(0.0, 0.01, COUNT)  # spreads move nearly together
    fund = -7.0 * rates / 100.0 - 5.0 * ig / 100.0 + rng.normal(0.0, 0.0003, COUNT)
    held = portfolio([1.0])
    histories = {"rates": rates, "credit": high, "ig": ig}
    reactions = exposures(held, fund[:, None], histories, NAMES)
    assert reactions.tiers == ("factors",)
    line = dict(zip(NAMES, reactions.loadings[0].tolist(), strict=True))
    assert -100.0 * line["rates"] == pytest.approx(7.0, abs=0.1)
    assert -100.0 * line["ig"] == pytest.approx(5.0, abs=0.2)
    assert line["credit"] == 0.0, "both spreads at once would be large with opposite signs"
    assert reactions.r2_frac[0] > 0.95


def test_the_presets_are_the_standard_set():
    moves = [dict(one.moves) for one in PRESETS]
    for sign in (-1.0, 1.0):
        for size in (0.1, 0.2, 0.3, 0.4):
            assert {"equity": sign * size} in moves
        for points in (0.5, 1.0, 2.0):
            assert {"rates": sign * points, "slope": 0.0} in moves
        assert {"slope": 0.5 * sign} in moves
        assert {"usd": 0.1 * sign} in moves
        assert {"oil": 0.4 * sign} in moves
    assert {"ig": 1.5} in moves
    assert {"credit": 6.0} in moves
    assert {"emerging": -0.3} in moves
    levels = {one.volatility_level_points for one in PRESETS} - {None}
    assert levels == {40.0, 65.0, 80.0}
    assert len({one.id for one in PRESETS}) == len(PRESETS)
    assert all(parse_scenario(one.model_dump_json()) == one for one in PRESETS)


def world_of(levels: dict[str, float]) -> StressWorld:
    rng = np.random.default_rng(1)
    index = rng.normal(0.0, 0.01, COUNT)
    volatility = -120.0 * index + rng.normal(0.0, 0.5, COUNT)
    held = portfolio([1.0])
    return StressWorld(
        held,
        History(weekdays(COUNT), index[:, None]),
        StandIns({"Index": index}, "Index"),
        {},
        events(),
        Markets.unknown(1),
        {"equity": index, "volatility": volatility},
        levels=levels,
    )


def test_a_level_of_the_volatility_index_is_a_move_from_its_last_level():
    question = {"kind": "factors", "volatility_level_points": 65.0}
    known = parse_scenario(question).answer(world_of({"volatility": 25.0}))
    as_move = parse_scenario({"kind": "factors", "moves": {"volatility": 40.0}}).answer(world_of({}))
    assert known.total_frac == pytest.approx(as_move.total_frac, abs=1e-15)
    assert "from 25.0, its last stored level, to 65.0" in known.notes[0]
    unknown = parse_scenario(question).answer(world_of({}))
    moved = next(one.move for one in unknown.moves if one.factor == "volatility")
    assert moved == pytest.approx(65.0 - CALM_LEVELS["volatility"])
    assert "its median close of 1990 to 2022" in unknown.notes[0]


@pytest.mark.parametrize("kind", ["factors", "custom"])
def test_a_level_beside_a_move_is_refused(kind):
    both = {"kind": kind, "name": "Both", "moves": {"volatility": 10.0}, "volatility_level_points": 40.0}
    with pytest.raises(InputRefused, match="a move and a level"):
        parse_scenario(both)
    with pytest.raises(InputRefused, match="nothing moves"):
        parse_scenario({"kind": kind, "name": "None"})
    alone = parse_scenario({"kind": kind, "name": "Alone", "volatility_level_points": 40.0})
    assert alone.answer(world_of({})).total_frac < 0.0
    assert "to 40" in alone.explain()


@pytest.mark.requirement("4.2.F1")
def test_listed_property_falls_at_least_as_far_as_commercial_property():
    rng = np.random.default_rng(3)
    index = rng.normal(0.0, 0.01, COUNT)
    returns = np.outer(index, [0.2, 1.2, 1.0]) + rng.normal(0.0, 0.003, (COUNT, 3))
    groups = (PROPERTY_GROUP, PROPERTY_GROUP, "Energy")
    held = replace(portfolio([0.3, 0.3, 0.4]), groups=groups)
    reactions = exposures(held, returns, {"equity": index}, NAMES)
    figures = RegulatoryFigures(
        "fed", "Severe", "Federal Reserve", "Scenarios", None, None, -0.5, None, ("house prices (none)",),
        cre_move_frac=-0.4, unverified_why="Read in a summary.",
    )  # fmt: skip
    model = factor_model(events())
    answer = regulatory_shock(held, reactions, model, figures)
    sheltered, exposed, other = answer.positions
    assert sheltered.return_frac == pytest.approx(-0.4)
    assert sheltered.tier == "given"
    assert exposed.return_frac < -0.4
    plain = shock(held, reactions, model, {"equity": -0.5})
    assert other.return_frac == pytest.approx(plain.positions[2].return_frac)
    assert sum(one.impact_frac for one in answer.positions) == pytest.approx(answer.total_frac, abs=1e-12)
    assert sum(one.impact_frac for one in answer.factors) == pytest.approx(answer.total_frac, abs=1e-12)
    told = " ".join(answer.notes)
    assert "at least as far as commercial property" in told
    assert "Not used: house prices (none)." in told
    assert "Read in a summary." in told


def test_what_follows_takes_neither_the_volatility_index_nor_a_spread_below_its_floor():
    model = factor_model(events())
    found = propagate(model, {"rates": 3.0, "slope": 0.0})
    moves = dict(zip(found.names, found.moves.tolist(), strict=True))
    assert set(found.cut) == {"volatility", "credit", "ig"}
    for name in found.cut:
        assert CALM_LEVELS[name] + moves[name] == pytest.approx(FLOORS[name])
    told = {one.factor: one for one in told_moves(model, found, "conditional")}
    assert told["volatility"].is_cut
    assert "cut at a level of 9" in told["volatility"].sentence
    assert told["volatility"].low >= moves["volatility"] - 1e-12
    assert not told["equity"].is_cut
    stated = propagate(model, {"volatility": -12.0})
    assert stated.moves[stated.names.index("volatility")] == -12.0, "what is stated is not changed"
    high = propagate(model, {"rates": 3.0, "slope": 0.0}, levels={"volatility": 80.0, "credit": 20.0, "ig": 6.0})
    assert high.cut == ()


def test_floors_are_below_every_published_level(shared_data):
    series = {"VIXCLS": "volatility", "BAMLH0A0HYM2": "credit", "BAMLC0A0CM": "ig"}
    lows = dict.fromkeys(series.values(), np.inf)
    with gzip.open(shared_data / "macro" / "fred_series_to_2022.csv.gz", "rt") as file:
        for row in csv.DictReader(file):
            if row["series_id"] in series and row["value"] != ".":
                name = series[row["series_id"]]
                lows[name] = min(lows[name], float(row["value"]))
    for name, low in lows.items():
        assert 0.6 * low < FLOORS[name] < low, (name, low)


def test_stated_moves_that_reach_nothing_are_said_before_the_figure():
    rng = np.random.default_rng(1)
    index = rng.normal(0.0, 0.01, COUNT)
    held = portfolio([1.0])
    reactions = exposures(held, index[:, None], {"equity": index}, NAMES)
    model = factor_model(events())
    both = shock(held, reactions, model, {"equity": -0.2, "rates": 1.5, "oil": 0.4})
    alone = shock(held, reactions, model, {"equity": -0.2})
    assert both.total_frac == pytest.approx(alone.total_frac, abs=1e-15)
    assert both.reached_by == ("equity",)
    assert "changes nothing here" in both.notes[0]
    assert not any("changes nothing here" in one for one in alone.notes)
    higher = shock(held, reactions, model, {"rates": 2.0, "slope": 0.0})
    assert "Only shares reach this portfolio" in higher.notes[0]
    assert "In 2022 both bonds and shares fell" in higher.notes[1]


@pytest.mark.requirement("4.2.F4")
def test_real_bond_funds_show_the_durations_that_their_names_promise(shared_data):
    """Second route: funds of 7 to 10 and over 20 years of treasuries, of investment grade and of high yield bonds."""
    series: dict[str, dict[str, float]] = {"DGS10": {}, "DGS2": {}, "BAMLH0A0HYM2": {}, "BAMLC0A0CM": {}}
    with gzip.open(shared_data / "macro" / "fred_series_to_2022.csv.gz", "rt") as file:
        for row in csv.DictReader(file):
            if row["series_id"] in series and row["value"] != ".":
                series[row["series_id"]][row["date"]] = float(row["value"])
    funds: dict[str, dict[str, float]] = {"SHY": {}, "IEF": {}, "TLT": {}, "LQD": {}, "HYG": {}}
    with gzip.open(shared_data / "prices" / "etfs_adjusted_ohlcv_2005_2021.csv.gz", "rt") as file:
        for row in csv.DictReader(file):
            if row["ticker"] in funds:
                funds[row["ticker"]][row["date"]] = float(row["close"])
    days = sorted(set.intersection(*(set(one) for one in (*series.values(), *funds.values()))))
    levels = {key: np.array([one[day] for day in days]) for key, one in (series | funds).items()}
    returns = np.column_stack([levels[name][1:] / levels[name][:-1] - 1.0 for name in funds])
    histories = {
        "rates": np.diff(levels["DGS10"]),
        "slope": np.diff(levels["DGS10"] - levels["DGS2"]),
        "credit": np.diff(levels["BAMLH0A0HYM2"]),
        "ig": np.diff(levels["BAMLC0A0CM"]),
    }
    held = portfolio([0.2] * 5, names=tuple(funds))
    reactions = exposures(held, returns, histories, NAMES)
    found = {
        name: dict(zip(NAMES, (-100.0 * line).tolist(), strict=True))
        for name, line in zip(funds, reactions.loadings, strict=True)
    }
    assert 6.0 < found["IEF"]["rates"] < 9.0
    assert 14.0 < found["TLT"]["rates"] < 20.0
    assert 0.5 < found["SHY"]["rates"] < 2.5
    assert found["SHY"]["slope"] < 0.0, "short bonds gain where the two-year yield falls"
    assert found["HYG"]["credit"] + found["HYG"]["ig"] > 1.0
    shares = dict(zip(funds, reactions.r2_frac, strict=True))
    assert shares["IEF"] > 0.8
    assert shares["TLT"] > 0.8
