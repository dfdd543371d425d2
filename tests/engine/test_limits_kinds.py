"""Does each limit compile into exactly the bounds and rows that its sentence states, worked out by hand?"""

from __future__ import annotations

import json

import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError

from engine.constraints import CONSTRAINTS
from engine.kernel.errors import InputRefused
from engine.kernel.facts import Facts, universe_of
from engine.kernel.findings import problems_of
from engine.kernel.forms import Universe
from engine.optimize.compile import compile_limits
from engine.spec import AnyConstraint

NAMES = ("A", "B", "C", "D")
FACTS = Facts.model_validate_json(
    json.dumps(
        {
            "groups": {
                "country": {"A": "Italy", "B": "Italy", "C": "Japan"},
                "asset_class": {"A": "Equity/Developed", "B": "Equity/Emerging", "C": "Bonds", "D": "Equity"},
            },
            "benchmark_weights": {"A": 0.5, "B": 0.25, "C": 0.2, "Z": 0.05},
            "esg_scores": {"A": 80.0, "B": 60.0, "C": 40.0, "D": 20.0},
            "factor_exposures": {"Value": {"A": 1.0, "B": -0.5, "C": 0.0, "D": 2.0}, "Size": {"A": 1.0}},
            "betas": {"A": 1.2, "B": 0.8, "C": 0.1, "D": 1.5},
            "prices_money": {"A": 10.0, "B": 20.0, "C": 30.0, "D": 40.0},
            "capital_money": 100_000.0,
        }
    )
)
CURRENT = {"A": 0.4, "B": 0.3, "C": 0.2, "Q": 0.1}
KNOWN = universe_of(NAMES, {"A": "Tech", "B": "Tech", "C": "Energy"}, CURRENT, FACTS)
BARE = Universe(NAMES)
READER: TypeAdapter = TypeAdapter(AnyConstraint)
INF = np.inf


def limit(kind, **fields):
    return READER.validate_json(json.dumps({"kind": kind, **fields}))


def only(parts, form):
    (item,) = getattr(parts, form)
    return item


EXAMPLES = {
    "budget": {"net_frac": 0.9},
    "long_short": {},
    "position_bounds": {"min_frac": 0.0, "max_frac": 0.3, "assets": ["A"]},
    "min_holding": {"min_frac": 0.02},
    "min_trade": {"min_frac": 0.02},
    "sector_limit": {"sector": "Tech", "max_frac": 0.3},
    "group_limit": {"dimension": "country", "group": "Italy", "min_frac": -0.1, "relative_to": "benchmark"},
    "tracking_error": {"max_annual_frac": 0.04},
    "volatility_ceiling": {"max_annual_frac": 0.12},
    "turnover": {"max_frac": 0.2},
    "esg_floor": {"min_score": 55.5},
    "factor_exposure": {"factor": "Value", "min_exposure": -0.2, "max_exposure": 0.5},
    "beta": {"max_beta": 1.1},
    "cvar_ceiling": {"level": 0.99, "max_frac": 0.03},
    "cdar_ceiling": {"max_frac": 0.15},
    "drawdown_ceiling": {"max_frac": 0.25},
    "holdings_count": {"max_count": 3},
    "round_lots": {},
}


def test_every_kind_has_an_example():
    assert set(EXAMPLES) == set(CONSTRAINTS.kinds())


@pytest.mark.requirement("1.3.A2")
@pytest.mark.parametrize("kind", EXAMPLES)
def test_json_round_trip_sentence_and_sides(kind):
    made = limit(kind, **EXAMPLES[kind], is_soft=True, priority=7)
    assert READER.validate_json(made.model_dump_json()) == made
    assert (made.is_soft, made.priority) == (True, 7)
    assert made.explain().endswith(".")
    assert set(made.side_fields.values()) <= set(type(made).model_fields)
    assert not made.problems(KNOWN)
    assert set(made.problems(BARE)) == set(made.name_problems(BARE) + made.fact_problems(BARE))


@pytest.mark.parametrize(
    ("kind", "fields", "coefficients", "lower", "upper"),
    [
        ("sector_limit", {"sector": "Tech", "max_frac": 0.3}, [1, 1, 0, 0], -INF, 0.3),
        ("group_limit", {"dimension": "sector", "group": "Tech", "max_frac": 0.3}, [1, 1, 0, 0], -INF, 0.3),
        ("group_limit", {"dimension": "country", "group": "Japan", "min_frac": 0.1}, [0, 0, 1, 0], 0.1, INF),
        ("group_limit", {"dimension": "asset_class", "group": "Equity", "min_frac": 0.1, "max_frac": 0.6},
         [1, 1, 0, 1], 0.1, 0.6),
        ("group_limit", {"dimension": "asset_class", "group": "Equity/Emerging", "max_frac": 0.2},
         [0, 1, 0, 0], -INF, 0.2),
        ("group_limit", {"dimension": "asset_class", "group": "Equity/E", "max_frac": 0.2}, [0, 0, 0, 0], -INF, 0.2),
        ("group_limit", {"dimension": "country", "group": "Italy", "min_frac": -0.1, "max_frac": 0.05,
                         "relative_to": "benchmark"}, [1, 1, 0, 0], 0.65, 0.8),
        ("esg_floor", {"min_score": 55}, [80, 60, 40, 20], 55, INF),
        ("factor_exposure", {"factor": "Value", "max_exposure": 0.5}, [1, -0.5, 0, 2], -INF, 0.5),
        ("beta", {"min_beta": 0.9, "max_beta": 1.1}, [1.2, 0.8, 0.1, 1.5], 0.9, 1.1),
    ],
)  # fmt: skip
def test_linear_limits_become_these_rows(kind, fields, coefficients, lower, upper):
    row = only(limit(kind, **fields).compile(KNOWN), "rows")
    assert row.kind == kind
    np.testing.assert_array_equal(row.coefficients, coefficients)
    np.testing.assert_allclose([row.lower_frac, row.upper_frac], [lower, upper], atol=1e-15)


@pytest.mark.requirement("1.3.F5")
def test_the_direction_of_the_score_decides_the_side():
    upside_down = universe_of(NAMES, facts=FACTS.model_copy(update={"is_esg_higher_better": False}))
    row = only(limit("esg_floor", min_score=30).compile(upside_down), "rows")
    assert (row.lower_frac, row.upper_frac) == (-INF, 30)
    assert row.name == "Average ESG score, lower is better"


@pytest.mark.requirement("1.3.F5")
def test_assets_without_a_score_are_refused_by_name_or_left_out_in_sight():
    scores = {name: score for name, score in FACTS.esg_scores.items() if name != "D"}
    partly = universe_of(NAMES, facts=FACTS.model_copy(update={"esg_scores": scores}))
    (problem,) = limit("esg_floor", min_score=30).problems(partly)
    assert problem.message == "D has no ESG score."
    assert "facts.esg_scores" in problem.advice
    assert 'set `unknown` to "exclude"' in problem.advice
    limits = [limit("esg_floor", min_score=30, unknown="exclude"), limit("position_bounds", min_frac=0.1, max_frac=0.5)]
    assert not limits[0].problems(partly)
    compiled = compile_limits(limits, partly)
    np.testing.assert_array_equal(compiled.upper_frac, [0.5, 0.5, 0.5, 0.0])
    np.testing.assert_array_equal(compiled.lower_frac, [0.1, 0.1, 0.1, 0.0])
    assert compiled.notes == ("D has no ESG score: left out of the portfolio.",)
    (nobody,) = limit("esg_floor", min_score=30, unknown="exclude").problems(BARE)
    assert nobody.message == "No asset has an ESG score."


def test_an_average_is_over_what_is_invested():
    half = compile_limits([limit("budget", net_frac=0.5), limit("esg_floor", min_score=60)], KNOWN)
    row = half.rows[0]
    np.testing.assert_array_equal(row.coefficients, [20.0, 0.0, -20.0, -40.0])  # Σ (s - 60) w ≥ 0, for any budget
    assert (row.lower_frac, row.upper_frac, row.average) == (0.0, INF, 60.0)


@pytest.mark.requirement("1.3.F4")
def test_turnover_counts_what_must_be_sold_outside():
    parts = limit("turnover", max_frac=0.2).compile(KNOWN)
    row = only(parts, "absolute_rows")
    np.testing.assert_array_equal(row.coefficients, [0.5] * 4)
    np.testing.assert_array_equal(row.center_frac, [0.4, 0.3, 0.2, 0.0])
    assert row.upper_frac == pytest.approx(0.15, abs=1e-15)  # Q, 10% held, is sold: 5% of one-way turnover
    assert "a turnover of 5%; 15% is left" in parts.notes[0]
    (problem,) = limit("turnover", max_frac=0.04).problems(KNOWN)
    assert problem.message == (
        "10% of the capital is held in assets beside these, and selling it is a turnover of 5%: "
        "more than the 4% allowed."
    )


@pytest.mark.requirement("1.3.F3")
def test_tracking_error_is_measured_from_the_benchmark_scaled_to_the_whole():
    parts = limit("tracking_error", max_annual_frac=0.04).compile(KNOWN)
    risk = only(parts, "risks")
    np.testing.assert_allclose(risk.center_frac, np.array([0.5, 0.25, 0.2, 0.0]) / 0.95, rtol=1e-15)
    assert risk.upper_annual_frac == 0.04
    assert "5% of the benchmark lies in assets beside" in parts.notes[0]
    elsewhere = FACTS.model_copy(update={"benchmark_weights": {"A": 0.5, "Z": 0.5}})
    (problem,) = limit("tracking_error", max_annual_frac=0.04).problems(universe_of(NAMES, facts=elsewhere))
    assert "50% of the benchmark lies in assets beside the 4 of this portfolio" in problem.message
    assert only(limit("volatility_ceiling", max_annual_frac=0.12).compile(BARE), "risks").center_frac.sum() == 0.0


def test_tail_ceilings_state_measure_level_and_side():
    found = [
        only(limit(kind, **EXAMPLES[kind]).compile(BARE), "tails")
        for kind in ("cvar_ceiling", "cdar_ceiling", "drawdown_ceiling")
    ]
    assert [(one.tail, one.level, one.upper_frac) for one in found] == [
        ("cvar", 0.99, 0.03), ("cdar", 0.95, 0.15), ("max_drawdown", 0.0, 0.25)
    ]  # fmt: skip


@pytest.mark.requirement("1.3.F1")
def test_relative_positions_are_spans_around_the_reference():
    held = limit("position_bounds", relative_to="current", min_frac=-0.05, max_frac=0.1, assets=["A", "D"])
    span = only(held.compile(KNOWN), "spans")
    np.testing.assert_allclose(span.lower_frac, [0.35, -INF, -INF, -0.05])
    np.testing.assert_allclose(span.upper_frac, [0.5, INF, INF, 0.1])
    assert held.explain() == (
        "Each of A and D is no more than 5% of the capital below and no more than 10% of the capital above its "
        "current weight."
    )
    over = limit("position_bounds", relative_to="benchmark", max_frac=0.02)
    assert over.explain() == "Each position is no more than 2% of the capital above its benchmark weight."
    span = only(over.compile(KNOWN), "spans")
    assert np.isneginf(span.lower_frac).all()
    np.testing.assert_allclose(span.upper_frac, [0.52, 0.27, 0.22, 0.02])
    both = compile_limits([limit("position_bounds", min_frac=0.0, max_frac=0.25), over], KNOWN)
    np.testing.assert_allclose(both.upper_frac, [0.25, 0.25, 0.22, 0.02])
    np.testing.assert_array_equal(both.lower_frac, 0.0)
    fixed = limit("position_bounds", relative_to="current", min_frac=0.0, max_frac=0.0, assets=["B"])
    assert fixed.explain() == "Each of B is no smaller than and no larger than its current weight."


def test_counts_lots_and_trades():
    assert limit("holdings_count", max_count=3, min_count=2).compile(KNOWN).count.max_count == 3
    loose = limit("holdings_count", max_count=4).compile(KNOWN)
    assert loose.count is None
    assert loose.notes == ("At most 4 assets restricts nothing: there are only 4 assets.",)
    (problem,) = limit("holdings_count", min_count=9).problems(KNOWN)
    assert problem.message == "At least 9 assets must be held, but there are only 4 to choose from."
    assert limit("round_lots").compile(KNOWN).lots is not None
    assert len(limit("round_lots").problems(BARE)) == 2
    gap = only(limit("min_trade", min_frac=0.25).compile(KNOWN), "gaps")
    np.testing.assert_array_equal(gap.center_frac, [0.4, 0.3, 0.2, 0.0])
    assert "C: smaller than the smallest trade of 25%" in limit("min_trade", min_frac=0.25).compile(KNOWN).notes[0]


LACKS = {
    "min_trade": ("min_frac", "no current holdings"),
    "turnover": ("max_frac", "no current holdings"),
    "tracking_error": ("max_annual_frac", "no benchmark"),
    "sector_limit": ("sector", "no asset has a sector"),
    "group_limit": ("dimension", "no asset has a country"),
    "esg_floor": ("min_score", "No asset has an ESG score"),
    "factor_exposure": ("factor", "No asset has an exposure to Value"),
    "beta": ("max_beta", "No asset has a beta"),
    "round_lots": ("kind", "No asset has a price"),
}


@pytest.mark.requirement("1.3.D1")
@pytest.mark.parametrize("kind", LACKS)
def test_a_limit_says_what_it_lacks_and_the_way_out(kind):
    path, words = LACKS[kind]
    problem = limit(kind, **EXAMPLES[kind]).problems(BARE)[0]
    assert problem.path == path
    assert words in problem.message
    assert "Give" in problem.advice or "give" in problem.advice
    if kind not in ("sector_limit", "group_limit", "round_lots"):
        with pytest.raises(InputRefused, match=words):
            limit(kind, **EXAMPLES[kind]).compile(BARE)


def test_further_gaps_in_what_is_known_are_named():
    (problem,) = limit("factor_exposure", factor="Size", max_exposure=1).problems(KNOWN)
    assert problem.message == "B, C and D have no exposure to Size."
    (problem,) = limit("factor_exposure", factor="Momentum", max_exposure=1).problems(KNOWN)
    assert "Choose one of: Size and Value" in problem.advice
    (problem,) = limit("group_limit", dimension="currency", group="EUR", max_frac=0.5).problems(KNOWN)
    assert "Known here: asset_class, country and sector." in problem.advice
    absent = limit("group_limit", dimension="country", group="Peru", max_frac=0.5).compile(KNOWN)
    assert absent.notes[0].startswith("No asset belongs to Peru; the countries present are Italy and Japan. ")
    assert "The limit has no effect." in absent.notes[0]
    assert absent.notes[1] == "1 asset has no country; limits on it do not count them."
    relative = [limit("position_bounds", relative_to=to, max_frac=0.1) for to in ("current", "benchmark")]
    assert [one.problems(BARE)[0].path for one in relative] == ["relative_to", "relative_to"]
    strange = universe_of(NAMES, facts=Facts.model_validate_json('{"benchmark_weights": {"Z": 1.0}}'))
    assert "No constituent of the benchmark" in relative[1].problems(strange)[0].message


REFUSED = [
    ("position_bounds", {"max_frac": 25}, "Did you mean 25%, that is 0.25?"),
    ("position_bounds", {"min_frac": -0.1}, "from 0 (0%) to 1 (100%)"),
    ("position_bounds", {"relative_to": "current", "max_frac": 5}, "Did you mean 5%"),
    ("position_bounds", {"relative_to": "current"}, "neither a minimum nor a maximum"),
    ("position_bounds", {"relative_to": "benchmark", "max_frac": 0.1, "short_max_frac": 0.1}, "has no meaning"),
    ("position_bounds", {"max_frac": 1e300}, "fractions from 0"),
    ("group_limit", {"dimension": "country", "group": "Italy"}, "neither a minimum nor a maximum"),
    ("group_limit", {"dimension": "country", "group": "Italy", "max_frac": 30}, "Did you mean 30%"),
    ("group_limit", {"dimension": "country", "group": "Italy", "min_frac": 0.3, "max_frac": 0.2}, "above its maximum"),
    ("tracking_error", {"max_annual_frac": 4}, "Did you mean 4%"),
    ("tracking_error", {"max_annual_frac": 2}, "Did you mean 2%"),
    ("volatility_ceiling", {"max_annual_frac": 5}, "Did you mean 5%"),
    ("turnover", {"max_frac": 5}, "Did you mean 5%"),
    ("drawdown_ceiling", {"max_frac": 5}, "Did you mean 5%"),
    ("cdar_ceiling", {"max_frac": 5}, "Did you mean 5%"),
    ("cvar_ceiling", {"max_frac": 1}, "Did you mean 1%"),
    ("tracking_error", {"max_annual_frac": 0}, "above 0"),
    ("tracking_error", {}, "missing"),
    ("volatility_ceiling", {"max_annual_frac": 12}, "Did you mean 12%"),
    ("turnover", {"max_frac": 20}, "Did you mean 20%"),
    ("turnover", {"max_frac": 1e300}, "are allowed"),
    ("esg_floor", {"min_score": 1e300}, "Give a value of at most 1,000,000."),
    ("factor_exposure", {"factor": "Value", "max_exposure": 1e300}, "Give a value of at most 1,000."),
    ("factor_exposure", {"factor": "Value"}, "exposure to Value has neither"),
    ("factor_exposure", {"factor": "Value", "min_exposure": 1, "max_exposure": 0}, "is above its maximum 0"),
    ("beta", {"max_beta": -1e300}, "Give a value of at least -1,000."),
    ("beta", {}, "neither a minimum nor a maximum"),
    ("cvar_ceiling", {"level": 95, "max_frac": 0.03}, "Did you mean 95%"),
    ("cvar_ceiling", {"max_frac": 3}, "Did you mean 3%"),
    ("cdar_ceiling", {"max_frac": 15}, "Did you mean 15%"),
    ("drawdown_ceiling", {"max_frac": 25}, "Did you mean 25%"),
    ("holdings_count", {}, "neither a minimum nor a maximum"),
    ("holdings_count", {"max_count": 3, "min_count": 5}, "At least 5 holdings are more than at most 3"),
    ("holdings_count", {"max_count": 0}, "at least 1"),
    ("min_trade", {"min_frac": 1}, None),
    ("min_trade", {"min_frac": 0}, "above 0"),
    ("turnover", {"max_frac": 0.1, "priority": 10}, "at most 9"),
]


@pytest.mark.requirement("1.3.D5")
@pytest.mark.parametrize(("kind", "fields", "words"), REFUSED)
def test_unusable_figures_are_refused_with_advice(kind, fields, words):
    if words is None:
        limit(kind, **fields)
        return
    with pytest.raises(ValidationError) as caught:
        limit(kind, **fields)
    found = " ".join(one.sentence() for one in problems_of(caught.value, lambda place: ".".join(map(str, place))))
    assert words in found
    assert "infinity" not in found


def test_a_soft_limit_says_that_it_may_give_way_and_a_hard_one_does_not():
    from engine.constraints.turnover import Turnover

    hard, soft = Turnover(max_frac=0.2), Turnover(max_frac=0.2, is_soft=True, priority=9)
    assert hard.sentence() == hard.explain()
    assert soft.sentence() == f"{soft.explain()} It may give way, first of all (priority 9 of 9)."
